"""A file whose letter failed its check: headquarters asks for it again, and its clock ends."""

from __future__ import annotations

from datetime import UTC, datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cases.lost import end_clock, sender_of
from hrd_cases.cases.models import Acknowledgement
from hrd_cases.cases.views.desk import desk
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import say
from hrd_cases.door.showing import confirm, led_to
from hrd_cases.offices.colleagues import names_of
from hrd_cases.offices.models import Office
from hrd_cases.pages import moment


@desk.form("/lost/<uuid:acknowledgement_id>", needs=Permission.RECOVER_FILE)
def lost(session: Session, acknowledgement: Acknowledgement) -> Response:
    """What headquarters knows of it: where it was sent and when, and who can record it again."""
    office = session.get(Office, acknowledgement.office_id)
    sender = sender_of(session, acknowledgement.case_id)
    name = names_of(session, [sender]).get(sender, "?") if sender is not None else "?"

    def after() -> Response:
        say(_("The clock of the lost file has ended."))
        return led_to("today.show")

    return confirm(
        lambda: end_clock(session, acknowledgement, datetime.now(UTC)),
        after,
        title=_("A file was lost on its way"),
        name=office.seat if office is not None else "",
        says=[
            _(
                "It was sent on %(when)s. Its letter failed its check: nobody can open it.",
                when=moment(acknowledgement.routed_at),
            ),
            _("It was sent by %(name)s, who keeps nothing of it.", name=name),
            _("Ask them to record it again. It is sent anew then, to whoever is in charge, with a clock of its own."),
            _("Your press ends the clock of the lost one: nobody is reminded of it any more."),
        ],
        warning=_("Press only when somebody is recording it again, or you know that nobody needs to."),
        button=_("It is in hand: end its clock"),
        back=("today.show", {}),
    )
