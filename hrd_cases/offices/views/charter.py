"""A charter in words, its history, and every act that changes it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.accounts.models import Member
from hrd_cases.door.desk import Desk
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import note, say
from hrd_cases.door.showing import confirm, done, failed_check, led_to, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Tampered
from hrd_cases.forms import offered
from hrd_cases.keys.charter import Charter, Signature
from hrd_cases.keys.roles import OfficeKind, Role
from hrd_cases.offices import charters, drafts, seating
from hrd_cases.offices.colleagues import charter_of, names_of, newcomers_of, place_of, seats_held
from hrd_cases.offices.forms import (
    UNSEATED,
    ActingForm,
    CountriesForm,
    SeatForm,
    chosen_seats,
    fields_of,
    first_charter_form,
    one_a_line,
    read_by_signer,
    role_choices,
    typed_words,
    words_form,
)
from hrd_cases.offices.in_words import changes, covers_today, people_of
from hrd_cases.offices.models import Office
from hrd_cases.offices.words import OVERTAKEN, ROLE_DOES, office_name
from hrd_cases.vault.words import six_words

desk = Desk("charter")


class Reading(NamedTuple):
    """One charter of a verified chain, ready to be read."""

    charter: Charter
    signatures: tuple[Signature, ...]
    changes: list[str]
    newest: bool


class Chain(NamedTuple):
    """An office's charters, newest first. `failed`: they failed their check, and nothing of them is shown."""

    readings: list[Reading]
    names: dict[uuid.UUID, str]
    failed: bool = False


@desk.get("/offices/<uuid:office_id>/charter", needs=Permission.SEE_CHARTER)
def show(session: Session, visitor: Visitor, office: Office) -> Response:
    chain = _chain(session, visitor, office)
    waiting = drafts.of_office(session, visitor, office.id)
    return shown(
        "offices/charter.html",
        office=office,
        chain=chain,
        reading=chain.readings[0] if chain.readings else None,
        root_words=six_words(visitor.charters.pins.root),
        damaged=_damaged(session, visitor, office),
        **_of_draft(session, visitor, waiting),
    )


@desk.get("/offices/<uuid:office_id>/charter/<int:number>", needs=Permission.SEE_CHARTER)
def earlier(session: Session, visitor: Visitor, office: Office, number: int) -> Response:
    chain = _chain(session, visitor, office)
    reading = next((one for one in chain.readings if one.charter.number == number), None)
    if reading is None:
        raise Absent
    return shown("offices/charter_earlier.html", office=office, chain=chain, reading=reading)


def _chain(session: Session, visitor: Visitor, office: Office) -> Chain:
    try:
        history = visitor.charters.history(office.id)
    except Absent:
        return Chain([], {})
    except Tampered:
        failed_check("charter", office.id)
        return Chain([], {}, failed=True)
    signed = {signature.member_id for _, signatures in history for signature in signatures}
    names = names_of(session, people_of(*(charter for charter, _ in history)) | signed)
    before = [None, *(charter for charter, _ in history)]
    readings = [
        Reading(charter, signatures, changes(previous, charter, names), charter is history[-1][0])
        for previous, (charter, signatures) in zip(before, history, strict=False)
    ]
    return Chain(readings[::-1], names)


def _of_draft(session: Session, visitor: Visitor, waiting: drafts.WaitingDraft | None) -> dict[str, Any]:
    """What a page says of a waiting draft."""
    if waiting is None or waiting.charter is None:
        return {"waiting": waiting, "draft_changes": [], "draft_names": {}}
    current = charter_of(visitor, waiting.charter.office_id) if visitor.seats and not waiting.overtaken else None
    names = names_of(session, people_of(waiting.charter, current) | waiting.signed_by, waiting.charter)
    said = [] if waiting.overtaken else changes(current, waiting.charter, names)
    return {"waiting": waiting, "draft_changes": said, "draft_names": names}


# -- second signatures


@desk.form("/offices/<uuid:office_id>/charter/sign", needs=Permission.SIGN_CHARTER)
def sign(session: Session, visitor: Visitor, office: Office) -> Response:
    waiting = drafts.of_office(session, visitor, office.id)
    if waiting is None or waiting.charter is None or not waiting.mine:
        return led_to("charter.show", office_id=office.id)
    people = _strangers(session, visitor, waiting.charter)
    form = words_form(people)()
    form.reading = waiting.read
    words = typed_words(form, people)
    act = _signing(lambda: charters.sign_draft(session, visitor, waiting.draft, words, read_by_signer()))
    if done(form, act, _only(form)):
        return led_to("charter.heard" if people else "charter.show", office_id=office.id)
    damaged = _damaged(session, visitor, office)
    said = _of_draft(session, visitor, waiting)
    return shown("offices/sign.html", form, office=office, people=people, damaged=damaged, **said)


