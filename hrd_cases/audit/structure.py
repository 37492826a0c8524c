"""Is everything there without which nobody could open, read or sign any more? Needs no key.

Rows are compared with one another and with the charters: a folder with its rows, a key with the blob sealed under it, a
circle, a seat, a pair of custodians with the charter that names it. One finding for each kind of thing: whoever takes
a whole table away would fill a book.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime

from sqlalchemy import LargeBinary, Table, func, select
from sqlalchemy.orm import Session

from hrd_cases.audit.compare import Finding, newest_charters
from hrd_cases.db import Store
from hrd_cases.errors import Absent, Tampered
from hrd_cases.keys.chain import Charters, Pins
from hrd_cases.keys.charter import Charter, CircleEntry, Signer, decode
from hrd_cases.keys.models import (
    CharterRow,
    Circle,
    CircleGrant,
    CircleKey,
    CustodyShare,
    Folder,
    KeyRing,
    PublicKeys,
    Revocation,
    ShredSecret,
    SleeveKey,
)
from hrd_cases.keys.roles import CIRCLE_ROLES, OfficeKind, Role
from hrd_cases.records import Base, FolderRecord, Sleeve
from hrd_cases.vault.identity import fingerprint_of

NAMED = 20
"""So many are named; how many there are is always said."""


def together(what: str, where: Iterable[object]) -> Iterator[Finding]:
    """One finding for all of a kind; none for none."""
    names = sorted({str(one) for one in where})
    if names:
        more = ", …" if len(names) > NAMED else ""
        yield Finding(what, f"{len(names)}: {', '.join(names[:NAMED])}{more}")


class Secrets:
    """The names of the shred secrets there are. What is shredded or opened meanwhile is not missed: a secret is written
    before its folder and destroyed after it, so that it is asked for before the folders and after them.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._before = self._all()

    def _all(self) -> set[uuid.UUID]:
        with self._store.reading() as session:
            return set(session.scalars(select(ShredSecret.folder_id).where(func.length(ShredSecret.secret) == 32)))

    def missing(self, names: Collection[uuid.UUID]) -> set[uuid.UUID]:
        missing = set(names) - self._before
        return missing - self._all() if missing else missing


# -- folders


def folders(session: Session, secrets: Secrets | None) -> Iterator[Finding]:
    """Every sealed row's folder, the key of each blob, and the secret without which the key opens nothing."""
    blobs = set(_blobs(session))
    offices = {row.id: row.office_id for row in session.execute(select(Folder.id, Folder.office_id))}
    keys = {(row.folder_id, row.sleeve, row.epoch): row.circle_id for row in session.execute(_SLEEVE_KEYS)}
    used = {folder_id for folder_id, _, _ in blobs}
    yield from together("the folder of these rows is gone", used - offices.keys())
    gone = (f"{folder_id} {sleeve} {epoch}" for folder_id, sleeve, epoch in blobs - keys.keys())
    yield from together("the key of a sealed part is gone: nobody can read it", gone)
    circles = {row.id: row.office_id for row in session.execute(select(Circle.id, Circle.office_id))}
    strange = {
        name[0] for name, circle in keys.items() if name[0] in offices and circles.get(circle) != offices[name[0]]
    }
    yield from together("a folder lies under the keys of another office", strange)
    if secrets is not None:
        what = "the shred secret is gone without which nobody can read this"
        yield from together(what, secrets.missing(used | _with_own_secrets(session)))


_SLEEVE_KEYS = select(SleeveKey.folder_id, SleeveKey.sleeve, SleeveKey.epoch, SleeveKey.circle_id)
_EPOCH = slice(2, 6)
"""Where the header of a blob has the epoch of its key, counted from 1 (vault/envelope.py)."""


