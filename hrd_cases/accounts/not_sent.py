"""Not sent yet: forms that were posted when the session was gone, or while something was asked first."""

from __future__ import annotations

import re
import uuid
from typing import NamedTuple

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.accounts.kept import Kept, drop_kept, kept_forms, read_kept
from hrd_cases.accounts.models import KeptForm
from hrd_cases.door.desk import Desk
from hrd_cases.door.opening import Known, opens
from hrd_cases.door.permissions import Permission
from hrd_cases.door.places import place_at
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Tampered

desk = Desk("kept", "/not-sent")

_FOR_MACHINES = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,}")
GLANCE = 80


class Waiting(NamedTuple):
    """A kept form as its member sees it; `kept` is None if it failed its check."""

    row: KeptForm
    kept: Kept | None

    @property
    def readable(self) -> list[str]:
        """What the member typed, in the order of the form, without what only machines read."""
        fields = self.kept.fields if self.kept is not None else ()
        return [value for _name, value in fields if value.strip() and not _FOR_MACHINES.fullmatch(value)]

    @property
    def glance(self) -> str:
        """The beginning of what was typed, to tell one from another."""
        text = " ".join(" ".join(self.readable).split())
        return text if len(text) <= GLANCE else text[: GLANCE - 1] + "…"

    @property
    def page(self) -> str:
        """Where its member can look what is there already; "" if there is no such page."""
        there = self.kept is not None and place_at(self.kept.path, "GET") is not None
        return self.kept.path if self.kept is not None and there else ""

    @property
    def goes_somewhere(self) -> bool:
        """Is there still a page of ours that takes it?"""
        place = place_at(self.kept.path, "POST") if self.kept is not None else None
        return place is not None and place.keeps


@opens(KeptForm)
def open_kept(session: Session, visitor: Visitor, form_id: uuid.UUID) -> Known[KeptForm] | None:
    row = session.get(KeptForm, form_id)
    return Known(row, None) if row is not None and row.member_id == visitor.member_id else None


def _waiting(row: KeptForm, visitor: Visitor) -> Waiting:
    try:
        return Waiting(row, read_kept(row, visitor.ring.keys))
    except Tampered:
        return Waiting(row, None)


@desk.get("", needs=Permission.OWN_ACCOUNT)
def index(session: Session, visitor: Visitor) -> str:
    waiting = [_waiting(row, visitor) for row in kept_forms(session, visitor.member_id)]
    return render_template("accounts/not_sent.html", waiting=waiting)


@desk.get("/<uuid:form_id>", needs=Permission.OWN_ACCOUNT)
def show(visitor: Visitor, form: KeptForm) -> str:
    """One form: what was typed to be read, and all of it in hidden fields to be sent."""
    return render_template("accounts/not_sent_form.html", waiting=_waiting(form, visitor))


@desk.form("/<uuid:form_id>/throw-away", needs=Permission.OWN_ACCOUNT, keeps=False)
def throw_away(session: Session, form: KeptForm) -> Response:
    if request.method == "GET":
        return redirect(url_for("kept.show", form_id=form.id), 303)
    drop_kept(session, form)
    return redirect(url_for("kept.index"), 303)
