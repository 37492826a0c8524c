"""What the house calls its roles, and who may do what, in the reader's language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from hrd_cases.door.permissions import Permission
from hrd_cases.keys.roles import Role

ROLE = {
    Role.LIAISON_OFFICER: _l("Liaison officer"),
    Role.DEPUTY: _l("Deputy"),
    Role.HEAD: _l("Head of delegation"),
    Role.FINANCE: _l("Finance officer"),
    Role.EMBASSY_OBSERVER: _l("Embassy observer"),
    Role.HEADQUARTERS_HEAD: _l("Head at headquarters"),
    Role.HEADQUARTERS_DESK: _l("Headquarters desk"),
    Role.HEADQUARTERS_APPROVER: _l("Grant approver at headquarters"),
    Role.AUDITOR: _l("Auditor"),
    Role.ADMINISTRATOR: _l("Administrator"),
    Role.CUSTODIAN: _l("Custodian"),
}

WHO_CAN = {
    Permission.ANYONE: _l("Everybody can."),
    Permission.COME_IN: _l("Everybody who has signed in and is not suspended can."),
    Permission.OWN_ACCOUNT: _l("Everybody who has signed in and is not suspended can, for their own account."),
    Permission.FOUND_HEADQUARTERS: _l("Those who were invited as heads of headquarters found it together."),
    Permission.KNOW_OF_CHANGE: _l("Everybody who has signed in and is not suspended can, for their own account."),
    Permission.SEE_TODAY: _l("Everybody who has a seat in an office sees this."),
    Permission.SEE_OFFICES: _l("Everybody who has a seat in an office sees this."),
    Permission.SEE_STAFF: _l("Colleagues of that office, heads at headquarters, administrators and auditors see this."),
    Permission.OPEN_OFFICE: _l("An administrator opens an office."),
    Permission.EDIT_OFFICE: _l("The head of that office or an administrator changes this."),
    Permission.SEE_CHARTER: _l(
        "Colleagues of that office, heads at headquarters, administrators and auditors see this."
    ),
    Permission.SIGN_CHARTER: _l("The head of that office or a head at headquarters signs changes of its charter."),
    Permission.CHANGE_COVERAGE: _l("Two heads at headquarters open an office and change its countries."),
    Permission.CHANGE_SEAT: _l("The head of that office changes its seats, or two heads at headquarters do."),
    Permission.NAME_ACTING_HEAD: _l("The head of that office names who acts, or two heads at headquarters do."),
    Permission.INVITE_MEMBER: _l("An administrator invites."),
    Permission.VOUCH: _l("The head of that office vouches; where it has none, two heads at headquarters do."),
    Permission.REVOKE: _l("The head of that office, a head at headquarters or an administrator ends an access."),
    Permission.SUSPEND: _l("Any colleague of that office, a head at headquarters or an administrator suspends."),
    Permission.RESTORE: _l("The head of that office or a head at headquarters restores a colleague."),
    Permission.RECOVER_FILE: _l(
        "A head at headquarters or the headquarters desk looks after files that were lost on their way."
    ),
    Permission.SEND_NOTICE: _l("A head at headquarters or the headquarters desk writes notices."),
    Permission.READ_NOTICE: _l(
        "Only colleagues of that office who work on cases, or observe for it, read its notices."
    ),
    Permission.RECORD_CASE: _l("Only caseworkers open files: liaison officers, deputies and heads."),
    Permission.SEE_CASES: _l("Only caseworkers see case files: liaison officers, deputies and heads."),
    Permission.WORK_ON_CASE: _l("Only caseworkers of that office work on its files."),
    Permission.DECIDE_ON_CASE: _l("The head of that office decides this."),
    Permission.HANDLE_DOCUMENTS: _l("Only caseworkers and finance officers of that office handle its documents."),
    Permission.SUBMIT_GRANT: _l("Only caseworkers of that office work on its files."),
    Permission.SHARE_HEARING: _l("Only caseworkers of that office work on its files."),
    Permission.JOIN_EMERGENCY: _l("Only caseworkers of that office work on its files."),
    Permission.SEE_SHARED: _l(
        "A head at headquarters, the headquarters desk or an observer of that office reads what was shared with it."
    ),
    Permission.ANSWER_SHARE: _l("Only observers of that office answer what was shared with it."),
    Permission.SEE_GRANT: _l(
        "Only caseworkers and finance officers of that office see its grants, and an approver at headquarters."
    ),
    Permission.SIGN_GRANT: _l(
        "Only caseworkers and finance officers of that office act on its grants, and an approver at headquarters."
    ),
    Permission.SEE_BUDGETS: _l(
        "Only the head and finance officers of that office see its budgets, "
        "and a head at headquarters or an approver at headquarters."
    ),
    Permission.GIVE_MONEY: _l("A head at headquarters or an approver at headquarters does this."),
    Permission.RECORD_ABSENCE: _l(
        "Colleagues of that office who work on cases or finance record this, or a head at headquarters."
    ),
    Permission.WRITE_ROSTER: _l("A head at headquarters or the headquarters desk writes the roster of that office."),
    Permission.READ_AUDIT: _l("Only auditors read the trail."),
    Permission.SEE_JOBS: _l("Administrators and auditors see what is running."),
}
"""For whoever may not: they read it because they are none of those it names."""
