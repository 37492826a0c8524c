"""A meeting under the Chatham House rule: who took part and who said what opens in its organiser's session alone."""

from __future__ import annotations

import uuid

import msgspec

from hrd_cases.cases.details import Attribution, Meeting
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Tampered
from hrd_cases.keys.charter import UNREADABLE
from hrd_cases.keys.ring import context
from hrd_cases.vault.envelope import derive, unwrap, wrap

_LABEL = "chatham house"


def keep(by: Visitor, case_id: uuid.UUID, meeting_id: uuid.UUID, spoken: Attribution) -> bytes:
    """Sealed to the member who keeps it, and to this meeting."""
    return wrap(_key(by), msgspec.msgpack.encode(spoken), context(_LABEL, case_id, meeting_id))


def own(by: Visitor, case_id: uuid.UUID, meeting_id: uuid.UUID, meeting: Meeting) -> Attribution | None:
    """What the organiser kept; None for everybody else, and where nothing was kept. Raises Tampered."""
    if not meeting.chatham_house or meeting.organiser_id != by.member_id or not meeting.organisers_own:
        return None
    opened = unwrap(_key(by), meeting.organisers_own, context(_LABEL, case_id, meeting_id))
    try:
        return msgspec.msgpack.decode(opened, type=Attribution)
    except UNREADABLE as error:
        raise Tampered("not what an organiser keeps") from error


def _key(by: Visitor) -> bytes:
    return derive(by.ring.own_secret, _LABEL)