def _blobs(session: Session) -> Iterator[tuple[uuid.UUID, str, int]]:
    """Under which keys there are blobs: folder, sleeve, epoch."""
    for mapper in Base.registry.mappers:
        table = mapper.local_table
        if not issubclass(mapper.class_, FolderRecord) or not isinstance(table, Table):
            continue
        for sleeve in Sleeve:
            blob = table.columns.get(f"sealed_{sleeve.value}")
            if blob is None:
                continue
            epoch = func.substr(blob, _EPOCH.start, _EPOCH.stop - _EPOCH.start, type_=LargeBinary)
            query = select(table.c.folder_id, epoch.label("epoch")).where(blob.is_not(None)).distinct()
            for row in session.execute(query):
                # What is no blob of ours is named by the comparison with the trail.
                if isinstance(row.epoch, bytes) and len(row.epoch) == _EPOCH.stop - _EPOCH.start:
                    yield row.folder_id, sleeve.value, int.from_bytes(row.epoch)


def _with_own_secrets(session: Session) -> set[uuid.UUID]:
    """What has a secret of its own without being a folder."""
    tables = [mapper.local_table for mapper in Base.registry.mappers]
    columns = [table.c.shred_id for table in tables if isinstance(table, Table) and "shred_id" in table.c]
    return {name for column in columns for name in session.scalars(select(column))}


# -- who and what the charters name


def chartered(session: Session) -> Iterator[Finding]:
    """Every seat, office and circle that the newest charters name, and the circles' keys of every epoch."""
    charters = newest_charters(session)
    yield from _seated(session, charters)
    yield from _circles(session)
    yield from together("a share is gone: custodians cannot open this circle any more", _unshared(session))
    yield from together("a member was handed the key of a circle, and has it no more", _taken_back(session))


def _seated(session: Session, charters: Iterable[Charter]) -> Iterator[Finding]:
    seats = {seat for charter in charters for seat in charter.seats}
    bundles = {
        row.fingerprint: row.bundle for row in session.execute(select(PublicKeys.fingerprint, PublicKeys.bundle))
    }
    lost = {seat.member_id for seat in seats if not _is(bundles.get(seat.fingerprint), seat.fingerprint)}
    yield from together("the public key of a seated member is gone, or is another", lost)
    rings = set(session.scalars(select(KeyRing.member_id)))
    yield from together("a seated member has no key ring", {seat.member_id for seat in seats} - rings)
    # The rooms of both lie above this one: their tables are looked at by name.
    members, offices = Base.metadata.tables.get("members"), Base.metadata.tables.get("offices")
    if members is not None:
        known = set(session.scalars(select(members.c.id)))
        yield from together("a seated member is gone", {seat.member_id for seat in seats} - known)
    if offices is not None:
        known = set(session.scalars(select(offices.c.id)))
        yield from together("an office that has a charter is gone", {one.office_id for one in charters} - known)


def _is(bundle: bytes | None, fingerprint: bytes) -> bool:
    with suppress(Tampered):
        return bundle is not None and fingerprint_of(bundle) == fingerprint
    return False


def _circles(session: Session) -> Iterator[Finding]:
    """The public key of every epoch that a charter ever named: what was sealed under it is opened by walking back."""
    rows = session.execute(select(CircleKey.circle_id, CircleKey.epoch, CircleKey.bundle, CircleKey.older_seed))
    keys = {(row.circle_id, row.epoch): row for row in rows}
    named = {(one.circle_id, one.epoch): one.fingerprint for charter in _all(session) for one in charter.circles}
    made = {name: fingerprint for name, fingerprint in named.items() if name[1]}
    wrong = (
        f"{name[0]} {name[1]}"
        for name, fingerprint in made.items()
        if not _is(keys[name].bundle if name in keys else None, fingerprint)
    )
    yield from together("the key of a chartered circle is gone, or is another", wrong)
    cut = (f"{name[0]} {name[1]}" for name in made.keys() & keys.keys() if name[1] > 1 and not keys[name].older_seed)
    yield from together("the older seed of a circle is gone: what was written before cannot be read", cut)


def _all(session: Session) -> Iterator[Charter]:
    for body in session.scalars(select(CharterRow.body)):
        with suppress(Tampered):  # the check of the charters names it
            yield decode(body)


