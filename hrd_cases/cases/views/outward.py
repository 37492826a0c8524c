"""What goes outward for a defender: each act passes the gate of consent, alone or two together."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import msgspec
from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cases import facts, outward
from hrd_cases.cases.chains import Standing
from hrd_cases.cases.codes import CODES
from hrd_cases.cases.consent import State
from hrd_cases.cases.consent_gate import Decision
from hrd_cases.cases.details import Action, ActionState, Conversation
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.forms.consent import OUTWARD, CarryOnForm, OutwardForm
from hrd_cases.cases.forms.entry import made_from
from hrd_cases.cases.models import Case, Entry
from hrd_cases.cases.views.around import around_of
from hrd_cases.cases.views.desk import desk
from hrd_cases.cases.views.pressed import entry_id_of, written_before
from hrd_cases.cases.views.settling import mended_at
from hrd_cases.cases.words import code, name_of, when_said, who
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import note, say, told
from hrd_cases.door.showing import confirm, led_to, outcome, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Changed
from hrd_cases.forms import typed
from hrd_cases.offices.colleagues import names_of
from hrd_cases.offices.words import all_of

KIND, WANTED = "kind", "still_wanted"


@desk.form("/<uuid:case_id>/act", needs=Permission.WORK_ON_CASE)
def act(session: Session, visitor: Visitor, case: Case) -> Response:
    """Something that goes outward, done or planned."""
    file, now = open_file(session, case), datetime.now(UTC)
    judged = {kind: outward.judge(session, file, kind, now) for kind in OUTWARD}
    blank = Action(kind="", state=ActionState.PLANNED, when=now)
    form = OutwardForm.of(blank, around_of(session, visitor, file, now), made_from=uuid.uuid4())
    form.may(kind for kind, one in judged.items() if one.allowed)
    _ask_in_its_time(form, judged)
    made = outcome(form, lambda: _made(session, visitor, case, form, blank, now), _at_fault(form, judged))
    if made is not None:
        say(_("Written into the file."))
        return led_to("cases.action", case_id=case.id, entry_id=made.of.id)
    chosen = judged.get(typed(form.kind))
    refused = bool(form.errors) and chosen is not None and _waits_for_a_word(chosen)
    mend = mended_at(chosen.instead, file) if form.errors and chosen is not None and not chosen.allowed else None
    return shown("cases/outward.html", form, file=file, judged=_by_purpose(judged), refused=refused, mend=mend)


def _ask_in_its_time(form: OutwardForm, judged: dict[str, Decision]) -> None:
    """Two together are offered only where somebody tried to ask and could not; “Still wanted?” is asked in its time."""
    if not any(one.stand.state is State.IMPOSSIBLE for one in judged.values()):
        del form.together, form.emergency
    if not any(one.ask for one in judged.values()):
        del form.still_wanted


def _made(session: Session, by: Visitor, case: Case, form: OutwardForm, blank: Action, now: datetime) -> Entry:
    said, entry_id = form.said(blank), entry_id_of(by)
    first = written_before(session, case, entry_id)
    if first is not None:
        return first
    if "together" in form and form.together.data:
        return outward.propose(session, by, case, said, danger=True, now=now, entry_id=entry_id)
    return outward.act(session, by, case, msgspec.structs.replace(said, emergency=""), now, entry_id)


def _waits_for_a_word(decision: Decision) -> bool:
    """A conversation may change what the gate says."""
    return not decision.allowed and decision.stand.state is not State.GIVEN


def _at_fault(form: OutwardForm, judged: dict[str, Decision]) -> str:
    """Where a refusal is said: at what is asked, or at what was chosen."""
    chosen = judged.get(typed(form.kind))
    asked = chosen is not None and chosen.ask is not None
    return WANTED if asked and not typed(form.still_wanted).strip() else KIND


def _by_purpose(judged: dict[str, Decision]) -> list[tuple[str, list[str], Decision]]:
    """(purpose, what it takes it for, what the gate says), once for each."""
    found: dict[str, tuple[list[str], Decision]] = {}
    for kind, decision in judged.items():
        found.setdefault(CODES.purpose_of(kind) or "", ([], decision))[0].append(code(kind, "action"))
    return [(purpose, kinds, decision) for purpose, (kinds, decision) in found.items()]


@desk.form("/<uuid:case_id>/actions/<uuid:entry_id>", needs=Permission.WORK_ON_CASE)
def action(session: Session, visitor: Visitor, case: Case, entry: Entry) -> Response:
    """What was done or is planned, and what became of it."""
    file, now = open_file(session, case), datetime.now(UTC)
    stands = file.about(entry.id, Action)
    form = CarryOnForm.of(stands.said, around_of(session, visitor, file, now), made_from=stands.entry.id)
    field = "state" if "state" in form else None
    if _may_join(visitor, stands.said):
        form.only_no()
        field = "stopped_because"
    try:
        wrote = outcome(form, lambda: _carried_on(session, visitor, case, form, stands.said, now), field)
        if wrote is not None:
            say(_("Written into the file.")) if wrote.of else note(_("Nothing was changed."))
            return led_to("cases.action", case_id=case.id, entry_id=stands.id)
    except Changed:
        form.refuse(
            _("Somebody wrote what became of it first. Look at what stands now, and save again if it is right.")
        )
        file = open_file(session, case, anew=True)
        stands = file.about(entry.id, Action)
        form.made_from.data = str(stands.entry.id)
    return shown("cases/action.html", form, **_about(session, visitor, file, stands, now))


def _carried_on(session: Session, by: Visitor, case: Case, form: CarryOnForm, before: Action, now: datetime) -> bool:
    return outward.carry_on(session, by, case, made_from(form) or uuid.UUID(int=0), form.said(before), now)


def _may_join(by: Visitor, said: Action) -> bool:
    return said.waits_for_second and said.proposed_by != by.member_id


def _about(session: Session, visitor: Visitor, file: File, stands: Standing[Action], now: datetime) -> dict[str, Any]:
    said = stands.said
    waits = said.waits_for_head
    members = {one for one in (said.proposed_by, said.second_id, said.confirmed_by, stands.entry.author_id) if one}
    return {
        "file": file,
        "stands": stands,
        "waits_for_head": waits,
        "overdue": bool(waits and said.confirm_by and said.confirm_by < now),
        "may_confirm": waits and visitor.allows(Permission.DECIDE_ON_CASE, file.case.office_id),
        "may_join": _may_join(visitor, said),
        "names": names_of(session, members),
        "decision": outward.judge(session, file, said.kind, now) if said.state == ActionState.PLANNED else None,
    }


@desk.form("/<uuid:case_id>/actions/<uuid:entry_id>/join", needs=Permission.JOIN_EMERGENCY)
def join(session: Session, visitor: Visitor, case: Case, entry: Entry) -> Response:
    """The second of two members who act where nobody can be asked and life is in danger."""
    file = open_file(session, case)
    stands, now = file.about(entry.id, Action), datetime.now(UTC)
    if not stands.said.waits_for_second and _is_over(mine=stands.said.second_id == visitor.member_id):
        return _to_action(case, stands)
    joined: list[Action] = []
    return confirm(
        lambda: joined.append(outward.join(session, visitor, case, stands.entry.id, now)),
        lambda: _after_joining(case, stands, joined[0]),
        shows=(stands.entry.id,),
        title=_("Join as the second member"),
        name=file.name or case.reference,
        says=[
            *_what(session, file, stands.said, now),
            *_not_asked_yet(file, stands.said),
            _("The two of you answer for it. The head confirms it within two working days."),
        ],
        instead=_ask_first(case, file, stands.said),
        warning=_("Join only if you yourself are sure that nobody can be asked in time."),
        button=_("Join: life is in danger"),
        kind="warning",
        back=("cases.action", {"case_id": case.id, "entry_id": stands.id}),
    )


def _is_over(*, mine: bool) -> bool:
    """Nothing waits for this press any more: whoever comes to it reads how the act stands now. Whoever pressed it
    already did it with their first press.
    """
    return mine or request.method == "GET"


def _to_action(case: Case, stands: Standing[Action]) -> Response:
    return led_to("cases.action", case_id=case.id, entry_id=stands.id)


def _what(session: Session, file: File, said: Action, now: datetime) -> list[str]:
    """Exactly what two members do, on whose word, and who tried to ask."""
    tried = _asking(file, said, now)
    named = {one for one in (said.proposed_by, said.second_id, tried.entry.author_id if tried else None) if one}
    names = names_of(session, named)
    lines = [
        _("What: %(what)s", what=code(said.kind, "action")),
        _("To whom, or with whom: %(whom)s", whom=said.addressee),
        _("What exactly: %(text)s", text=said.text) if said.text else "",
        _("Why nobody can be asked, and what the danger is: %(why)s", why=said.emergency),
        _tried_to_ask(tried, names) if tried is not None else "",
        _("Proposed by %(name)s.", name=who(said.proposed_by, names)) if said.proposed_by else "",
        _("Joined by %(name)s.", name=who(said.second_id, names)) if said.second_id else "",
    ]
    return [line for line in lines if line]


def _not_asked_yet(file: File, said: Action) -> list[str]:
    """That family or a lawyer could be asked, which nobody did: whoever answers for the act knows it."""
    people = facts.may_be_asked(file, said.purpose) if said.purpose else None
    if people is None:
        return []
    if not people:
        return [_("Family or a lawyer can speak for them while they cannot; none is on file.")]
    named = all_of([f"{name_of(one.said)} ({code(one.said.role, 'person_role')})" for one in people])
    return [
        _(
            "Family or a lawyer can speak for them while they cannot, and was not asked about this: %(names)s.",
            names=named,
        )
    ]


def _ask_first(case: Case, file: File, said: Action) -> tuple[str, str, dict[str, uuid.UUID]] | None:
    """What to press instead where somebody could be asked."""
    if not said.purpose or not facts.may_be_asked(file, said.purpose):
        return None
    return _("Ask family or lawyer first"), "cases.conversation", {"case_id": case.id}


def _asking(file: File, said: Action, now: datetime) -> Standing[Conversation] | None:
    """The conversation in which asking was impossible."""
    if not said.purpose:
        return None
    words = facts.conversations(file)
    stand = facts.judged(file, said.purpose, now, said=words).stand
    tried = stand.state is State.IMPOSSIBLE or stand.tried is not None
    return facts.said_in(file, words, stand) if tried else None


def _tried_to_ask(tried: Standing[Conversation], names: dict[uuid.UUID, str]) -> str:
    reason = next((one.reason for one in tried.said.answers if one.reason), "")
    when, name = when_said(tried.said), who(tried.entry.author_id, names)
    return str(_("Tried to ask, %(when)s: %(name)s. %(reason)s", when=when, name=name, reason=reason))


def _after_joining(case: Case, stands: Standing[Action], joined: Action) -> Response:
    say(_("You joined. It may be done now."))
    if joined.confirm_by is not None:
        told(_("The head has been told and confirms it within two working days."))
    return _to_action(case, stands)


@desk.form("/<uuid:case_id>/actions/<uuid:entry_id>/confirm", needs=Permission.DECIDE_ON_CASE)
def confirm_action(session: Session, visitor: Visitor, case: Case, entry: Entry) -> Response:
    """The head stands by what two members did."""
    file = open_file(session, case)
    stands, now = file.about(entry.id, Action), datetime.now(UTC)
    if not stands.said.waits_for_head and _is_over(mine=stands.said.confirmed_by == visitor.member_id):
        return _to_action(case, stands)

    def after() -> Response:
        say(_("Confirmed."))
        return _to_action(case, stands)

    return confirm(
        lambda: outward.confirm(session, visitor, case, stands.entry.id, now),
        after,
        shows=(stands.entry.id,),
        title=_("Confirm what two members did"),
        name=file.name or case.reference,
        says=[
            *_what(session, file, stands.said, now),
            *_not_asked_yet(file, stands.said),
            _("You stand by it from now on. To end what is only planned, stop it instead."),
        ],
        button=_("Confirm"),
        instead=_ask_first(case, file, stands.said),
        back=("cases.action", {"case_id": case.id, "entry_id": stands.id}),
    )
