"""Two who press in the same moment, through the pages, on both databases: one step is taken, the other press gets a
sentence or leads to what the first did, and the ledger says what the steps say.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from hrd_cases.door.visitor import Visitor
from hrd_cases.grants import ledger, requests
from hrd_cases.grants.models import Envelope, Grant
from tests.cases.acting import sentences
from tests.cases.typed import fields_of
from tests.documents.paging import TEXT, Papers
from tests.grants.asking import LINES, WHO, Asked
from tests.grants.test_cells_on_pages import CHECKED, SAYS, SIGNED
from tests.grants.test_deciding_pages import YES
from tests.grants.test_what_acts_need import APPROVED, PAID, RELEASED, SUBMITTED, VERIFIED, walk

FIRST = "Somebody took a step of this grant first."
CHANGED = "What you have read has changed meanwhile, and nothing was done."
SAYS_SO = (FIRST, CHANGED, "This cannot be done with a grant in the state", "Only ", "is withdrawn before")
Press = tuple[str, str]
Meanwhile = Callable[[Session, Visitor], None]
COMMITTED = (*APPROVED, ("commit", "finance"))
ARRIVED = (*PAID, ("arrive", "officer"))
ACCOUNTED = (*ARRIVED, ("receipt", "officer"))
ASKED_BACK = (*PAID, ("ask_back", "head"))

TWO: list[tuple[tuple[Press, ...], Press, Press]] = [
    ((), ("submit", "officer"), ("cancel", "officer")),
    (SUBMITTED, ("verify", "finance"), ("verify", "finance2")),
    (SUBMITTED, ("verify", "finance"), ("fast_approve", "head")),
    (SUBMITTED, ("send_back", "finance"), ("reject", "head")),
    (VERIFIED, ("approve", "head"), ("approve", "head")),
    (VERIFIED, ("approve", "head"), ("approve_less", "head")),
    (VERIFIED, ("approve", "head"), ("withdraw", "officer")),
    (VERIFIED, ("approve", "head"), ("change", "officer")),
    (VERIFIED, ("ask", "head"), ("ask", "finance")),
    (APPROVED, ("commit", "finance"), ("commit", "finance2")),
    (APPROVED, ("commit", "finance"), ("cancel", "officer")),
    (COMMITTED, ("release", "head"), ("return", "head")),
    (RELEASED, ("pay", "finance"), ("pay", "finance")),
    (RELEASED, ("pay", "finance"), ("pay", "finance2")),
    (RELEASED, ("pay", "finance"), ("withdraw", "officer")),
    (RELEASED, ("pay", "finance"), ("send_back", "finance2")),
    (RELEASED, ("pay", "finance"), ("change", "officer")),
    (PAID, ("arrive", "officer"), ("ask_back", "finance")),
    (ARRIVED, ("receipt", "officer"), ("receipt", "officer")),
    (ARRIVED, ("receipt", "officer"), ("receipt", "finance")),
    (ARRIVED, ("ask_back", "finance"), ("ask_back", "head")),
    (ASKED_BACK, ("take_back", "finance"), ("take_back", "finance2")),
    (ACCOUNTED, ("close", "head"), ("close", "finance2")),
    (ACCOUNTED, ("close", "head"), ("ask_back", "finance")),
]


@pytest.fixture(params=["sqlite", "postgres"])
def asked(request: pytest.FixtureRequest) -> Asked:
    return Asked(request.getfixturevalue("world" if request.param == "sqlite" else "world_on_postgres"))


@pytest.mark.parametrize(("way", "one", "other"), TWO)
def test_of_two_presses_in_one_moment_one_is_a_step(
    asked: Asked, way: tuple[Press, ...], one: Press, other: Press
) -> None:
    walk(asked, way)
    before = asked.seen(lambda opened: len(opened.steps))
    answers = at_once(asked, [form_of(asked, one), form_of(asked, other)])
    led = [answer for answer in answers if answer.status_code == 303]
    assert asked.seen(lambda opened: len(opened.steps)) == before + 1, [sentences(answer.text) for answer in answers]
    if one == other:
        assert len(led) == 2, "it leads to what the first press did"
    else:
        (second,) = [answer for answer in answers if answer not in led]
        assert second.status_code in (409, 422)
        assert any(words in sentences(second.text) for words in SAYS_SO), sentences(second.text)
    with asked.world.acting(WHO["officer"]) as (session, _officer):
        assert ledger.unbalanced(session, [asked.id]) == []


def test_what_is_submitted_is_what_was_read_though_it_is_written_in_meanwhile(asked: Asked) -> None:
    """The same moment, at its latest: the draft is saved while the press is on its way."""
    form = form_of(asked, ("submit", "officer"))

    def dearer(session: Session, officer: Visitor) -> None:
        with_another = (*LINES, LINES[1]._replace(unit_price=Decimal(20_000)))
        grant = session.get_one(Grant, asked.id)
        story, payment = asked.said(grant, with_another)
        requests.save(session, officer, grant, grant.version, story, payment, datetime.now(UTC))

    (answer,) = at_once(asked, [form], meanwhile=dearer)
    assert answer.status_code == 422
    assert CHANGED in sentences(answer.text)
    assert "EGP 230,000.00" in sentences(answer.text), "the page comes again, as it is now"
    assert asked.seen(lambda opened: opened.steps) == []


def test_a_document_that_became_evidence_meanwhile_stays(asked: Asked) -> None:
    """The same moment, at its latest: the grant ends while whoever takes a document away is on their way."""
    walk(asked, SUBMITTED)
    papers = Papers(asked.world, asked.id, "request")
    document_id = papers.added("a.txt", TEXT)
    path = f"{papers.path}/{document_id}/remove"
    form = {"made_from": papers.made_from(document_id), "reason": "Twice."}

    def ends(session: Session, officer: Visitor) -> None:
        asked.act_in(session, officer, "withdraw")

    (answer,) = at_once(asked, [(WHO["officer"], path, form)], meanwhile=ends)
    assert answer.status_code == 422
    assert "Nothing is taken away from a grant that has ended" in sentences(answer.text)
    assert papers.get(f"/{document_id}/file").data == TEXT


def test_a_file_that_several_add_at_once_lies_there_once(asked: Asked) -> None:
    walk(asked, SUBMITTED)
    papers, answers = Papers(asked.world, asked.id, "request"), []
    people = [WHO[who] for who in ("officer", "colleague", "head", "finance")]
    for who in people:
        papers.get("", who)

    def add(who: str) -> None:
        answers.append(papers.add(("a.txt", TEXT), who=who).status_code)

    threads = [threading.Thread(target=add, args=(who,)) for who in people]
    with asked.world.acting(WHO["officer"]) as (session, _officer):
        session.scalars(select(Grant).where(Grant.id == asked.id).with_for_update()).all()
        for thread in threads:
            thread.start()
        wait_for(asked, len(threads))
    for thread in threads:
        thread.join(60)
    assert answers == [303] * 4
    assert len(papers.rows()) == len(list(papers.storage.lying())) == 1


def test_of_two_fast_approvals_for_one_person_in_one_moment_one_is_refused(asked: Asked) -> None:
    """Each would be the only one that no second has signed."""
    walk(asked, SUBMITTED)
    first, forms = asked.id, [form_of(asked, ("fast_approve", "head"))]
    asked.begin("officer")
    asked.write(purpose="medical")
    walk(asked, SUBMITTED)
    forms.append(form_of(asked, ("fast_approve", "head")))
    answers = at_once(asked, forms, held=select(Envelope))
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    refused = next(sentences(answer.text) for answer in answers if answer.status_code == 422)
    assert "Another grant to the same person was approved before it was verified" in refused
    states = [asked.state]
    asked.id = first
    assert sorted([*states, asked.state]) == ["approved", "submitted"]


def form_of(asked: Asked, press: Press) -> tuple[str, str, dict[str, Any]]:
    """Who, where, and the form of an act as its page has it, filled in."""
    act, who = press
    rest = act if act in ("submit", "change") else f"sign/{act}" if act in SIGNED else f"act/{act}"
    path = f"/grants/{asked.id}/{rest}"
    answer = asked.world.client(WHO[who]).get(path)
    assert answer.status_code == 200, sentences(answer.text)
    says: dict[str, Any] = {"text": "Because of this."} | SAYS.get(act, {})
    says |= {"payee": "Other Chambers"} if act == "change" else {}
    return WHO[who], path, fields_of(answer.text) | YES | CHECKED | says


def at_once(
    asked: Asked,
    forms: list[tuple[str, str, dict[str, Any]]],
    meanwhile: Meanwhile = lambda *_: None,
    held: Select[Any] | None = None,
) -> list[Any]:
    """What each press is answered. They go on once each of them waits for whoever acts on it `meanwhile`. `held`: the
    rows that they wait for, if not the grant's.
    """
    answers: list[Any] = []

    def press(who: str, path: str, form: dict[str, Any]) -> None:
        answers.append(asked.world.client(who).post(path, form))

    threads = [threading.Thread(target=press, args=one) for one in forms]
    with asked.world.acting(WHO["officer"]) as (session, officer):
        rows = select(Grant).where(Grant.id == asked.id) if held is None else held
        session.scalars(rows.with_for_update()).all()
        for thread in threads:
            thread.start()
        wait_for(asked, len(threads))
        meanwhile(session, officer)
    for thread in threads:
        thread.join(60)
    assert len(answers) == len(forms)
    return answers


def wait_for(asked: Asked, presses: int) -> None:
    """On SQLite whoever writes waits for everything, before it reads."""
    engine = asked.world.database.main.engine
    if engine.dialect.name == "sqlite":
        return
    waiting = text(
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    )
    for _ in range(400):
        with engine.connect() as connection:
            if connection.scalar(waiting) == presses:
                return
        time.sleep(0.05)
    raise AssertionError("the presses do not wait for each other")
