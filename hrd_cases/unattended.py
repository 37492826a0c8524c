"""What the unattended process does in this house: whom it mails, and its jobs.

It holds no member's key, and opens nothing sealed but mail addresses.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hrd_cases import logs, scheduler
from hrd_cases.accounts import housekeeping
from hrd_cases.accounts.credentials import open_address
from hrd_cases.accounts.models import Member
from hrd_cases.audit import daily_count
from hrd_cases.audit.daily_count import DailyCount
from hrd_cases.audit.events import Event
from hrd_cases.audit.letters import refused_and_mended, try_again
from hrd_cases.audit.members import is_told_address
from hrd_cases.audit.models import AuditEntry
from hrd_cases.audit.told import ever_about_any, given_up, readable, within_chain
from hrd_cases.audit.trail import Actor, act_as, lock_head, record
from hrd_cases.cases import digest
from hrd_cases.cases.housekeeping import drop_stopped_clocks
from hrd_cases.cases.silenced import silenced, tell_of_silenced
from hrd_cases.db import Database, Store
from hrd_cases.documents import sweeping as documents
from hrd_cases.documents.storage import Storage
from hrd_cases.errors import Tampered
from hrd_cases.keys.models import Revocation, SeatRow
from hrd_cases.keys.roles import ACTING_HEAD, HEADS, OfficeKind, Role
from hrd_cases.keys.sweep import Sweep
from hrd_cases.offices.models import Office
from hrd_cases.outbox import plan, watch
from hrd_cases.outbox.book import Addressee, Recipient, to_role
from hrd_cases.outbox.mail import relay_of
from hrd_cases.outbox.models import Reminder
from hrd_cases.outbox.rules import hour_slot, utc_now
from hrd_cases.oversight.models import RaisedAlarm
from hrd_cases.scheduler import Job
from hrd_cases.settings import Settings
from hrd_cases.trials.shares.ending import end_shares
from hrd_cases.vault.envelope import mac

SCHEDULER = Actor("scheduler")

log = structlog.get_logger()


def work(settings: Settings, database: Database) -> None:
    """Work until told to stop (SIGTERM, SIGINT)."""
    logs.start(settings)
    if version := database.main.old_sqlite():
        log.warning("this SQLite may lose a write if another programme writes to the database", engine=version)
    raise_alarms(database.main, utc_now())  # before the first heartbeat: nobody else sees that none has beaten
    scheduler.run(database.main, AddressBook(settings), relay_of(settings), jobs(settings, database))


def jobs(settings: Settings, database: Database) -> tuple[Job, ...]:
    """What this house adds to reminders and mail."""
    store, passed_over = database.main, set[uuid.UUID]()
    return (
        Job("housekeeping", timedelta(minutes=1), lambda: keep_house(settings, store, utc_now())),
        Job("daily count", timedelta(minutes=10), lambda: post_daily_count(settings, store, utc_now())),
        Job("daily mail", timedelta(minutes=1), DailyMail(settings, store)),
        Job("watchdog", timedelta(minutes=1), lambda: raise_alarms(store, utc_now())),
        Job("clocks that were silenced", timedelta(minutes=10), lambda: keep_told(settings, store, utc_now())),
        Job("letters tried again", timedelta(minutes=10), lambda: try_letters_again(store)),
        Job("shares end", timedelta(minutes=1), lambda: end_shares(database, SCHEDULER, utc_now(), passed_over)),
        Job(
            "sweep secrets", timedelta(hours=1), Sweep(database, given_up, lambda missed: folders_missed(store, missed))
        ),
        Job("sweep documents", timedelta(hours=1), documents.Sweep(Storage(settings.home / "documents"), store)),
        Job("empty logs", timedelta(minutes=1), lambda: empty_logs(database)),
    )


def empty_logs(database: Database) -> None:
    """What was deleted or shredded goes from SQLite's write-ahead logs too, and they stay short."""
    for store in (database.main, database.shred):
        store.empty_log()


def try_letters_again(store: Store) -> int:
    """Letters that were refused as altered rows wait again once they are as they were sent. Returns how many."""
    with store.reading() as session:  # it asks the trail of each, nearly always finds nothing, and nobody waits for it
        found = [letter.id for letter in refused_and_mended(session)]
    if not found:
        return 0
    with store.writing() as session:
        act_as(session, SCHEDULER)
        return try_again(session, found)


