"""The auditor's and the administrator's pages: the trail, its verification, and whether everything runs."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.accounts.models import Member
from hrd_cases.audit.daily_count import NoDailyCount, read_daily_counts
from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.audit.verify import Report, verify_store
from hrd_cases.documents.storage import Storage
from hrd_cases.documents.sweeping import with_files
from hrd_cases.door.desk import Desk
from hrd_cases.door.house import house
from hrd_cases.door.permissions import Permission
from hrd_cases.door.showing import led_to
from hrd_cases.door.traces import also_about
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent
from hrd_cases.forms import FIRST_YEAR, LAST_YEAR
from hrd_cases.offices.models import Office
from hrd_cases.oversight.forms import CheckForm, SearchForm
from hrd_cases.oversight.reading import Search, entry_shown, page_of
from hrd_cases.oversight.running import stand
from hrd_cases.oversight.words import ALARM_NOW, SYSTEM, finding

desk = Desk("oversight")


@desk.form("/trail", needs=Permission.READ_AUDIT)
def trail(session: Session, visitor: Visitor) -> Response:
    """The newest entries. A search is posted; the address it leads to holds ids, never what was typed."""
    form = SearchForm.of(session)
    if form.sent() and (wanted := _wanted(session, form)) is not None:
        return led_to("oversight.trail", **wanted)
    search, begins = _asked(request.args)
    if search.about is not None:
        also_about(search.about)
    page = page_of(session, search, visitor.zone, begins)
    form.show(session, search)
    searching = any(part is not None for part in search)
    text = render_template(
        "oversight/trail.html", form=form, page=page, searching=searching, href=_page_address(search)
    )
    return make_response(text, 422 if request.method == "POST" else 200)


def _wanted(session: Session, form: SearchForm) -> dict[str, Any] | None:
    """What the address of a search says; None if what was typed names nobody or nothing, which the form then says."""
    actor = _actor(session, form.actor.data or "")
    about = _subject(session, form.about.data or "")
    if actor is None:
        form.refuse(_("Nobody has this sign-in name."), "actor")
    if about is None:
        form.refuse(_("There is no member or office of this name, and it is no whole id."), "about")
    if form.errors:
        return None
    wanted = {"event": form.event.data, "actor": actor, "office": form.office.data, "day": form.day.data}
    return {name: value for name, value in (wanted | {"about": about}).items() if value}


def _subject(session: Session, typed: str) -> str | None:
    """The id of what was typed: a member's sign-in name, an office's code, or an id of anything; "" for nothing, None
    for what names nothing."""
    name = typed.strip()
    if not name:
        return ""
    member = select(Member.id).where(Member.sign_in == name.lower())
    office = select(Office.id).where(Office.code == name.upper())
    found = session.scalar(member) or session.scalar(office) or _id(name)
    return str(found) if found is not None else None


def _id(typed: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed) if len(typed) == len(str(uuid.UUID(int=0))) else None
    except ValueError:
        return None


def _actor(session: Session, typed: str) -> str | None:
    """A member's id or a word of SYSTEM for what was typed; "" for nothing, None for nobody."""
    name = typed.strip().lower()
    if name in SYSTEM or not name:
        return name
    member = session.scalar(select(Member.id).where(Member.sign_in == name))
    return str(member) if member is not None else None


def _asked(given: Any) -> tuple[Search, int | None]:
    """What the address asks for, and the number its page begins with. Absent for an address that is none of ours."""
    try:
        event = Event(given["event"]) if "event" in given else None
        office = uuid.UUID(given["office"]) if "office" in given else None
        day = _day(given["day"]) if "day" in given else None
        about = uuid.UUID(given["about"]) if "about" in given else None
        actor = given.get("actor")
        who = actor if actor in SYSTEM or actor is None else uuid.UUID(actor)
        return Search(event, who, office, day, about), _begins(given)
    except ValueError:
        raise Absent from None


def _day(given: str) -> date:
    """A day as the form takes it; ValueError for others: at its ends the calendar has no next one."""
    day = date.fromisoformat(given)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError("no day of this house")
    return day


def _begins(given: Any) -> int | None:
    number = int(given["begins"]) if "begins" in given else None
    if number is not None and not 0 <= number < 2**63:
        raise Absent
    return number


def _page_address(search: Search) -> Any:
    told: dict[str, Any] = {name: str(value) for name, value in search._asdict().items() if value is not None}
    return lambda begins=None: url_for("oversight.trail", **told, begins=begins)


@desk.get("/trail/<int:number>", needs=Permission.READ_AUDIT)
def entry(session: Session, number: int) -> str:
    """One entry with everything it holds."""
    shown = entry_shown(session, number) if number < 2**63 else None
    if shown is None:
        raise Absent
    return render_template("oversight/entry.html", entry=shown)


def checked() -> Report | str:
    """The slow part, in a transaction of its own: the report, or what is wrong with the lines that were pasted."""
    try:
        daily_counts = read_daily_counts(CheckForm().counts.data or "")
    except NoDailyCount as wrong:
        return str(_("Line %(line)d is no daily count: a number and a hash of 64 digits.", line=wrong.line))
    report = verify_store(house().database.main, daily_counts, shred=house().database.shred)
    return with_files(report, house().database.main, Storage(house().settings.home / "documents"))


@desk.form("/trail/check", needs=Permission.READ_AUDIT, prepare=checked)
def check(session: Session, prepared: Report | str | None = None) -> Response:
    """Verify the whole trail, and everything it tells of, now."""
    form = CheckForm()
    if isinstance(prepared, str):
        form.refuse(prepared, "counts")
        return make_response(render_template("oversight/check.html", form=form), 422)
    if prepared is None:
        return make_response(render_template("oversight/check.html", form=form))
    record(session, Event.TRAIL_CHECKED, entries=prepared.entries, findings=len(prepared.findings))
    findings = [(found.where, finding(found.what)) for found in prepared.findings]
    given = bool((form.counts.data or "").strip())
    return make_response(render_template("oversight/checked.html", report=prepared, findings=findings, given=given))


@desk.get("/running", needs=Permission.SEE_JOBS)
def running(session: Session) -> str:
    """Schedulers, reminders, mail, keys by office, the trail: counts and times."""
    return render_template("oversight/running.html", stand=stand(session, datetime.now(UTC)), alarm_now=ALARM_NOW)