@desk.get("/offices/<uuid:office_id>/charter/words", needs=Permission.SIGN_CHARTER)
def heard(visitor: Visitor, office: Office) -> Response:
    """The register's six words, to be read in the same call to those whose words were just heard."""
    root_words = six_words(visitor.charters.pins.root)
    return shown("offices/heard.html", office=office, root_words=root_words)


def _signing(act: Callable[[], Charter | None], beside: str = "") -> Callable[[], None]:
    """Do it, and say on the next page whether that was all, and that a change that waited was overtaken."""

    def signed() -> None:
        if act() is not None:
            say(_("You have signed, and the change is in force."))
            if beside:
                note(OVERTAKEN)
        else:
            say(_("You have signed. The change waits for its second signature; nothing has changed yet."))

    return signed


def _damaged(session: Session, visitor: Visitor, office: Office) -> list[str]:
    """For headquarters' charter: offices whose own charters failed their check. It keeps their last good marks."""
    if office.kind != OfficeKind.HEADQUARTERS or not visitor.allows(Permission.SIGN_CHARTER, office.id):
        return []
    failed = visitor.charters.sound_offices()[1]
    for office_id in failed:
        failed_check("charter", office_id)
    found = (session.get(Office, office_id) for office_id in failed)
    return sorted(office_name(one) for one in found if one is not None)


def _strangers(session: Session, visitor: Visitor, charter: Charter) -> dict[uuid.UUID, str]:
    """Newcomers of a draft whose words the signer must hear: everybody new but themselves."""
    known = visitor.charters if visitor.charters.pins.root else None
    new = {seat.member_id for seat in charters.newcomers(known, charter)} - {visitor.member_id}
    return _by_name(names_of(session, new, charter))


def _by_name(names: dict[uuid.UUID, str]) -> dict[uuid.UUID, str]:
    return dict(sorted(names.items(), key=lambda named: named[1]))


def _only(form: object) -> str | None:
    """The field a wrong word belongs to, where there is one alone."""
    names = list(getattr(form, "_fields", {}))
    return names[0] if len(names) == 1 else None


@desk.form("/offices/<uuid:office_id>/charter/withdraw", needs=Permission.SIGN_CHARTER)
def withdraw(session: Session, visitor: Visitor, office: Office) -> Response:
    waiting = drafts.of_office(session, visitor, office.id)
    if waiting is None:
        return led_to("charter.show", office_id=office.id)
    return confirm(
        lambda: charters.withdraw_draft(session, visitor, waiting.draft),
        lambda: _withdrawn(office),
        title=_("Withdraw the waiting change"),
        name=office.seat,
        says=[_("The change is thrown away. The charter in force stays as it is; whoever may, proposes again.")],
        button=_("Withdraw the change"),
        back=("charter.show", {"office_id": office.id}),
    )


def _withdrawn(office: Office) -> Response:
    say(_("The change of %(office)s is withdrawn.", office=office.seat))
    return led_to("charter.show", office_id=office.id)


# -- an office's first charter, and its countries


@desk.form("/offices/<uuid:office_id>/charter/first", needs=Permission.CHANGE_COVERAGE)
def first(session: Session, visitor: Visitor, office: Office) -> Response:
    if _was_opened(visitor, office) or drafts.of_office(session, visitor, office.id) is not None:
        return led_to("charter.show", office_id=office.id)
    newcomers = newcomers_of(session, None, office.id, visitor.today)
    form = first_charter_form(newcomers, OfficeKind(office.kind))()
    who = [(member.id, member.sign_in, member.fingerprint) for member in newcomers]
    form.shows(office.id, office.kind, office.seat, *who)
    people = [member.id for member in newcomers]
    if done(form, lambda: _open(session, visitor, office, form, people)):
        return led_to("charter.heard" if chosen_seats(form, people) else "charter.show", office_id=office.id)
    asked = [(member, *fields_of(form, member.id)) for member in newcomers]
    return shown("offices/first.html", form, office=office, people=asked, hints=_hints())


def _was_opened(visitor: Visitor, office: Office) -> bool:
    """Has the office a charter, or had it one, which fails its check or is gone? The charter's own page says which."""
    try:
        return charter_of(visitor, office.id) is not None
    except Tampered:
        return True


