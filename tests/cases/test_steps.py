"""Acts on one file follow one another, on both databases: whoever waits sees what the other did."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from hrd_cases.cases import outward, steps
from hrd_cases.cases.conversations import record_conversation
from hrd_cases.cases.details import Action, LifeStep
from hrd_cases.cases.file import open_file
from hrd_cases.cases.forms.entry import EntryForm
from hrd_cases.cases.life import Act
from hrd_cases.cases.models import Case
from hrd_cases.cases.views.entering import entering_new
from hrd_cases.cases.writing import lock_case
from hrd_cases.errors import Changed, HrdError, Refused
from tests.cases.acting import Filed, assessed, contact, said
from tests.world import World


@pytest.fixture(params=["world", "world_on_postgres"])
def file(request: pytest.FixtureRequest) -> Filed:
    """A file on SQLite, and one on PostgreSQL."""
    return Filed(request.getfixturevalue(request.param), "officer.cairo", "EG", "سلمى")


@dataclass
class Other:
    """Somebody else's act. It begins while ours is not committed yet, and can only end after it."""

    thread: threading.Thread
    refused: list[HrdError]

    def ended(self) -> list[str]:
        """What it was refused with."""
        self.thread.join(timeout=30)
        assert not self.thread.is_alive()
        return [str(one) for one in self.refused]


def _meanwhile(world: World, act: Callable[[], None]) -> Other:
    refused: list[HrdError] = []

    def run() -> None:
        try:
            with world.app.test_request_context("/", method="POST"):
                act()
        except (Refused, Changed) as error:
            refused.append(error)

    other = threading.Thread(target=contextvars.Context().run, args=(run,))
    other.start()
    other.join(timeout=1)  # it waits for the file, or on SQLite for the write gate
    assert other.is_alive()
    return Other(other, refused)


def _demarche(state: str = "planned", **more: Any) -> Action:
    return Action(kind="demarche", state=state, when=datetime.now(UTC), addressee="The ministry", **more)


def test_an_act_that_waits_for_a_withdrawal_is_refused(file: Filed) -> None:
    file.talk(raise_authorities="given")

    def act() -> None:
        with file.world.acting("deputy.cairo") as (session, visitor):
            outward.act(session, visitor, session.get_one(Case, file.id), _demarche(), datetime.now(UTC))

    with file.world.acting("officer.cairo") as (session, visitor):
        case = session.get_one(Case, file.id)
        record_conversation(session, visitor, case, said(raise_authorities="refused"), datetime.now(UTC))
        other = _meanwhile(file.world, act)
    assert other.ended() == [
        "They have taken their consent back. Do it another way. If they change their mind, record the conversation."
    ]
    assert file.actions == []


def test_of_two_who_join_in_the_same_moment_one_is_the_second_member(file: Filed) -> None:
    file.talk(raise_authorities="impossible")
    with file.world.acting("officer.cairo") as (session, visitor):
        case = session.get_one(Case, file.id)
        proposed = _demarche(emergency="An execution is set for tomorrow.")
        entry = outward.propose(session, visitor, case, proposed, danger=True, now=datetime.now(UTC)).id

    def join() -> None:
        with file.world.acting("head.cairo") as (session, visitor):
            outward.join(session, visitor, session.get_one(Case, file.id), entry, datetime.now(UTC))

    with file.world.acting("deputy.cairo") as (session, visitor):
        outward.join(session, visitor, session.get_one(Case, file.id), entry, datetime.now(UTC))
        other = _meanwhile(file.world, join)
    assert other.ended() == ["Nobody has to join this any more. Look at what became of it on the page of the action."]
    (joined,) = file.actions
    assert joined.said.second_id == file.world.demonstration.members["deputy.cairo"]


def test_of_two_who_close_in_the_same_moment_the_second_learns_that_it_is_closed(file: Filed) -> None:
    file.write(assessed("low"))
    given = LifeStep(act="", before="", after="", outcome="released", feedback="family")

    def close() -> None:
        with file.world.acting("deputy.cairo") as (session, visitor):
            opened = open_file(session, session.get_one(Case, file.id))
            steps.take_step(session, visitor, opened, Act.CLOSE, given, datetime.now(UTC))

    with file.world.acting("officer.cairo") as (session, visitor):
        opened = open_file(session, session.get_one(Case, file.id))
        steps.take_step(session, visitor, opened, Act.CLOSE, given, datetime.now(UTC))
        other = _meanwhile(file.world, close)
    (refused,) = other.ended()
    assert "in the state “Closed”" in refused
    assert len(file.seen(lambda opened: opened.life)) == 1


def test_what_cannot_be_carried_out_leaves_nothing_behind(file: Filed) -> None:
    """A refusal in the middle undoes the conversation and what followed from it."""
    file.talk(raise_authorities="given")
    with file.world.acting("officer.cairo") as (session, visitor):
        outward.act(session, visitor, session.get_one(Case, file.id), _demarche(), datetime.now(UTC))

    def hold_and_die() -> None:
        with file.world.acting("officer.cairo") as (session, visitor):
            case = session.get_one(Case, file.id)
            record_conversation(session, visitor, case, said(raise_authorities="refused"), datetime.now(UTC))
            raise RuntimeError("the server dies")

    with pytest.raises(RuntimeError):
        hold_and_die()
    assert [one.said.state for one in file.actions] == ["planned"]
    assert len(file.seen(lambda opened: opened.conversations)) == 1


def test_a_direct_contact_waits_for_an_act_that_is_judged_by_what_was_known_before(file: Filed) -> None:
    """A family's yes lapses at the next direct contact: of an act and a contact in one moment, one comes first."""

    def spoke() -> None:
        with file.world.acting("deputy.cairo") as (session, visitor):
            new = entering_new(session, visitor, session.get_one(Case, file.id), "contact")
            form = SimpleNamespace(said=lambda _onto: contact(), sourced=lambda _before: None)
            new.add(cast(EntryForm, form))

    with file.world.acting("officer.cairo") as (session, _visitor):
        lock_case(session, session.get_one(Case, file.id))
        other = _meanwhile(file.world, spoke)
    assert other.ended() == []
    assert len(file.seen(lambda opened: opened.contacts)) == 1
