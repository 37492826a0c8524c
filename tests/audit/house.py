"""A small house for tests of the trail: sealed rows, charters and a revocation without anybody's passphrase."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import Actor, act_as, record
from hrd_cases.db import Store
from hrd_cases.keys.charter import charter_hash
from hrd_cases.keys.models import CharterRow, Revocation
from hrd_cases.offices.models import Notice
from hrd_cases.records import Sleeve
from hrd_cases.vault.envelope import RecordCipher

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
OFFICE, FOLDER, MEMBER = (uuid.UUID(int=n) for n in (1, 2, 3))
NOTICE, OTHER = uuid.UUID(int=10), uuid.UUID(int=11)
CHARTER = b"a charter's text"


class OneKey:
    """Opens and seals everything with one key."""

    _cipher = RecordCipher(bytes(32), bytes(32), 1)

    def to_open(self, folder_id: uuid.UUID, sleeve: Sleeve, key_epoch: int) -> RecordCipher:
        return self._cipher

    def to_seal(self, folder_id: uuid.UUID, sleeve: Sleeve) -> RecordCipher:
        return self._cipher


def notice(notice_id: uuid.UUID = NOTICE, subject: str = "Fair trials") -> Notice:
    return Notice(
        id=notice_id, folder_id=FOLDER, office_id=OFFICE, sent_at=NOW, sender_id=MEMBER, subject=subject, text="…"
    )


def build(store: Store) -> dict[str, bytes]:
    """Nine entries: two notices written (2), the first changed (3), a charter in force (4), a revocation (5), the rest
    plain. Returns the first notice's earlier blob and the hash of the last entry, by name."""
    kept: dict[str, bytes] = {}
    with store.writing(keys=OneKey()) as session:
        act_as(session, Actor("demonstration"))
        record(session, Event.INSTALLATION_BEGUN, demonstration=True)
    with store.writing(keys=OneKey()) as session:
        act_as(session, Actor("member", MEMBER, OFFICE))
        session.add_all([notice(), notice(OTHER)])
        record(session, Event.FOLDER_OPENED, folder=FOLDER, kind="office")
    with store.writing(keys=OneKey()) as session:
        row = session.get_one(Notice, NOTICE)
        kept["earlier blob"] = row.sealed_file  # type: ignore[attr-defined]
        row.subject = "Fair trials, corrected"
        record(session, Event.NOTICE_PUT_AWAY, notice=NOTICE)
    with store.writing() as session:
        name = charter_hash(CHARTER)
        session.add(CharterRow(hash=name, office_id=OFFICE, number=1, body=CHARTER, signatures=b""))
        record(session, Event.CHARTER_IN_FORCE, office=OFFICE, number=1, act="first", hash=name)
    with store.writing() as session:
        ended = Revocation(member_id=MEMBER, fingerprint=bytes(32), revoked_by=MEMBER, revoked_at=NOW, numbers=b"")
        session.add(ended)
        record(session, Event.MEMBER_REVOKED, member=MEMBER, fingerprint=ended.fingerprint, revocation=ended.digest)
    for seconds in (6, 7, 8, 9):
        with store.writing() as session:
            record(session, Event.SIGN_IN_SLOWED, seconds=seconds)
    return kept