def _open(session: Session, visitor: Visitor, office: Office, form: CountriesForm, people: list[uuid.UUID]) -> None:
    seats, words = chosen_seats(form, people), typed_words(form, people)
    _signing(lambda: charters.open_charter(session, visitor, office, form.codes, seats, words, datetime.now(UTC)))()


def _hints() -> dict[str, str]:
    return {role.value: str(does) for role, does in ROLE_DOES.items()}


@desk.form("/offices/<uuid:office_id>/coverage", needs=Permission.CHANGE_COVERAGE)
def coverage(session: Session, visitor: Visitor, office: Office) -> Response:
    current = visitor.charters.of(office.id)
    form = CountriesForm(countries=one_a_line(covers_today(current, visitor.today)))
    form.shows(office.id, office.seat)
    act = _now(lambda at: charters.change_coverage(session, visitor, office, form.codes, at))
    if done(form, act, "countries"):
        return led_to("charter.show", office_id=office.id)
    covered = covers_today(current, visitor.today)
    beside = _beside(session, visitor, office, alone=False)
    return shown("offices/coverage.html", form, office=office, covered=covered, beside=beside)


def _now(act: Callable[[datetime], Charter | None], beside: str = "") -> Callable[[], None]:
    return _signing(lambda: act(datetime.now(UTC)), beside)


def _beside(session: Session, visitor: Visitor, office: Office, *, alone: bool) -> str:
    """What becomes of a change that waits, "" if none does, when this visitor signs another: it is `overtaken`, or has
    to be signed or withdrawn `first`."""
    if not drafts.in_the_way(session, visitor, office.id):
        return ""
    return "overtaken" if alone else "first"


# -- seats and acting heads


@desk.form("/offices/members/<uuid:member_id>/seat", needs=Permission.CHANGE_SEAT)
def seat(session: Session, visitor: Visitor, member: Member) -> Response:
    """Another role, or none: whoever holds no key any more by their role loses it, and the key is exchanged."""
    office = place_of(session, visitor, member)
    held = seats_held(visitor.charters.of(office.id), member.id, visitor.today)
    if not held:
        raise Absent
    form, now = SeatForm(), {one.role.value for one in held}
    others = [choice for choice in role_choices(OfficeKind(office.kind)) if choice.value not in now]
    form.role.choices = [*others, offered(UNSEATED, _("No seat: take it away"))]
    form.shows(office.id, office_name(office), member.id, member.sign_in, *sorted(now))
    alone = seating.signs_alone(visitor, office.id) and not any(seating.needs_two(one.role) for one in held)
    beside = _beside(session, visitor, office, alone=alone)
    if done(form, _now(lambda at: _reseat(session, visitor, office, member, form.role.data, at), beside), "role"):
        return led_to("members.show", member_id=member.id)
    page: dict[str, Any] = {"office": office, "member": member, "held": held, "hints": _hints(), "beside": beside}
    return shown("offices/seat.html", form, **page)


def _reseat(
    session: Session, visitor: Visitor, office: Office, member: Member, role: str, now: datetime
) -> Charter | None:
    if role == UNSEATED:
        return seating.unseat(session, visitor, office, member, now)
    return seating.change_role(session, visitor, office, member, Role(role), now)


@desk.form("/offices/<uuid:office_id>/acting", needs=Permission.NAME_ACTING_HEAD)
def acting(session: Session, visitor: Visitor, office: Office) -> Response:
    charter = visitor.charters.of(office.id)
    able = people_of(charter) - charter.heads(visitor.today)
    form, people = ActingForm(), _by_name(names_of(session, able))
    form.member.choices = [offered(str(member), name) for member, name in people.items()]
    form.shows(office.id, office.seat, *people.items())
    alone = visitor.member_id in charter.heads(visitor.today)
    beside = _beside(session, visitor, office, alone=alone)
    if done(form, lambda: _name_acting(session, visitor, office, form, beside)):
        return led_to("offices.show", office_id=office.id)
    return shown("offices/acting.html", form, office=office, alone=alone, beside=beside)


def _name_acting(session: Session, visitor: Visitor, office: Office, form: ActingForm, beside: str) -> None:
    member = session.get_one(Member, uuid.UUID(form.member.data))
    since, until = form.since.data, form.until.data
    if since is not None and until is not None:
        _now(lambda at: seating.name_acting_head(session, visitor, office, member, since, until, at), beside)()
