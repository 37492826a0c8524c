"""Today: what needs this member now, and what headquarters wrote to their office."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.accounts.mail_changed import unknown_change
from hrd_cases.cases.drafts import left_behind, lying
from hrd_cases.cases.forms.search import DANGER, late_names
from hrd_cases.door.desk import Desk
from hrd_cases.door.permissions import Permission
from hrd_cases.door.showing import failed_check, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.keys.roles import Role
from hrd_cases.offices.absences import own_absence
from hrd_cases.offices.colleagues import names_of
from hrd_cases.offices.models import Office
from hrd_cases.offices.needs import Need, needs
from hrd_cases.offices.notices import letters_to, notices_of
from hrd_cases.offices.views.post import Post, collect
from hrd_cases.outbox.watch import troubles
from hrd_cases.today.day import day_of
from hrd_cases.today.unsent import critical, unsent
from hrd_cases.today.words import WHY_MINE, time_left

desk = Desk("today")
MOST_DRAFTS = 5
desk.blueprint.add_app_template_filter(time_left)


@desk.get("/", needs=Permission.SEE_TODAY)
def show(session: Session, visitor: Visitor) -> Response:
    now = datetime.now(UTC)
    # Held while the page is made, so that whoever asks for one of them below finds it without asking the database.
    offices = [session.get(Office, office_id) for office_id in visitor.seats]
    post = _post(session, visitor, now)
    day = day_of(session, visitor, now)
    left = left_behind(session, visitor)
    absence = own_absence(session, visitor) if not day.there else None
    named = day.colleagues | {one.author_id for one in left} | ({absence.recorded_by} if absence is not None else set())
    for segment_id in day.damaged:
        failed_check("cards", segment_id)
    for office_id in day.set_back:
        failed_check("cards of office", office_id)
    waiting = [(need, _address(need)) for need in needs(session, visitor)]
    drafts = lying(session, visitor, now) if visitor.allows(Permission.RECORD_CASE) else []
    return shown(
        "today/show.html",
        day=day,
        colleagues=names_of(session, named) if named else {},
        why=WHY_MINE,
        late=late_names(),
        grave=DANGER,
        absence=absence,
        unchanged=url_for("cases.reviews"),
        drafts=drafts,
        critical=critical(drafts),
        unsent=unsent(session, visitor),
        most_drafts=MOST_DRAFTS,
        left_behind=left,
        needs=waiting,
        post=post,
        earlier=post.any_put_away,
        acting=_acting(offices, visitor, now),
        mail_changed=unknown_change(session, visitor.member_id),
        mails=troubles(session, {visitor.member_id}),
        now=now,
    )


def _address(need: Need) -> str:
    ids: dict[str, Any] = dict(need.ids)
    return url_for(need.endpoint, **ids)


def _post(session: Session, visitor: Visitor, now: datetime) -> Post:
    post = collect(session, visitor, notices_of)
    for office_id in post.places:
        unfolded, refused = letters_to(session, office_id, now)
        post.unfolded += unfolded
        post.refused += refused
    return post


class Acting(NamedTuple):
    """An office this member is acting head of today, and until when."""

    office: str
    until: date


def _acting(offices: Iterable[Office | None], visitor: Visitor, now: datetime) -> list[Acting]:
    found = []
    for office in offices:
        if office is None or Role.HEAD not in visitor.roles_in(office.id):
            continue
        mine = [one for one in visitor.seats[office.id].acting if one.member_id == visitor.member_id]
        found += [Acting(office.seat, one.until) for one in mine if one.holds(now, ZoneInfo(office.zone))]
    return found