def keep_told(settings: Settings, store: Store, now: datetime) -> int:
    """Reminders marked as due by nobody of ours wait again; of clocks that somebody silenced the office and
    headquarters are told. Returns how many of both.
    """
    key = settings.duty_key
    with store.reading() as session:  # it looks at much, nearly always finds nothing, and nobody waits for it
        headquarters = _seated_headquarters(session)
        found = silenced(session, key, headquarters, now)
        wrong = watch.marked_and_not_mailed(session)
    told = 0
    if found:
        with store.writing() as session:
            act_as(session, SCHEDULER)
            told = tell_of_silenced(session, key, headquarters, now, found)
    few = (wrong[start : start + watch.RIGHT_AT_ONCE] for start in range(0, len(wrong), watch.RIGHT_AT_ONCE))
    return told + sum(_set_right(store, some) for some in few)


def _set_right(store: Store, some: Collection[uuid.UUID]) -> int:
    """A few at a time, each in its own transaction: however many somebody planted, the next writer waits for a few."""
    with store.writing() as session:
        act_as(session, SCHEDULER)
        return watch.set_right(session, some)


def keep_house(settings: Settings, store: Store, now: datetime) -> None:
    """Keys of idle sessions go, and whatever nobody will come back to."""
    with store.writing() as session:
        act_as(session, SCHEDULER)
        housekeeping.keep_house(session, settings, now)
        drop_stopped_clocks(session, now)


# -- the daily count


def post_daily_count(settings: Settings, store: Store, now: datetime) -> bool:
    """Mail the auditors the daily count: once a day (UTC), whatever number of schedulers runs.

    Returns whether this call was the one. Before headquarters has a charter there is nobody to mail it to.
    """
    with store.writing() as session:
        # Schedulers queue at the head: whoever comes second sees what the first has posted.
        head = lock_head(session)
        headquarters = _seated_headquarters(session)
        # The label is in stored rows: under another one the day of the change would be mailed twice.
        uniqueness = mac(settings.duty_key, "daily head", now.date().isoformat().encode())
        posted = session.scalar(select(Reminder.id).where(Reminder.uniqueness == uniqueness))
        if headquarters is None or posted is not None:
            return False
        act_as(session, SCHEDULER)
        line = daily_count.line_of(now.date(), DailyCount(head.number, head.hash), settings.duty_key)
        to = to_role(headquarters, Role.AUDITOR.value)
        plan.post(session, recipient=to, due_at=hour_slot(now), uniqueness=uniqueness, line=line)
        record(session, Event.TRAIL_HEAD_SENT, entries=head.number)
        return True


def _seated_headquarters(session: Session) -> uuid.UUID | None:
    """The office of the first charter that the trail tells of: a table that calls it otherwise silences nothing."""
    in_force = AuditEntry.event == Event.CHARTER_IN_FORCE.value
    first = select(AuditEntry).where(in_force, within_chain()).order_by(AuditEntry.number).limit(1)
    told = next(readable(session, first), None)
    if told is not None:
        return uuid.UUID(str(told.fields["office"]))
    kind = OfficeKind.HEADQUARTERS.value
    return session.scalar(select(Office.id).where(Office.kind == kind, Office.id.in_(select(SeatRow.office_id))))


# -- the daily mail


