"""What somebody agreed to, and the conversations in which they said so."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

import msgspec
from babel import Locale
from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cases import consent_gate, conversations, facts
from hrd_cases.cases.chains import Standing
from hrd_cases.cases.codes import PURPOSES
from hrd_cases.cases.consent import State
from hrd_cases.cases.conversations import Followed, record_conversation
from hrd_cases.cases.details import Answer, Conversation
from hrd_cases.cases.file import File, open_file
from hrd_cases.cases.forms.consent import ConversationForm
from hrd_cases.cases.forms.entry import Around
from hrd_cases.cases.models import Case, Entry
from hrd_cases.cases.spoken import SPOKEN, Spoken, at_hand
from hrd_cases.cases.views.around import around_of
from hrd_cases.cases.views.conflict import Typed, typed_over
from hrd_cases.cases.views.desk import desk
from hrd_cases.cases.views.pressed import entry_id_of, pressed_before
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import note, say, stopped, to_do
from hrd_cases.door.showing import led_to, outcome, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Changed
from hrd_cases.offices.colleagues import names_of
from hrd_cases.offices.models import Office

BACK = "back"
"""In the address of the form: the purpose to which they take their yes back."""


class Line(NamedTuple):
    """One purpose as it stands: the decision with its sentences, and the conversation that decided. `not_counted`: the
    one in which somebody answered for the person and it does not count.
    """

    purpose: str
    decision: consent_gate.Decision
    said: Standing[Conversation] | None
    not_counted: Standing[Conversation] | None


@desk.get("/<uuid:case_id>/consent", needs=Permission.WORK_ON_CASE)
def consent(session: Session, case: Case) -> Response:
    file = open_file(session, case)
    talks = sorted(file.conversations, key=lambda one: one.said.when, reverse=True)
    told = next((one.said for one in talks if one.said.told_of_recording), None)
    names = names_of(session, {one.entry.author_id for one in talks})
    people = {one.id: one.said for one in file.people}
    return shown(
        "cases/consent.html", file=file, lines=_lines(file), talks=talks, told=told, names=names, people=people
    )


def _lines(file: File) -> list[Line]:
    words, now = facts.conversations(file), datetime.now(UTC)
    found = []
    for purpose in PURPOSES:
        decision = facts.judged(file, purpose, now, said=words)
        said = facts.said_in(file, words, decision.stand)
        found.append(Line(purpose, decision, said, facts.not_counted_in(file, words, decision.stand)))
    return found


@desk.form("/<uuid:case_id>/conversation", needs=Permission.WORK_ON_CASE)
def conversation(session: Session, visitor: Visitor, case: Case) -> Response:
    """One conversation, recorded once for every purpose."""
    entry_id = entry_id_of(visitor)
    if pressed_before(session, case, entry_id):
        return led_to("cases.consent", case_id=case.id)
    file, now = open_file(session, case), datetime.now(UTC)
    back = request.args.get(BACK, "")
    taken_back = (Answer(purpose=back, state=State.REFUSED.value),) if back in PURPOSES else ()
    blank = Conversation(when=now, standing="", answers=taken_back)
    form, texts = _form(session, visitor, file, blank, now, uuid.uuid4())

    def act() -> Followed:
        return _recorded(session, visitor, case, form, now, entry_id)

    if (followed := None if _only_read_out() else outcome(form, act)) is not None:
        _say(followed.of)
        return led_to("cases.consent", case_id=case.id)
    title = _("A consent is taken back") if taken_back else _("Conversation about consent")
    return shown("cases/conversation.html", form, file=file, texts=texts, title=title, back=back)


def _recorded(
    session: Session, by: Visitor, case: Case, form: ConversationForm, now: datetime, entry_id: uuid.UUID
) -> Followed:
    said = form.said(Conversation(when=now, standing=""))
    return record_conversation(
        session, by, case, said, now, newcomer=form.newcomer(), voice=form.voice, entry_id=entry_id
    )


@desk.form("/<uuid:case_id>/conversation/<uuid:entry_id>", needs=Permission.WORK_ON_CASE)
def correct_conversation(session: Session, visitor: Visitor, case: Case, entry: Entry) -> Response:
    file, now = open_file(session, case), datetime.now(UTC)
    stands = file.about(entry.id, Conversation)
    form, texts = _form(session, visitor, file, stands.said, now, stands.entry.id)
    typed_in = Typed(form, partial(_shaped, around_of(session, visitor, file, now)), partial(_version, file, entry.id))

    def act() -> Followed:
        said, newcomer = typed_in.onto(stands.said), form.newcomer()
        return conversations.correct_conversation(
            session, visitor, case, typed_in.read, said, now, newcomer=newcomer, voice=form.voice
        )

    try:
        if (followed := None if _only_read_out() else outcome(form, act)) is not None:
            _say(followed.of)
            return led_to("cases.consent", case_id=case.id)
    except Changed:
        anew = open_file(session, case, anew=True)
        newest, back = anew.about(entry.id, Conversation).entry, url_for("cases.show", case_id=case.id)
        as_now = replace(typed_in, shape=partial(_shaped, around_of(session, visitor, anew, now)))
        return as_now.conflict(session, back, newest, partial(_version, anew, entry.id))
    title = _("Correct a conversation about consent")
    return shown("cases/conversation.html", form, file=file, texts=texts, title=title, back="", over=typed_over())


def _shaped(around: Around, said: Conversation, unread: bool) -> ConversationForm:
    form = ConversationForm.of(said, around, unread=unread)
    form.speaking(SPOKEN)
    return form


WORDS, READ_IN = "words", "read_in"
"""The button that shows what is read out in another language, and the language in which the page shows it."""


def _only_read_out() -> bool:
    """Was only another language chosen for what is read out? Everything typed stays, and nothing is written."""
    return request.method == "POST" and request.form.get(WORDS, "") in SPOKEN


def _words(first: Spoken) -> Spoken:
    """In which language it is read out: as just chosen, else as the page showed it."""
    asked = (request.form.get(WORDS, ""), request.form.get(READ_IN, ""), request.args.get(WORDS, ""))
    return next((SPOKEN[one] for one in asked if one in SPOKEN), first)


class Texts(NamedTuple):
    """What is read out: in the language chosen, in the others of the office, and whatever else there is."""

    chosen: Spoken
    others: list[Spoken]
    languages: list[tuple[str, str]]


def _form(
    session: Session, by: Visitor, file: File, said: Conversation, now: datetime, stands: uuid.UUID | None = None
) -> tuple[ConversationForm, Texts]:
    office = session.get(Office, file.case.office_id)
    here = at_hand(office.languages if office is not None else ())
    wanted = _words(here[0])
    everywhere = list(dict.fromkeys([*(one.language for one in here), *SPOKEN]))
    spoken = said if said.language else msgspec.structs.replace(said, language=wanted.language)
    form = ConversationForm.of(spoken, around_of(session, by, file, now), made_from=stands)
    form.speaking(everywhere)
    if _only_read_out() and form.language.data == request.form.get(READ_IN):
        form.language.data = wanted.language  # nobody chose it: it follows what is read out
    directions = [(code, Locale.parse(code).text_direction) for code in everywhere]
    return form, Texts(wanted, [one for one in here if one is not wanted], directions)


def _say(followed: Followed) -> None:
    say(_("The conversation is recorded."))
    if followed.stopped:
        many = followed.stopped
        stopped(ngettext("%(num)d planned act was stopped.", "%(num)d planned acts were stopped.", many))
    if followed.ended:
        many = followed.ended
        stopped(
            ngettext(
                "%(num)d share with another office was taken back. They open it no more.",
                "%(num)d shares with other offices were taken back. They open them no more.",
                many,
            )
        )
    if followed.not_stopped:
        many = followed.not_stopped
        note(
            ngettext(
                "%(num)d planned act could not be stopped: stop it by hand. A task says so.",
                "%(num)d planned acts could not be stopped: stop them by hand. Tasks say so.",
                many,
            )
        )
    if followed.tasks:
        many = followed.tasks
        to_do(ngettext("%(num)d task says what to undo.", "%(num)d tasks say what to undo.", many))


def _version(file: File, entry_id: uuid.UUID, over: uuid.UUID) -> Conversation:
    """One version of the conversation that an entry is about. Raises Absent for anything else."""
    found = file.version(file.about(entry_id, Conversation).id, over).details
    if not isinstance(found, Conversation):
        raise Absent("no version of a conversation")
    return found
