"""Not sent yet: forms that were posted when the session was gone, or while something was asked first."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from flask import render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.accounts.form_page import FormPage, Press, read_form_page
from hrd_cases.accounts.kept import Kept, drop_kept, kept_form, kept_forms, read_kept
from hrd_cases.accounts.models import KeptForm
from hrd_cases.door.desk import Desk
from hrd_cases.door.house import is_typed
from hrd_cases.door.inside import shown_inside
from hrd_cases.door.opening import Known, opens
from hrd_cases.door.page_names import PAGES
from hrd_cases.door.passage import passage
from hrd_cases.door.permissions import Permission
from hrd_cases.door.places import endpoint_at, place_at
from hrd_cases.door.said import say
from hrd_cases.door.showing import led_to
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Tampered
from hrd_cases.forms import PARTS
from hrd_cases.pages import day as written_day
from hrd_cases.vault.words import look_like_words

desk = Desk("kept", "/not-sent")

GLANCE = 80


class Line(NamedTuple):
    """One field as its member knows it: the label on its page ("" if there is none any more), and what they typed."""

    label: str
    value: str


class UnsentForm(NamedTuple):
    """A kept form as its member sees it. `kept` is None if it failed its check; `page` if no page of its name can be
    shown to them now: then nothing can be sent, for nobody could say what the press would do."""

    row: KeptForm
    kept: Kept | None
    page: FormPage | None

    @property
    def lines(self) -> list[Line]:
        """What the member typed or chose, in the order of the form, without what only machines read."""
        fields = self.kept.fields if self.kept is not None else ()
        page = self.page
        if page is None:
            return [Line("", value) for _name, value in fields if value.strip() and _to_be_copied(value)]
        sent = {name for name, _value in fields}
        days = {first: boxes for first, boxes in _days_on(page).items() if first in sent}
        parts = {part for boxes in days.values() for part in boxes}
        found = [
            Line(page.labels[name].rpartition(": ")[0] or page.labels[name], _day_of(days[name], fields))
            if name in days
            else Line(page.labels[name], page.choices.get((name, value)) or _no_id(value))
            for name, value in fields
            if name in days or (name in page.labels and name not in parts)
        ]
        return [line for line in found if line.value.strip()]

    @property
    def act(self) -> str:
        """What its page is called; what it was called, if it is gone or not open any more."""
        if self.page is not None:
            return self.page.act
        endpoint = endpoint_at(self.kept.path, "POST") if self.kept is not None else ""
        return str(PAGES.get(endpoint, _("Not sent yet")))

    @property
    def can_be_sent(self) -> bool:
        """By its button: all that goes out is on its page, and something of it was written or chosen there. With one
        field too many, or one twice, a press of another kind could be made to look like this one.
        """
        if self.kept is None or self.page is None:
            return False
        sent = Counter(name for name, _value in self.kept.fields)
        twice = {name for name, times in sent.items() if times > 1}
        buttons = {name for name, _value in self.page.presses}
        known = sent.keys() <= self.page.labels.keys() | self.page.hidden | buttons and twice <= self.page.many
        return known and self.press is not None and bool(self.lines)

    @property
    def press(self) -> Press | None:
        """The button that was pressed, as its page has it now."""
        return self.page.pressed(self.kept.fields) if self.page is not None and self.kept is not None else None

    @property
    def glance(self) -> str:
        """The beginning of what was typed, to tell one from another."""
        shown = (line.value for line in self.lines if not look_like_words(line.value))
        text = " ".join(" ".join(shown).split())
        return text if len(text) <= GLANCE else text[: GLANCE - 1] + "…"


def _to_be_copied(value: str) -> bool:
    """Of a form whose page is gone: what somebody wrote, but no words that were heard for one signature alone."""
    return is_typed(value) and not look_like_words(value)


def _no_id(value: str) -> str:
    """What was typed; of what was chosen by a number of ours and is on the page no more, that it is gone."""
    try:
        uuid.UUID(value)
    except ValueError:
        return value
    return str(_("No longer offered"))


def _days_on(page: FormPage) -> dict[str, list[str]]:
    """The three boxes of each date of a page, by the first of them."""
    bases = (name.removesuffix(f"-{PARTS[0]}") for name in page.labels if name.endswith(f"-{PARTS[0]}"))
    days = ([f"{base}-{part}" for part in PARTS] for base in bases)
    return {boxes[0]: boxes for boxes in days if page.labels.keys() >= set(boxes)}


def _day_of(boxes: list[str], fields: Iterable[tuple[str, str]]) -> str:
    """The date in words; what was typed, where it is none."""
    sent = dict(fields)
    typed = [sent.get(box, "").strip() for box in boxes]
    try:
        return written_day(date(*reversed([int(part if part.isdecimal() else "") for part in typed])))
    except (ValueError, OverflowError):
        return " ".join(filter(None, typed))


@opens(KeptForm)
def open_kept(session: Session, visitor: Visitor, form_id: uuid.UUID) -> Known[KeptForm] | None:
    row = kept_form(session, visitor.member_id, form_id)
    return Known(row, None) if row is not None else None


def _unsent(session: Session, visitor: Visitor, row: KeptForm) -> UnsentForm:
    try:
        kept = read_kept(row, visitor.ring.keys)
    except Tampered:
        return UnsentForm(row, None, None)
    return UnsentForm(row, kept, read_form_page(_its_page(session, visitor, kept), kept.path))


def _its_page(session: Session, visitor: Visitor, kept: Kept) -> str:
    """The form's own page, filled in; "" if nothing may be sent there any more."""
    place = place_at(kept.path, "POST")
    return shown_inside(session, visitor, kept.path, kept.fields) if place is not None and place.keeps else ""


@desk.get("", needs=Permission.OWN_ACCOUNT)
def index(session: Session, visitor: Visitor) -> str:
    unsent = [_unsent(session, visitor, row) for row in kept_forms(session, visitor.member_id)]
    return render_template("accounts/not_sent.html", unsent=unsent)


@desk.get("/<uuid:form_id>", needs=Permission.OWN_ACCOUNT)
def show(session: Session, visitor: Visitor, form: KeptForm) -> str:
    """One form: what its button does and to whom, what was typed to be read, and all of it in hidden fields."""
    return render_template("accounts/not_sent_form.html", unsent=_unsent(session, visitor, form))


@desk.get("/<uuid:form_id>/change", needs=Permission.OWN_ACCOUNT)
def change(session: Session, visitor: Visitor, form: KeptForm) -> Response | str:
    """The form's own page, filled in with what was typed. Sent from here, it takes the kept one's place."""
    kept = read_kept(form, visitor.ring.keys)
    passage().taken, passage().kept_path = form.id, kept.path
    page = _its_page(session, visitor, kept)
    return page or led_to("kept.show", form_id=form.id)


@desk.form("/<uuid:form_id>/throw-away", needs=Permission.OWN_ACCOUNT, keeps=False)
def throw_away(session: Session, form: KeptForm) -> Response:
    if request.method == "GET":
        return led_to("kept.show", form_id=form.id)
    drop_kept(session, form)
    say(_("What you had typed was thrown away."))
    return led_to("kept.index")
