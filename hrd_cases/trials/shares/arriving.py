"""What arrives with letters about a share: an offer, a newer version of it, that it is over.

While a row here does not say what the trail does, a letter waits: who changed it for a minute has no letter lost.
"""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.audit.letters import is_as_sent
from hrd_cases.door.permissions import RULES, Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Locked, Tampered
from hrd_cases.keys import guests, letters
from hrd_cases.keys.models import Circle, Letter
from hrd_cases.offices.models import Office
from hrd_cases.offices.notices import office_folder
from hrd_cases.outbox.plan import cancel
from hrd_cases.outbox.rules import utc_now
from hrd_cases.records import opened
from hrd_cases.trials.shares.arrived import sealed_under
from hrd_cases.trials.shares.attending import remind
from hrd_cases.trials.shares.letters import CHANGED, Gone, Offer, content_of, offers_to, ours_first, was_folded
from hrd_cases.trials.shares.models import ReceivedShare, Share
from hrd_cases.trials.shares.receiving import is_over, standing_share
from hrd_cases.trials.shares.rules import STANDING, Ended, Stand


def fold(session: Session, visitor: Visitor, letter: Letter, read: letters.Read) -> None:
    """Take in what was shared, or a new version of it. Of what ended before anybody came, nothing is left to take.
    While rows here do not say what the trail does, it waits.
    """
    offer, office_id = content_of(read, Offer), session.get_one(Circle, letter.circle_id).office_id
    _check_sender(read)
    share = session.get(Share, letter.subject_id)
    if share is None and is_over(session, letter.subject_id):
        return
    offers = offers_to(session, letter.subject_id, office_id)
    theirs = share is not None and share.office_id == read.office_id
    if not theirs and not any(one.office_id == read.office_id for one in offers):
        raise Tampered("a share that its sender did not offer")
    if not offers:
        raise Tampered("a share that nobody offered")
    received = session.get(ReceivedShare, letter.subject_id)
    with ours_first():
        if share is None:
            raise Tampered("a share without its row")
        if (share.office_id, share.to_office_id, share.folder_id) != (read.office_id, office_id, offer.given.folder_id):
            raise Tampered("the row of another share")
        once_more = received is not None and letter.act == CHANGED and offer.number == received.number
        was_taken = received is not None and (letter.act != CHANGED or offer.number < received.number)
    folded = was_folded(session, letter)
    if was_taken and not folded:
        raise Tampered("a share that was taken in before")
    with ours_first():
        if once_more and not folded:  # its key was taken from us: nothing else is new
            _take_key(session, visitor, letter, share, offer)
        elif not once_more and not was_taken:
            _take_in(session, visitor, letter, read, share, received, offer)


def _take_in(
    session: Session,
    visitor: Visitor,
    letter: Letter,
    read: letters.Read,
    share: Share,
    received: ReceivedShare | None,
    offer: Offer,
) -> None:
    _take_key(session, visitor, letter, share, offer)
    if received is None:
        received = _received(session, visitor, share, read)
    received.number, received.reminders = offer.number, offer.reminders
    if received.state in STANDING:
        received.state = (Stand.ACCEPTED if offer.accepted else Stand.OFFERED).value
    with suppress(Locked):  # overtaken: the newer version comes with a letter of its own
        remind(session, visitor, received, standing_share(session, received, utc_now()))


def _check_sender(read: letters.Read) -> None:
    if not read.roles & RULES[Permission.WORK_ON_CASE].here:
        raise Tampered("a share from somebody who works on no case")


def _take_key(session: Session, visitor: Visitor, letter: Letter, share: Share, offer: Offer) -> None:
    """The key of the version that stands; one that was overtaken opens nothing any more. What the row is sealed under
    says which: a key that somebody plants is no newer version, and without a letter of one nothing is overtaken.
    """
    if offer.given.epoch < sealed_under(session, share) and _comes_anew(session, letter):
        return
    guests.take(session, visitor.ring, offer.given, share.to_office_id)
    parted = opened([share])
    if not parted.good or share.number != offer.number or share.until != offer.until:
        raise Tampered("a share that is not as it was sent")


def _comes_anew(session: Session, letter: Letter) -> bool:
    """Is there a letter of a newer version, as it was sent, that nobody has taken in yet?"""
    newer = select(Letter).where(
        Letter.subject_id == letter.subject_id,
        Letter.act == CHANGED,
        Letter.arrived_at > letter.arrived_at,
        Letter.folded_at.is_(None),
        Letter.refused_at.is_(None),
    )
    return any(is_as_sent(session, one) is not None for one in session.scalars(newer))


def _received(session: Session, visitor: Visitor, share: Share, read: letters.Read) -> ReceivedShare:
    office = session.get_one(Office, share.to_office_id)
    row = ReceivedShare(
        id=share.id,
        folder_id=office_folder(session, visitor, office),
        office_id=office.id,
        from_office_id=read.office_id,
        arrived_at=read.sent_at,
    )
    session.add(row)
    return row


def fold_end(session: Session, visitor: Visitor, letter: Letter, read: letters.Read) -> None:
    """That it is over, and why. What opened it is gone already."""
    _check_sender(read)
    said = content_of(read, Gone)
    received = session.get(ReceivedShare, letter.subject_id)
    if said.how not in set(Ended):
        raise Tampered("a share that ended as none of ours does")
    if received is None:
        return
    office_id = session.get_one(Circle, letter.circle_id).office_id
    with ours_first():
        is_theirs = received.office_id == office_id and received.from_office_id == read.office_id
    if not is_theirs:
        raise Tampered("an end that is not theirs to tell")
    if received.state in STANDING:
        cancel(session, received.reminders)
        received.state, received.ended, received.ended_at = Stand.ENDED.value, said.how, read.sent_at
        received.noted = 0  # that it is over nobody has read yet
        received.report = None
        remind(session, visitor, received, None)
