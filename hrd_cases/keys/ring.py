"""What a signed-in member opens with: their own keys and the seeds of their circles. Implements `records.Keys`."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime

import msgspec
import structlog
from sqlalchemy import bindparam, delete, event, func, insert, select
from sqlalchemy.orm import Session

from hrd_cases.db import Prepared, store_of
from hrd_cases.errors import Absent, Destroyed, Locked, Tampered
from hrd_cases.keys.chain import Charters
from hrd_cases.keys.charter import Charter, CircleEntry
from hrd_cases.keys.due import due_circles
from hrd_cases.keys.folders import circle_reading, delete_keys, may_be_shredded, new_folder_id, shred
from hrd_cases.keys.models import Circle, CircleGrant, CircleKey, Folder, FolderKind, GuestKey, ShredSecret, SleeveKey
from hrd_cases.keys.passing import Passing, passes, passing_name
from hrd_cases.keys.roles import CircleName
from hrd_cases.keys.wraps import tell
from hrd_cases.records import Sleeve
from hrd_cases.vault.envelope import RecordCipher, derive, random_bytes, unwrap, wrap
from hrd_cases.vault.identity import SEED_BYTES, KeyPair

Seeds = dict[tuple[uuid.UUID, int], bytes]

log = structlog.get_logger()


def context(*parts: object) -> bytes:
    """Associated data in one spelling: length-safe, whatever the parts."""
    return msgspec.msgpack.encode([part if isinstance(part, int | bytes) else str(part) for part in parts])


class Ring:
    """Opens and seals for one member in one transaction. `seeds` are circle seeds already opened, by circle and epoch.

    Circle seeds are believed only if the public key they make is the one a verified charter names.
    """

    def __init__(
        self,
        session: Session,
        shred: Session,
        member_id: uuid.UUID,
        keys: KeyPair,
        charters: Charters,
        seeds: Mapping[tuple[uuid.UUID, int], bytes],
    ) -> None:
        self._session = session
        self._shred = shred
        self.member_id = member_id
        self.keys = keys
        self.charters = charters
        self.seeds: Seeds = dict(seeds)
        self._held = len(seeds)
        self._ciphers: dict[tuple[uuid.UUID, Sleeve, int], RecordCipher] = {}
        self._sealing: dict[tuple[uuid.UUID, Sleeve], RecordCipher] = {}
        self._names: dict[tuple[uuid.UUID, str], bytes] = {}
        self._opened_here: dict[uuid.UUID, bytes] = {}
        self._given_up: set[uuid.UUID] = set()
        event.listen(session, "after_soft_rollback", self._forget_ciphers)

    def _forget_ciphers(self, *_: object) -> None:
        """A key made in a savepoint that was undone is nowhere: what it sealed afterwards could never be opened."""
        self._ciphers.clear()
        self._sealing.clear()
        self._names.clear()

    @property
    def own_secret(self) -> bytes:
        """What no colleague of any circle opens: the member's alone. It stays the same when their keys are replaced."""
        return self.charters.pins.own or self.keys.symmetric("own secret")

    @property
    def opened_more(self) -> bool:
        """Are there seeds that the session did not hold when it was opened?"""
        return len(self.seeds) != self._held

    # -- circles

    def open_grants(self) -> bool:
        """Open circle seeds handed to this member since the session began. True if there were any.

        In a write transaction: a planted grant goes, so that a colleague hands over again.
        """
        grants = self._session.scalars(select(CircleGrant).where(CircleGrant.member_id == self.member_id)).all()
        fresh = [grant for grant in grants if (grant.circle_id, grant.epoch) not in self.seeds]
        opened = [self._open_grant(grant) for grant in fresh if grant.fingerprint == self.keys.fingerprint]
        return any(opened)

    def _open_grant(self, grant: CircleGrant) -> bool:
        try:
            chartered = self.chartered(grant.circle_id, grant.epoch)
        except Tampered:
            return False
        seed = self._seed_in(grant)
        if seed is None or KeyPair(seed).fingerprint != chartered:
            self._session.delete(grant)
            return False
        self.seeds[grant.circle_id, grant.epoch] = seed
        return True

    def _seed_in(self, grant: CircleGrant) -> bytes | None:
        try:
            seed = self.keys.open(grant.sealed_seed, grant_info(grant.circle_id, grant.epoch, self.member_id))
        except Tampered:
            return None
        return seed if len(seed) == SEED_BYTES else None

    def chartered(self, circle_id: uuid.UUID, epoch: int) -> bytes:
        """The fingerprint of a circle's public key in an epoch. Raises Tampered if no charter names it."""
        circle = self._session.get(Circle, circle_id)
        try:
            steps = self.charters.steps(circle.office_id) if circle is not None else ()
        except Absent as error:
            raise Tampered("a circle of an office without a charter") from error
        for step in reversed(steps):
            for entry in step.charter.circles:
                if entry.fingerprint and (entry.circle_id, entry.epoch) == (circle_id, epoch):
                    return entry.fingerprint
        raise Tampered("no charter names this circle")

    def seed(self, circle_id: uuid.UUID, epoch: int) -> bytes:
        """A circle's seed in an epoch, walking back from a later one if need be. Raises Locked."""
        if (circle_id, epoch) in self.seeds:
            return self.seeds[circle_id, epoch]
        later = [held for circle, held in self.seeds if circle == circle_id and held > epoch]
        if not later:
            raise Locked("not in this circle")
        return self._walk_back(circle_id, min(later), epoch)

    def _walk_back(self, circle_id: uuid.UUID, held: int, wanted: int) -> bytes:
        seed = self.seeds[circle_id, held]
        for epoch in range(held, wanted, -1):
            row = self._session.get(CircleKey, (circle_id, epoch))
            if row is None or row.older_seed is None:
                raise Destroyed("whoever renews a circle seals its older seed: it was taken away")
            seed = unwrap(derive(seed, "older seed"), row.older_seed, context("older seed", circle_id, epoch))
            self.seeds[circle_id, epoch - 1] = seed
        return seed

    def holds(self, entry: CircleEntry) -> bool:
        return (entry.circle_id, entry.epoch) in self.seeds

    def knows(self, entry: CircleEntry | None) -> bool:
        """Has this member the seed of any epoch of a circle?"""
        return entry is not None and any(circle_id == entry.circle_id for circle_id, _ in self.seeds)

    # -- folders

    def open_folder(self, office_id: uuid.UUID, kind: FolderKind, now: datetime) -> Folder:
        """A new folder of an office. Its shred secret is durable before anything that needs it; an orphaned secret is
        harmless.
        """
        folder = Folder(id=new_folder_id(kind), office_id=office_id, kind=kind.value, created_at=now)
        secret = random_bytes(32)
        with store_of(self._shred).writing() as shred:
            shred.add(ShredSecret(folder_id=folder.id, secret=secret))
        # The reading session may have begun before: on SQLite it sees nothing that was written since.
        self._opened_here[folder.id] = secret
        self._session.add(folder)
        self._session.flush()
        return folder

    def shred_folder(self, folder_id: uuid.UUID) -> None:
        """Give a folder up: its keys go with this transaction, its secret once that is committed, and not if it is not.

        Its rows are deleted before. A process that ends between the two leaves a secret that opens nothing any more.
        One that is neither a draft's nor a share's stays as it is, with its keys: no act of ours gives that up.
        """
        if not may_be_shredded(folder_id):
            log.error("a folder that never goes stays")
            return
        delete_keys(self._session, folder_id)
        if not self._given_up:
            event.listen(self._session, "after_commit", self._shred_given_up)
        self._given_up.add(folder_id)

    def _shred_given_up(self, session: Session) -> None:
        """Also asked when a savepoint is released, and after one was undone: what counts is that the folder is gone."""
        if session.in_nested_transaction():
            return
        with store_of(session).reading() as committed:
            gone = {one for one in self._given_up if committed.get(Folder, one) is None}
        for folder_id in gone:
            shred(store_of(self._shred), folder_id)
        self._given_up -= gone

    def to_open(self, folder_id: uuid.UUID, sleeve: Sleeve, key_epoch: int) -> RecordCipher:
        """Raises Locked outside the circle, Destroyed after shredding, Tampered if the wrap was exchanged or taken
        away.
        """
        name = (folder_id, sleeve, key_epoch)
        if name not in self._ciphers:
            row = self._session.get(SleeveKey, (folder_id, sleeve.value, key_epoch))
            if row is None:
                raise self._no_key(folder_id, sleeve)
            self._ciphers[name] = RecordCipher(self._opening_key(row), self._secret(folder_id), key_epoch)
        return self._ciphers[name]

    def _opening_key(self, row: SleeveKey) -> bytes:
        """Through the circle that the sleeve is wrapped under; otherwise as a guest of the share it is of."""
        try:
            return self.sleeve_key(row)
        except Locked:
            guests = self._guest_keys(row)
            if not guests:
                raise
        return self._opened_as_guest(guests)

    def _opened_as_guest(self, guests: Sequence[GuestKey]) -> bytes:
        """By the first that opens: one that somebody planted keeps nobody from another. Raises as the last of them."""
        *others, last = guests
        for guest in others:
            with suppress(Locked, Tampered):
                return self._unwrapped(guest)
        return self._unwrapped(last)

    def _unwrapped(self, guest: GuestKey) -> bytes:
        return unwrap(self.wrapping_key(guest.circle_id, guest.circle_epoch), guest.wrapped, guest_context(guest))

    def sleeve_key(self, row: SleeveKey) -> bytes:
        """The key of a sleeve, by the circle it is wrapped under. Raises Locked, also for a guest."""
        return unwrap(self.wrapping_key(row.circle_id, row.circle_epoch), row.wrapped, sleeve_context(row))

    def wrapping_key(self, circle_id: uuid.UUID, epoch: int) -> bytes:
        """What keys of sleeves are wrapped under for a circle. Raises Locked."""
        return derive(self.seed(circle_id, epoch), "sleeve wrapping")

    def _guest_keys(self, row: SleeveKey) -> Sequence[GuestKey]:
        """Of circles of casework that this member is in: to no other is a key ever given. Shares alone have guests:
        nothing else is opened by what somebody planted.
        """
        folder = self._session.get(Folder, row.folder_id)
        if folder is None or folder.kind != FolderKind.SHARE:
            return ()
        of = (GuestKey.folder_id == row.folder_id, GuestKey.sleeve == row.sleeve, GuestKey.epoch == row.epoch)
        query = select(GuestKey).where(*of, GuestKey.circle_id.in_(self._casework()))
        return self._session.scalars(query.order_by(GuestKey.circle_id)).all()

    def _casework(self) -> set[uuid.UUID]:
        """Those of this member's circles that are of casework, as charters say."""
        held = {circle_id for circle_id, _ in self.seeds}
        found = set()
        for office_id in self._session.scalars(select(Circle.office_id).where(Circle.id.in_(held)).distinct()):
            with suppress(Tampered, Absent):
                entry = self.charters.of(office_id).circle(CircleName.CASEWORK)
                found.add(entry.circle_id if entry is not None else None)
        return held & found

    def _no_key(self, folder_id: uuid.UUID, sleeve: Sleeve) -> Locked | Tampered:
        """A blob was sealed under a key that was kept: where there is none, it was taken away, or the blob is none of
        ours. Whoever could not open it learns nothing of that.
        """
        if self._epochs(folder_id, sleeve) is not None:
            return Tampered("a blob under a key that was never made")
        folder = self._session.get(Folder, folder_id)
        if folder is None:
            return Destroyed("this folder was shredded")
        try:
            entry = self.charters.of(folder.office_id).circle(circle_reading(folder_id, sleeve))
        except Absent:
            entry = None
        return Tampered("the key of a sleeve is gone") if self.knows(entry) else Locked("no key for this sleeve")

    def _epochs(self, folder_id: uuid.UUID, sleeve: Sleeve) -> int | None:
        return self._session.scalar(
            select(func.max(SleeveKey.epoch)).where(SleeveKey.folder_id == folder_id, SleeveKey.sleeve == sleeve.value)
        )

    def to_seal(self, folder_id: uuid.UUID, sleeve: Sleeve) -> RecordCipher:
        """The newest key of a sleeve; a new one is made at the first write after its circle was renewed."""
        if (folder_id, sleeve) not in self._sealing:
            self._sealing[folder_id, sleeve] = self._newest(folder_id, sleeve)
        return self._sealing[folder_id, sleeve]

    def _newest(self, folder_id: uuid.UUID, sleeve: Sleeve) -> RecordCipher:
        newest = self._epochs(folder_id, sleeve)
        entry = self._entry(folder_id, sleeve)
        if newest is not None:
            row = self._session.get_one(SleeveKey, (folder_id, sleeve.value, newest))
            if row.circle_id == entry.circle_id and row.circle_epoch == entry.epoch:
                return RecordCipher(self.sleeve_key(row), self._secret(folder_id), newest)
        return self._new_sleeve(folder_id, sleeve, entry, (newest or 0) + 1)

    def seal_anew(self, folder_id: uuid.UUID, sleeve: Sleeve) -> None:
        """What is written next in a sleeve is sealed under a new key: none that was given out before opens it."""
        entry = self._entry(folder_id, sleeve)
        self._sealing[folder_id, sleeve] = self._new_sleeve(
            folder_id, sleeve, entry, (self._epochs(folder_id, sleeve) or 0) + 1
        )

    def circle_of(self, office_id: uuid.UUID, name: CircleName) -> CircleEntry:
        """A circle that something can be sealed under today. Raises Locked if it has no key or is being renewed."""
        charter = self.charters.of(office_id)
        return self._sealable(charter.circle(name), charter)

    def _entry(self, folder_id: uuid.UUID, sleeve: Sleeve) -> CircleEntry:
        folder = self._session.get(Folder, folder_id)
        if folder is None:
            raise Locked("no such folder")
        charter = self.charters.of(folder.office_id)
        self._check_stays(folder_id, charter)
        return self._sealable(charter.circle(circle_reading(folder_id, sleeve)), charter)

    def _sealable(self, entry: CircleEntry | None, charter: Charter) -> CircleEntry:
        if entry is None or entry.epoch == 0:
            raise Locked("this circle has no key yet")
        if entry.circle_id in due_circles(self._session, self.charters, charter, datetime.now(UTC).date()):
            raise Locked("this circle is being renewed")
        return entry

    def _check_stays(self, folder_id: uuid.UUID, charter: Charter) -> None:
        """A folder stays with the office whose circles wrap its sleeves: a table alone does not move it."""
        circles = self._session.scalars(select(SleeveKey.circle_id).where(SleeveKey.folder_id == folder_id).distinct())
        if not {entry.circle_id for entry in charter.circles}.issuperset(circles):
            raise Tampered("a folder of one office under the keys of another")

    def _new_sleeve(self, folder_id: uuid.UUID, sleeve: Sleeve, entry: CircleEntry, epoch: int) -> RecordCipher:
        key = random_bytes(32)
        row = SleeveKey(
            folder_id=folder_id,
            sleeve=sleeve.value,
            epoch=epoch,
            circle_id=entry.circle_id,
            circle_epoch=entry.epoch,
            wrapped=b"",
        )
        row.wrapped = wrap(self.wrapping_key(entry.circle_id, entry.epoch), key, sleeve_context(row))
        self._session.add(row)
        tell(self._session, row)
        self._ciphers[folder_id, sleeve, epoch] = RecordCipher(key, self._secret(folder_id), epoch)
        return self._ciphers[folder_id, sleeve, epoch]

    def name_key(self, folder_id: uuid.UUID, label: str) -> bytes:
        """A key of the folder's for what is computed and not sealed: of its first file key, and so the same for good,
        also after its circle was renewed. Raises as `to_open`.
        """
        if (folder_id, label) in self._names:
            return self._names[folder_id, label]
        first = (folder_id, Sleeve.FILE.value, 1)
        row = self._session.get(SleeveKey, first)
        if row is None:
            self.to_seal(folder_id, Sleeve.FILE)
            self._session.flush()
            row = self._session.get(SleeveKey, first)
        if row is None:
            raise Tampered("the first key of a folder is gone")
        key = self._names[folder_id, label] = derive(self.sleeve_key(row) + self._secret(folder_id), label)
        return key

    def lasting_as(self, folder_id: uuid.UUID, label: str) -> bytes:
        """A key of the folder's secret alone: what is sealed under it goes with the folder, wherever it lies.
        It keeps nothing from anybody: seal that once more. Raises Destroyed.
        """
        return derive(self._secret(folder_id), label)

    # -- index cards: packed, sealed under the circle itself and a shred secret per segment

    def card_epoch(self, circle_id: uuid.UUID) -> int:
        """The epoch that cards of a circle are sealed under today. Raises Locked if it has no key or is due."""
        circle = self._session.get(Circle, circle_id)
        if circle is None:
            raise Locked("no such circle")
        charter = self.charters.of(circle.office_id)
        entry = next((entry for entry in charter.circles if entry.circle_id == circle_id), None)
        return self._sealable(entry, charter).epoch

    def card_key(self, circle_id: uuid.UUID, epoch: int) -> bytes:
        """Half of what seals the cards of a circle; the other half is a shred secret. Raises Locked."""
        return derive(self.seed(circle_id, epoch), "cards")

    def shred_secrets(self, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, bytes]:
        """The shred secrets that still are, by id."""
        wanted = set(ids)
        found = {name: self._opened_here[name] for name in wanted & self._opened_here.keys()}
        found |= read_secrets(self._shred, wanted - found.keys())
        if missing := wanted - found.keys():
            # This session may have begun before they were written: on SQLite it would never see them.
            with store_of(self._shred).reading() as fresh:
                found |= read_secrets(fresh, missing)
        return found

    def new_shred_secrets(self, count: int) -> list[tuple[uuid.UUID, bytes]]:
        """As many new secrets with their ids, durable before anything that needs them."""
        made = [(passing_name(Passing.CARDS), random_bytes(32)) for _ in range(count)]
        with store_of(self._shred).writing() as shred:
            shred.execute(insert(ShredSecret), [{"folder_id": name, "secret": secret} for name, secret in made])
        self._opened_here.update(made)
        return made

    def destroy_secrets(self, ids: Iterable[uuid.UUID]) -> None:
        """After the commit that needs them no more: what they sealed cannot be read in any backup either. Those of
        cards alone: rows of cards name their secrets in a column that anybody may have written.
        """
        ours = [name for name in ids if passes(name, Passing.CARDS)]
        with store_of(self._shred).writing() as shred:
            shred.execute(delete(ShredSecret).where(ShredSecret.folder_id.in_(ours)))

    def _secret(self, folder_id: uuid.UUID) -> bytes:
        if folder_id in self._opened_here:
            return self._opened_here[folder_id]
        row = self._shred.get(ShredSecret, folder_id)
        if row is None:
            raise Destroyed("this folder was shredded")
        return row.secret


