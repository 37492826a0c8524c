"""All that an office gave and that others can open now, as the shares, the trials and the trail tell of it."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.told import every
from hrd_cases.cases.chains import Standing
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Locked, Tampered
from hrd_cases.keys.roles import OfficeKind
from hrd_cases.records import opened
from hrd_cases.trials.docket import open_docket
from hrd_cases.trials.models import Proceeding
from hrd_cases.trials.shares.following import shares_of
from hrd_cases.trials.shares.models import Share
from hrd_cases.trials.shares.rules import ShareEntry
from hrd_cases.trials.shares.seen import kind_of


class GivenShare(NamedTuple):
    """What others have: whom it was given to, the entry of its trial that tells of it and for whose files it is, as far
    as that can be read. `readable`: the share itself opens.
    """

    share: Share
    to_office_id: uuid.UUID
    readable: bool
    entry_id: uuid.UUID | None = None
    files: tuple[uuid.UUID, ...] | None = None

    def kind(self, by: Visitor) -> OfficeKind | None:
        """Of the office it was given to."""
        return kind_of(by, self.to_office_id)


def given_now(
    session: Session, office_ids: Collection[uuid.UUID], now: datetime
) -> tuple[list[GivenShare], list[Share]]:
    """Everything that these offices gave and that others can open now, what ends first on top; and rows that fail their
    check. Who gave it and to whom the trail tells, where a row does not open: what is damaged may be put back, and is
    taken back like any other.
    """
    offered = {uuid.UUID(str(body.fields["share"])): body for body in every(session, Event.SHARE_OFFERED)}
    ours = {one for one, body in offered.items() if body.office_id in office_ids}
    clear = session.execute(select(Share.id, Share.office_id)).all()
    wanted = [row.id for row in clear if row.office_id in office_ids or row.id in ours]
    parted = opened([one for one in (session.get(Share, share_id) for share_id in sorted(wanted)) if one is not None])
    told = {one: _told_in(session, one) for one in {share.proceeding_id for share in parted.good}}
    found = [_given(session, one, told[one.proceeding_id].get(one.id)) for one in parted.good if now < one.until]
    found += [
        GivenShare(one, uuid.UUID(str(offered[one.id].fields["office"])), False)
        for one in (*parted.damaged, *parted.locked)
        if one.id in ours
    ]
    return sorted(found, key=lambda one: (one.share.until, one.share.id)), list(parted.damaged)


def _given(session: Session, share: Share, told: Standing[ShareEntry] | None) -> GivenShare:
    if told is None:
        return GivenShare(share, share.to_office_id, True)
    proceeding = session.get(Proceeding, share.proceeding_id)
    is_ours = proceeding is not None and proceeding.office_id == share.office_id  # otherwise no page leads to it
    return GivenShare(share, share.to_office_id, True, told.id if is_ours else None, told.said.files)


def _told_in(session: Session, proceeding_id: uuid.UUID) -> dict[uuid.UUID, Standing[ShareEntry]]:
    """What a trial tells of its shares, by the share."""
    proceeding = session.get(Proceeding, proceeding_id)
    try:
        found = shares_of(open_docket(session, proceeding)) if proceeding is not None else []
    except (Absent, Tampered, Locked):
        return {}
    return {one.said.share_id: one for one in found}
