"""Today: what needs this member now, and what headquarters wrote to their office."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.accounts.mail_changed import unknown_change
from hrd_cases.cases.digest import mailed_since
from hrd_cases.cases.drafts import left_behind, lying
from hrd_cases.cases.forms.search import DANGER, late_names
from hrd_cases.cases.office_days import calendar_of
from hrd_cases.door.desk import Desk
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import say
from hrd_cases.door.showing import done, failed_check, led_to, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.grants.today_words import grants_waiting
from hrd_cases.keys.roles import Role
from hrd_cases.offices.absences import own_absence
from hrd_cases.offices.colleagues import names_of
from hrd_cases.offices.models import Office
from hrd_cases.offices.needs import Need, needs
from hrd_cases.offices.notices import letters_to, notices_of
from hrd_cases.offices.views.post import Post, collect
from hrd_cases.offices.words import offices_called
from hrd_cases.outbox.models import Reminder
from hrd_cases.outbox.watch import troubles
from hrd_cases.pages import moment
from hrd_cases.today import handling, openers  # noqa: F401 - it registers how reminders are opened
from hrd_cases.today.day import day_of
from hrd_cases.today.forms import DONE, NOT_MINE, ReminderForm
from hrd_cases.today.handling import later_times
from hrd_cases.today.notices import Notice
from hrd_cases.today.reminders import Told, of_one
from hrd_cases.today.unsent import critical, unsent
from hrd_cases.today.words import WHY_ME, WHY_MINE, comes, time_left
from hrd_cases.trials.reminder_words import why_now
from hrd_cases.trials.shares.needs import waiting_for_us

desk = Desk("today")
MOST_DRAFTS = 5
desk.blueprint.add_app_template_filter(time_left)
desk.blueprint.add_app_template_filter(comes)


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
    wanted = (*waiting_for_us(session, visitor, now), *grants_waiting(session, visitor, now), *needs(session, visitor))
    waiting = [(need, _address(need)) for need in wanted]
    drafts = lying(session, visitor, now) if visitor.allows(Permission.RECORD_CASE) else []
    return shown(
        "today/show.html",
        day=day,
        colleagues=_called(session, visitor, named),
        why=WHY_MINE,
        why_me=WHY_ME,
        why_now=why_now,
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
        daily_mail=mailed_since(session, visitor.member_id, _midnight(visitor, now)),
        mails=troubles(session, {visitor.member_id}),
        now=now,
    )


@desk.form("/reminders/<uuid:reminder_id>", needs=Permission.SEE_TODAY)
def reminder(session: Session, visitor: Visitor, reminder: Reminder) -> Response:
    """Done, later, or not mine."""
    now = datetime.now(UTC)
    notice = of_one(session, visitor, reminder.id, now)
    times = later_times(calendar_of(session, notice.office_id), now, notice.until(now))
    form = ReminderForm.of(times)
    if done(form, lambda: _handled(session, visitor, notice, form.what.data, times, now), "what"):
        return led_to("today.show")
    return shown(
        "today/reminder.html",
        form,
        notice=notice,
        colleagues=_called(session, visitor, {one for one in notice.named if one is not None}),
        why_me=WHY_ME,
        why_now=why_now,
        today=visitor.local_day,
        now=now,
    )


def _handled(
    session: Session, visitor: Visitor, notice: Told, what: str, times: Mapping[str, datetime], now: datetime
) -> None:
    one, also = notice.reminder, notice.also
    if notice.mailed_as is not None:
        # What is done with it is done with the one that mails the same: nobody is told of it twice.
        one, also = replace(one, id=notice.mailed_as), (*also, one.id)
    if what == DONE:
        handling.check_done(to_find=isinstance(notice, Notice) and notice.to_find)
        handling.done(session, one.id)
        say(_("The reminder is done. It stands here no more."))
    elif what == NOT_MINE:
        handling.not_mine(session, visitor, notice.office_id, one, notice.officer_id, now)
        say(_("The reminder goes to whoever is next. They read that it came from you."))
    else:
        at = handling.later(session, one.id, times, what)
        say(_("You are reminded again on %(when)s.", when=moment(at, visitor.zone)))
    # It spoke for those of before: they are over with it.
    for earlier in also:
        handling.done(session, earlier)


def _midnight(by: Visitor, now: datetime) -> datetime:
    """When this member's day began, by their clocks."""
    return now.astimezone(ZoneInfo(by.zone)).replace(hour=0, minute=0, second=0, microsecond=0)


def _called(session: Session, by: Visitor, named: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """What the page calls members, and offices that it names among them."""
    people = names_of(session, named)
    return people | offices_called(session, by, (one for one in named if one not in people))


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
