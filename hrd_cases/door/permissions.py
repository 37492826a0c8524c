"""What may be done, and by whom: one table. The door, the templates and the tests all ask `allows`."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from hrd_cases.keys.roles import CASEWORKERS, ENDS_ACCESS_ANYWHERE, Role

FRESH_FOR = timedelta(minutes=5)
"""How long a second factor counts as fresh (ASVS 7.5.3)."""


class Permission(StrEnum):
    """Something a member may do. `ANYONE` is the tiny visible list of what needs no sign-in: sign-in, enrolment,
    health.
    """

    ANYONE = "anyone"
    COME_IN = "come_in"
    OWN_ACCOUNT = "own_account"
    FOUND_HEADQUARTERS = "found_headquarters"
    KNOW_OF_CHANGE = "know_of_change"
    SEE_TODAY = "see_today"
    SEE_OFFICES = "see_offices"
    SEE_STAFF = "see_staff"
    OPEN_OFFICE = "open_office"
    EDIT_OFFICE = "edit_office"
    SEE_CHARTER = "see_charter"
    SIGN_CHARTER = "sign_charter"
    CHANGE_COVERAGE = "change_coverage"
    CHANGE_SEAT = "change_seat"
    NAME_ACTING_HEAD = "name_acting_head"
    INVITE_MEMBER = "invite_member"
    VOUCH = "vouch"
    REVOKE = "revoke"
    SUSPEND = "suspend"
    RESTORE = "restore"
    SEND_NOTICE = "send_notice"
    READ_NOTICE = "read_notice"
    RECORD_CASE = "record_case"
    SEE_CASES = "see_cases"
    WORK_ON_CASE = "work_on_case"
    DECIDE_ON_CASE = "decide_on_case"
    HANDLE_DOCUMENTS = "handle_documents"
    JOIN_EMERGENCY = "join_emergency"
    SHARE_HEARING = "share_hearing"
    RECOVER_FILE = "recover_file"
    SEE_SHARED = "see_shared"
    ANSWER_SHARE = "answer_share"
    SEE_GRANT = "see_grant"
    SIGN_GRANT = "sign_grant"
    SUBMIT_GRANT = "submit_grant"
    SEE_BUDGETS = "see_budgets"
    GIVE_MONEY = "give_money"
    RECORD_ABSENCE = "record_absence"
    WRITE_ROSTER = "write_roster"
    READ_AUDIT = "read_audit"
    SEE_JOBS = "see_jobs"


class Rule(NamedTuple):
    """Roles that suffice in the office a thing belongs to (`here`), and roles that suffice wherever they are held
    (`anywhere`).
    """

    here: frozenset[Role] = frozenset()
    anywhere: frozenset[Role] = frozenset()


EVERY_ROLE = frozenset(Role)
_HEAD = frozenset({Role.HEAD})
_ANY_HEAD = frozenset({Role.HEAD, Role.HEADQUARTERS_HEAD})
_HEADQUARTERS = frozenset({Role.HEADQUARTERS_HEAD})
_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
_OF_GRANTS = CASEWORKERS | {Role.FINANCE, Role.HEADQUARTERS_APPROVER}
"""Who takes a step of a grant at all. Which of them takes which says its life, in a sentence."""
_OF_BUDGETS = _HEADQUARTERS | {Role.HEADQUARTERS_APPROVER}

RULES: dict[Permission, Rule] = {
    Permission.KNOW_OF_CHANGE: Rule(anywhere=EVERY_ROLE),
    Permission.SEE_TODAY: Rule(anywhere=EVERY_ROLE),
    Permission.SEE_OFFICES: Rule(anywhere=EVERY_ROLE),
    Permission.SEE_STAFF: Rule(here=EVERY_ROLE, anywhere=_HEADQUARTERS | _ADMINISTRATOR | {Role.AUDITOR}),
    Permission.OPEN_OFFICE: Rule(anywhere=_ADMINISTRATOR),
    Permission.EDIT_OFFICE: Rule(here=_ANY_HEAD, anywhere=_ADMINISTRATOR),
    Permission.SEE_CHARTER: Rule(here=EVERY_ROLE, anywhere=_HEADQUARTERS | _ADMINISTRATOR | {Role.AUDITOR}),
    Permission.SIGN_CHARTER: Rule(here=_ANY_HEAD, anywhere=_HEADQUARTERS),
    Permission.CHANGE_COVERAGE: Rule(anywhere=_HEADQUARTERS),
    Permission.CHANGE_SEAT: Rule(here=_ANY_HEAD, anywhere=_HEADQUARTERS),
    Permission.NAME_ACTING_HEAD: Rule(here=_HEAD, anywhere=_HEADQUARTERS),
    Permission.INVITE_MEMBER: Rule(anywhere=_ADMINISTRATOR),
    Permission.VOUCH: Rule(here=_ANY_HEAD, anywhere=_HEADQUARTERS),
    Permission.REVOKE: Rule(here=_ANY_HEAD, anywhere=ENDS_ACCESS_ANYWHERE),
    Permission.SUSPEND: Rule(here=EVERY_ROLE, anywhere=_HEADQUARTERS | _ADMINISTRATOR),
    Permission.RESTORE: Rule(here=_ANY_HEAD, anywhere=_HEADQUARTERS),
    Permission.SEND_NOTICE: Rule(anywhere=frozenset({Role.HEADQUARTERS_HEAD, Role.HEADQUARTERS_DESK})),
    Permission.READ_NOTICE: Rule(here=CASEWORKERS | {Role.EMBASSY_OBSERVER}),
    Permission.RECORD_CASE: Rule(anywhere=CASEWORKERS),
    Permission.SEE_CASES: Rule(anywhere=CASEWORKERS),
    Permission.WORK_ON_CASE: Rule(here=CASEWORKERS),
    Permission.DECIDE_ON_CASE: Rule(here=_ANY_HEAD),
    Permission.HANDLE_DOCUMENTS: Rule(here=CASEWORKERS | {Role.FINANCE}),
    Permission.JOIN_EMERGENCY: Rule(here=CASEWORKERS),
    Permission.SHARE_HEARING: Rule(here=CASEWORKERS),
    Permission.RECOVER_FILE: Rule(anywhere=frozenset({Role.HEADQUARTERS_HEAD, Role.HEADQUARTERS_DESK})),
    Permission.SEE_SHARED: Rule(here=_HEADQUARTERS | {Role.HEADQUARTERS_DESK, Role.EMBASSY_OBSERVER}),
    Permission.ANSWER_SHARE: Rule(here=frozenset({Role.EMBASSY_OBSERVER})),
    Permission.SEE_GRANT: Rule(here=_OF_GRANTS),
    Permission.SIGN_GRANT: Rule(here=_OF_GRANTS),
    Permission.SUBMIT_GRANT: Rule(here=CASEWORKERS),
    Permission.SEE_BUDGETS: Rule(here=_HEAD | {Role.FINANCE}, anywhere=_OF_BUDGETS),
    Permission.GIVE_MONEY: Rule(anywhere=_OF_BUDGETS),
    Permission.RECORD_ABSENCE: Rule(here=CASEWORKERS | {Role.FINANCE}, anywhere=_HEADQUARTERS),
    Permission.WRITE_ROSTER: Rule(here=_HEADQUARTERS | {Role.HEADQUARTERS_DESK}),
    Permission.READ_AUDIT: Rule(anywhere=frozenset({Role.AUDITOR})),
    Permission.SEE_JOBS: Rule(anywhere=_ADMINISTRATOR | {Role.AUDITOR}),
}

BEFORE_A_SEAT = frozenset({Permission.COME_IN, Permission.OWN_ACCOUNT, Permission.FOUND_HEADQUARTERS})
"""What a signed-in member may do who waits for a charter to seat them. While a step is owed: `COME_IN` alone."""

NEEDS_FRESH_FACTOR = frozenset(
    {
        Permission.FOUND_HEADQUARTERS,
        Permission.KNOW_OF_CHANGE,
        Permission.SIGN_CHARTER,
        Permission.CHANGE_COVERAGE,
        Permission.CHANGE_SEAT,
        Permission.NAME_ACTING_HEAD,
        Permission.INVITE_MEMBER,
        Permission.VOUCH,
        Permission.REVOKE,
        Permission.RESTORE,
        Permission.JOIN_EMERGENCY,
        Permission.SHARE_HEARING,
        Permission.SIGN_GRANT,
        Permission.SUBMIT_GRANT,
        Permission.GIVE_MONEY,
    }
)
"""Acts, on POST, that ask for the authenticator again unless it was given within `FRESH_FOR`. Suspending does not: it
has to be done at once, and is undone as easily."""