class DailyMail:
    """Posts each office's daily mail when it opens. What this process has posted it does not ask for again that day."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings, self._store = settings, store
        self._done: set[digest.OfficeDay] = set()

    def __call__(self) -> int:
        now, posted = utc_now(), 0
        with self._store.reading() as session:
            due = list(digest.offices_due(session, now, self._done))
        for office_id, day in due:
            with self._store.writing() as session:
                act_as(session, SCHEDULER)
                posted += digest.post_digests(session, self._settings.duty_key, office_id, day, now)
            self._done = {one for one in self._done if one[1] >= day - timedelta(days=2)} | {(office_id, day)}
        return posted


# -- alarms


def raise_alarms(store: Store, now: datetime) -> list[str]:
    """Write each alarm into the trail once while it lasts, and forget those that are over. Returns what was raised."""
    with store.reading() as session:
        lasting = {alarm.kind.value for alarm in watch.alarms(session, now) if _ever_worked(alarm)}
        raised = set(session.scalars(select(RaisedAlarm.kind)))
    if lasting == raised:
        return []
    try:
        return _raise(store, lasting, now)
    except IntegrityError:
        return []  # another scheduler raised it at the same moment


def _ever_worked(alarm: watch.Alarm) -> bool:
    """At the very first start nothing has ever beaten: that is no alarm."""
    return alarm.since is not None


def _raise(store: Store, lasting: set[str], now: datetime) -> list[str]:
    with store.writing() as session:
        act_as(session, SCHEDULER)
        known = {alarm.kind: alarm for alarm in session.scalars(select(RaisedAlarm))}
        new = sorted(lasting - known.keys())
        for kind in new:
            session.add(RaisedAlarm(kind=kind, raised_at=now))
            record(session, Event.ALARM_RAISED, alarm=kind)
        for kind in known.keys() - lasting:
            session.delete(known[kind])
    return new


def folders_missed(store: Store, missed: Collection[uuid.UUID]) -> bool:
    """An alarm if any of these was a folder. Of one that was never opened a process only left its secret behind."""
    with store.reading() as session:
        if not ever_about_any(session, missed, Event.FOLDER_OPENED):
            return False
    with store.writing() as session:
        act_as(session, SCHEDULER)
        record(session, Event.ALARM_RAISED, alarm="failed its check: folders")
    return True


# -- whom to mail


class AddressBook:
    """Members behind reminders. Whoever is revoked or suspended gets no mail.

    Roles come from the tables' projection of the charters: a row planted there earns somebody a mail without content.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def addressees(self, session: Session, recipient: Recipient) -> Sequence[Addressee]:
        """The member, or everybody who has the role today, as far as their addresses are known."""
        if recipient.member_id is not None:
            return self._reachable(session, (recipient.member_id,))
        return self._reachable(session, _seated(session, recipient.office_id, (str(recipient.role),)))

    def deputies(self, session: Session, recipient: Recipient) -> Sequence[Addressee]:
        """The office's deputies; else its head and acting head, or headquarters' heads."""
        office_id, own = recipient.office_id, set[uuid.UUID]()
        if recipient.member_id is not None:
            member = session.get(Member, recipient.member_id)
            office_id, own = (member.office_id if member else None), {recipient.member_id}
        for roles in ((Role.DEPUTY.value,), (*(role.value for role in HEADS), ACTING_HEAD)):
            found = self._reachable(session, _seated(session, office_id, roles) - own)
            if found:
                return found
        return ()

    def own_words(self, posted: str) -> str:
        """The mail of a daily count, or the daily mail. Raises ValueError for a line that this house did not post."""
        if digest.is_digest(posted):
            return digest.mail_of(self._settings.public_name, posted, self._settings.duty_key)
        return daily_count.mail_of(self._settings.public_name, posted, self._settings.duty_key)

    def alarm(self, session: Session) -> None:
        """A row of reminders or mails was none that acts wrote: the trail tells of it."""
        act_as(session, SCHEDULER)
        record(session, Event.ALARM_RAISED, alarm="failed its check: reminders")

    def _reachable(self, session: Session, members: Iterable[uuid.UUID]) -> list[Addressee]:
        query = (
            select(Member)
            .outerjoin(Revocation, (Revocation.member_id == Member.id) & (Revocation.fingerprint == Member.fingerprint))
            .where(Member.id.in_(tuple(members)), Member.revoked_at.is_(None), Member.suspended_at.is_(None))
            .where(Revocation.member_id.is_(None))
            .order_by(Member.id)
        )
        known = ((member.id, self._address(session, member)) for member in session.scalars(query).all())
        return [Addressee(member_id, address) for member_id, address in known if address]

    def _address(self, session: Session, member: Member) -> str | None:
        """None as well for an address that no act put there: their mail would go to whoever writes the database."""
        try:
            address = open_address(self._settings, member)
        except Tampered:
            log.exception("a mail address failed its check")
            return None
        if not is_told_address(session, member, member.id):
            log.error("a mail address is not the one that the trail tells of")
            return None
        return address


def _seated(session: Session, office_id: uuid.UUID | None, roles: Sequence[str]) -> set[uuid.UUID]:
    """Who has one of these roles in an office today."""
    today = utc_now().date()
    query = select(SeatRow.member_id).where(
        SeatRow.office_id == office_id,
        SeatRow.role.in_(roles),
        SeatRow.since <= today,
        or_(SeatRow.until.is_(None), SeatRow.until >= today),
    )
    return set(session.scalars(query))
