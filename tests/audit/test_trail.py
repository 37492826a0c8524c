"""Writing the trail: what happened and what is told of it are committed together, or neither is."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import FIELDS, SUBJECTS, Event
from hrd_cases.audit.models import AuditEntry, AuditSubject
from hrd_cases.audit.trail import Actor, act_as, read_body, record
from hrd_cases.audit.verify import verify_store
from hrd_cases.db import Store
from hrd_cases.offices.models import Notice
from hrd_cases.settings import ROOT
from tests.audit.house import FOLDER, MEMBER, NOTICE, OFFICE, OTHER, OneKey, build, notice

WRITERS = 8
EACH = 25


def events(store: Store) -> list[str]:
    with store.reading() as session:
        return list(session.scalars(select(AuditEntry.event).order_by(AuditEntry.number)))


def notices(store: Store) -> int:
    with store.reading() as session:
        return session.scalars(select(func.count()).select_from(Notice)).one()


def sealed(session: Session, notice_id: uuid.UUID = NOTICE) -> None:
    session.add(notice(notice_id))


# -- fields


@pytest.mark.parametrize("event", list(Event))
def test_a_field_missing_or_too_many_is_refused_at_once(event: Event):
    wrong = [FIELDS[event] | {"text"}, *(FIELDS[event] - {left_out} for left_out in FIELDS[event])]
    for names in wrong:
        with pytest.raises(TypeError, match=f"{event.value} takes"):
            record(Session(), event, **dict.fromkeys(names, 1))


def test_what_happened_is_kept_as_it_was_told(store: Store):
    with store.writing() as session:
        act_as(session, Actor("member", MEMBER, OFFICE))
        record(session, Event.CHARTER_IN_FORCE, office=OFFICE, number=2, act="seat", hash=b"\xab")
        record(session, Event.PAGE_READ, page="offices.show", subjects=(OFFICE, FOLDER))
    with store.reading() as session:
        first, second = (read_body(entry) for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.number)))
    assert (first.number, first.actor, first.actor_id, first.office_id) == (1, "member", MEMBER, OFFICE)
    assert first.fields == {"act": "seat", "hash": "ab", "number": 2, "office": str(OFFICE)}
    assert second.fields == {"page": "offices.show", "subjects": (str(OFFICE), str(FOLDER))}


def about(store: Store) -> set[tuple[int, uuid.UUID]]:
    with store.reading() as session:
        return {(row.number, row.subject_id) for row in session.scalars(select(AuditSubject))}


def test_an_entry_is_found_by_everything_it_is_about_and_by_nothing_else(store: Store):
    with store.writing() as session:
        record(session, Event.PAGE_READ, page="offices.show", subjects=(OFFICE, FOLDER, OFFICE, 7, "1" * 32, "x"))
        record(session, Event.MEMBER_VOUCHED, member=MEMBER, office=OFFICE, role="head")
        record(session, Event.SIGN_IN_FAILED, member=None)
        record(session, Event.CHARTER_WITHDRAWN, office=OFFICE, number=4)
        record(session, Event.SIGNED_IN)
    assert about(store) == {(1, OFFICE), (1, FOLDER), (2, MEMBER), (2, OFFICE), (4, OFFICE)}
    assert verify_store(store).findings == []


def test_what_is_undone_is_not_in_the_index(store: Store):
    with pytest.raises(ZeroDivisionError), store.writing() as session:  # noqa: PT012
        record(session, Event.MEMBER_SUSPENDED, member=MEMBER)
        raise ZeroDivisionError
    assert about(store) == set()


def test_every_field_that_holds_an_id_is_declared():
    """A new field of an event either says what the entry is about, or stands here with what it holds instead."""
    words_and_numbers = {
        *("page", "status", "demonstration", "seconds", "count", "role", "language", "fingerprint", "revocation"),
        *("number", "act", "hash", "circle", "epoch", "kind", "entries", "findings", "alarm"),
        *("sessions", "forms", "buckets", "invitations", "cards", "days", "export", "sources"),
        *("draft", "entry", "corrected"),  # found by the case or the folder they are of
        "change",  # an entry's number
        *("passphrase", "recovery", "authenticator", "address"),  # digests of what a member's row holds
        "step",  # of the authenticator's clock
        *("digest", "absence", "clock"),  # of the row of a letter, an absence, a clock
        *("reminders", "planned"),  # digests of reminders; with the id of each, which is theirs and nothing's else
        "on",  # days of the roster
        *("zone", "weekend", "hours", "closed", "reopened"),  # when an office works, and its holidays
        *("mailed", "quiet"),  # rules that an office mails at once, or does not
        *("until", "to"),  # what became of a reminder: the day, and whose turn it is
        *("answer", "how"),  # what became of a share
        "named",  # does a decision sheet name anybody
    }
    assert frozenset().union(*FIELDS.values()) - SUBJECTS == words_and_numbers


# -- together or not at all


def test_a_sealed_row_without_a_word_in_the_trail_is_not_committed(store: Store):
    with pytest.raises(RuntimeError, match="nothing recorded"), store.writing(keys=OneKey()) as session:
        sealed(session)
    assert (events(store), notices(store)) == ([], 0)


def test_a_changed_sealed_row_without_a_word_is_not_committed(store: Store):
    build(store)
    before = len(events(store))
    with pytest.raises(RuntimeError, match="nothing recorded"), store.writing(keys=OneKey()) as session:
        session.get_one(Notice, NOTICE).subject = "Changed"
    with store.reading(keys=OneKey()) as session:
        assert session.get_one(Notice, NOTICE).subject == "Fair trials, corrected"
    assert len(events(store)) == before


def test_a_deleted_sealed_row_without_a_word_is_not_committed(store: Store):
    build(store)
    with pytest.raises(RuntimeError, match="nothing recorded"), store.writing(keys=OneKey()) as session:
        session.delete(session.get_one(Notice, NOTICE))
    assert notices(store) == 2


def test_a_sealed_row_flushed_early_still_needs_its_word(store: Store):
    with pytest.raises(RuntimeError, match="nothing recorded"), store.writing(keys=OneKey()) as session:  # noqa: PT012
        sealed(session)
        session.flush()
    assert notices(store) == 0


def test_what_is_undone_is_not_told(store: Store):
    with pytest.raises(ZeroDivisionError), store.writing(keys=OneKey()) as session:  # noqa: PT012
        sealed(session)
        record(session, Event.FOLDER_OPENED, folder=FOLDER, kind="office")
        raise ZeroDivisionError
    assert (events(store), notices(store)) == ([], 0)


def test_a_row_deleted_with_a_word_is_no_finding(store: Store):
    build(store)
    with store.writing(keys=OneKey()) as session:
        session.delete(session.get_one(Notice, NOTICE))
        record(session, Event.NOTICE_PUT_AWAY, notice=NOTICE)
    assert verify_store(store).findings == []


# -- savepoints


def test_undoing_to_a_savepoint_forgets_only_what_came_after_it(store: Store):
    with store.writing(keys=OneKey()) as session:
        sealed(session)
        record(session, Event.FOLDER_OPENED, folder=FOLDER, kind="office")
        savepoint = session.begin_nested()
        sealed(session, OTHER)
        record(session, Event.SIGNED_OUT)
        session.flush()
        savepoint.rollback()
        record(session, Event.SIGNED_IN)
    assert events(store) == ["folder_opened", "signed_in"]
    assert notices(store) == 1
    assert verify_store(store).findings == []


def test_a_savepoint_does_not_let_a_sealed_row_pass_without_a_word(store: Store):
    with pytest.raises(RuntimeError, match="nothing recorded"), store.writing(keys=OneKey()) as session:  # noqa: PT012
        sealed(session)
        session.flush()
        session.begin_nested().rollback()
    assert notices(store) == 0


def test_a_released_savepoint_is_told_with_the_commit_around_it(store: Store):
    with store.writing(keys=OneKey()) as session:
        with session.begin_nested():
            sealed(session)
        record(session, Event.FOLDER_OPENED, folder=FOLDER, kind="office")
    assert events(store) == ["folder_opened"]
    assert verify_store(store).findings == []


# -- many at once


def test_eight_writers_at_once_make_one_chain_without_a_gap(store: Store):
    """Processes of their own, on an empty trail: even its first entry is written once."""
    url = store.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.audit.writer", url, str(EACH)]
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    writers = [
        subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.PIPE, text=True) for _ in range(WRITERS)
    ]
    for writer in writers:
        _, said = writer.communicate(timeout=120)
        assert writer.returncode == 0, said
    report = verify_store(store)
    assert report.findings == []
    assert report.entries == len(events(store)) == WRITERS * (EACH + EACH // 5)