_AT_ONCE = 5_000
"""Ids of one query: both databases take a limited number of parameters."""
_SECRETS = ShredSecret.__table__
_ONE_SECRET = Prepared(select(_SECRETS.c.secret).where(_SECRETS.c.folder_id == bindparam("name")))
_MANY_SECRETS = select(_SECRETS).where(_SECRETS.c.folder_id.in_(bindparam("names", expanding=True)))


def read_secrets(shred: Session, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, bytes]:
    """Shred secrets by id, those that are there."""
    wanted, connection = list(ids), shred.connection()
    if len(wanted) == 1:
        found = _ONE_SECRET.rows(connection, name=wanted[0])
        return dict.fromkeys(wanted, *found[0]) if found else {}
    batches = (wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE))
    rows = (row for names in batches for row in connection.execute(_MANY_SECRETS, {"names": names}))
    return {row.folder_id: row.secret for row in rows}


def grant_info(circle_id: uuid.UUID, epoch: int, member_id: uuid.UUID) -> bytes:
    return context("circle grant", circle_id, epoch, member_id)


def sleeve_context(row: SleeveKey) -> bytes:
    return context("sleeve", row.folder_id, row.sleeve, row.epoch, row.circle_id, row.circle_epoch)


def guest_context(row: GuestKey) -> bytes:
    return context("guest", row.folder_id, row.sleeve, row.epoch, row.circle_id, row.circle_epoch)
