"""Headquarters is founded: two heads, who wait for a charter themselves, sign the root of everything."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.accounts.models import Member
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import say
from hrd_cases.door.showing import confirm, done, led_to, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent
from hrd_cases.keys.charter import MIN_HEADS
from hrd_cases.keys.roles import Role
from hrd_cases.keys.root import is_founded
from hrd_cases.offices import charters, drafts
from hrd_cases.offices.colleagues import names_of
from hrd_cases.offices.drafts import WaitingDraft
from hrd_cases.offices.forms import typed_words, words_form
from hrd_cases.offices.in_words import people_of
from hrd_cases.offices.models import Office
from hrd_cases.offices.proposing import Words
from hrd_cases.offices.views.charter import desk


@desk.form("/headquarters/found", needs=Permission.FOUND_HEADQUARTERS)
def found(session: Session, visitor: Visitor) -> Response:
    office = _to_found(session, visitor)
    waiting = drafts.of_office(session, visitor, office.id)
    invited = charters.invited_founders(session, office)
    people = _others(session, visitor, office, waiting)
    form = words_form(people)()
    who = [(member.id, member.sign_in, member.invited_role, member.fingerprint) for member in invited]
    form.shows(office.id, office.seat, waiting.read if waiting is not None else "", *who)
    if done(form, lambda: _sign(session, visitor, office, waiting, typed_words(form, people))):
        founded = is_founded(session)
        say(
            _("Headquarters is founded.")
            if founded
            else _("You have signed. Headquarters is founded when another head signs.")
        )
        return led_to("today.show" if founded else "charter.found")
    return shown("offices/found.html", form, office=office, waiting=waiting, invited=invited, people=people,
                 signed=_signed(session, waiting), may_sign=_may_sign(waiting, invited))  # fmt: skip


def _to_found(session: Session, visitor: Visitor) -> Office:
    """The office this visitor was invited to found. Absent for everybody else, and once it stands."""
    office = session.get(Office, visitor.office_id)
    if office is None or is_founded(session):
        raise Absent
    heads = [m for m in charters.invited_founders(session, office) if m.invited_role == Role.HEADQUARTERS_HEAD]
    if visitor.member_id not in {head.id for head in heads}:
        raise Absent
    return office


def _others(session: Session, visitor: Visitor, office: Office, waiting: WaitingDraft | None) -> dict[uuid.UUID, str]:
    """Whose words this head must hear: everybody in the draft, or everybody who has enrolled, but themselves."""
    if waiting is not None:
        ids = people_of(waiting.charter)
    else:
        ids = {member.id for member in charters.founders(session, office)}
    names = names_of(session, ids - {visitor.member_id}, waiting.charter if waiting is not None else None)
    return dict(sorted(names.items(), key=lambda named: named[1]))


def _sign(session: Session, visitor: Visitor, office: Office, waiting: WaitingDraft | None, words: Words) -> None:
    if waiting is None:
        charters.found_headquarters(session, visitor, office, words, datetime.now(UTC))
    else:
        charters.sign_draft(session, visitor, waiting.draft, words, waiting.read)


def _signed(session: Session, waiting: WaitingDraft | None) -> list[str]:
    return sorted(names_of(session, waiting.signed_by).values()) if waiting is not None else []


def _may_sign(waiting: WaitingDraft | None, invited: list[Member]) -> bool:
    """Is there something to sign? Two heads must have enrolled before the first can."""
    heads = [m for m in invited if m.invited_role == Role.HEADQUARTERS_HEAD and m.enrolled_at is not None]
    return waiting.mine if waiting is not None else len(heads) >= MIN_HEADS


@desk.form("/headquarters/found/withdraw", needs=Permission.FOUND_HEADQUARTERS)
def found_withdraw(session: Session, visitor: Visitor) -> Response:
    office = _to_found(session, visitor)
    waiting = drafts.of_office(session, visitor, office.id)
    if waiting is None:
        return led_to("charter.found")
    return confirm(
        lambda: charters.withdraw_draft(session, visitor, waiting.draft),
        _withdrawn,
        title=_("Withdraw the founding charter"),
        says=[_("Nobody has lost anything: a head writes it again, with everybody who has enrolled by then.")],
        button=_("Withdraw it"),
        back=("charter.found", {}),
    )


def _withdrawn() -> Response:
    say(_("The founding charter is withdrawn."))
    return led_to("charter.found")
