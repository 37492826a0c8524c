"""What the house calls its roles, in the reader's language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

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