def _unshared(session: Session) -> Iterator[str]:
    """Circles with the pairs of custodians to whom they must have been sealed: both were custodians when the circle got
    its key, and still are. Those who came later are served by the next request of a holder.
    """
    now = datetime.now(UTC).date()
    ended = {Signer(row.member_id, row.fingerprint) for row in session.execute(_ENDED)}
    charters = {charter.hash: charter for charter in _all(session)}
    headquarters = [one for one in newest_charters(session) if one.kind is OfficeKind.HEADQUARTERS]
    today = {one for charter in headquarters for one in _custodians(charter, now)} - ended
    shared = {tuple(row) for row in session.execute(_SHARES)}
    for entry, charter in _made(session):
        above = charters.get(charter.authority)
        then = _custodians(above, charter.issued_at.date()) if above is not None else set()
        for pair in itertools.combinations(sorted(today & then, key=lambda one: one.member_id), 2):
            if (entry.circle_id, entry.epoch, *pair[0], *pair[1]) not in shared:
                yield f"{entry.circle_id} {entry.epoch} {pair[0].member_id} {pair[1].member_id}"


_ENDED = select(Revocation.member_id, Revocation.fingerprint)
_SHARES = select(
    CustodyShare.circle_id,
    CustodyShare.epoch,
    CustodyShare.outer_id,
    CustodyShare.outer_fingerprint,
    CustodyShare.inner_id,
    CustodyShare.inner_fingerprint,
)


def _taken_back(session: Session) -> Iterator[str]:
    """Whoever makes a seed seals it to everybody entitled; who has been entitled ever since has it, with these keys."""
    now = datetime.now(UTC).date()
    ended = {Signer(row.member_id, row.fingerprint) for row in session.execute(_ENDED)}
    handed = {tuple(row) for row in session.execute(_GRANTS)}
    newest = {charter.office_id: charter for charter in newest_charters(session)}
    charters = list(_all(session))
    for entry, first in _made(session):
        since = [one for one in charters if one.office_id == first.office_id and one.number >= first.number]
        always = set.intersection(*(_entitled(one, entry, one.issued_at.date()) for one in since))
        for who in always & _entitled(newest[first.office_id], entry, now) - ended:
            if (entry.circle_id, entry.epoch, *who) not in handed:
                yield f"{entry.circle_id} {entry.epoch} {who.member_id}"


_GRANTS = select(CircleGrant.circle_id, CircleGrant.epoch, CircleGrant.member_id, CircleGrant.fingerprint)


def _entitled(charter: Charter, entry: CircleEntry, day: date) -> set[Signer]:
    return {seat.holder for seat in charter.standing(day) if seat.role in CIRCLE_ROLES[entry.name]}


def _custodians(charter: Charter, day: date) -> set[Signer]:
    return {seat.holder for seat in charter.standing(day) if seat.role is Role.CUSTODIAN}


def _made(session: Session) -> Iterator[tuple[CircleEntry, Charter]]:
    """Every circle as the newest charter of its office has it, with the charter that gave it this key."""
    first: dict[tuple[uuid.UUID, int], Charter] = {}
    for charter in sorted(_all(session), key=lambda one: one.number):
        for entry in charter.circles:
            first.setdefault((entry.circle_id, entry.epoch), charter)
    for charter in newest_charters(session):
        yield from ((entry, first[entry.circle_id, entry.epoch]) for entry in charter.circles if entry.epoch)


# -- the charters, as whoever reads them does


def signed(session: Session, founding: bytes) -> Iterator[Finding]:
    """Every chain of charters verified anew, from the founding charter that the trail tells of."""
    row = session.get(CharterRow, founding)
    if row is None:
        return  # the comparison with the trail names it
    charters = Charters(session, Pins(root=founding), anew=True)
    try:
        damaged = sorted({*charters.sound_offices()[1], *charters.passed_over})
    except (Tampered, Absent):
        damaged = [row.office_id]
    yield from together("the charters of an office fail their check: nobody can rely on them", damaged)
