"""Where one is signed in, and ending it there."""

from __future__ import annotations

import binascii
from datetime import datetime
from typing import NamedTuple

from flask import render_template, request
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.accounts.devices import device_words
from hrd_cases.accounts.models import SessionRow
from hrd_cases.accounts.sessions import device_of, end_session_of, end_sessions_of, sessions_of
from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.door.desk import Desk
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import say
from hrd_cases.door.showing import led_to
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Tampered

desk = Desk("sessions", "/account/sessions")

ALL_OTHERS = "others"


class Line(NamedTuple):
    """One session as its member sees it; `name` is for the button that ends it."""

    device: str
    began_at: datetime
    seen_at: datetime
    here: bool
    name: str


def _line(row: SessionRow, visitor: Visitor) -> Line:
    try:
        device = device_of(row, visitor.ring.keys)
    except Tampered:
        device = ""
    return Line(device_words(device), row.began_at, row.seen_at, row.id == visitor.session_id, row.id.hex())


@desk.form("", needs=Permission.OWN_ACCOUNT, keeps=False)
def index(session: Session, visitor: Visitor) -> Response | str:
    """A list; one button ends one of them, another all but this one."""
    if request.method == "GET":
        lines = [_line(row, visitor) for row in sessions_of(session, visitor.member_id)]
        return render_template("accounts/sessions.html", lines=sorted(lines, key=lambda line: not line.here))
    which = request.form.get("which", "")
    if which == ALL_OTHERS:
        count = end_sessions_of(session, visitor.member_id, but=visitor.session_id)
    else:
        count = end_session_of(session, visitor.member_id, _row_id(which))
    record(session, Event.SESSION_ENDED, count=count)
    if count:
        say(ngettext("You are signed out in %(num)d place.", "You are signed out in %(num)d places.", count))
    return led_to("sessions.index")


def _row_id(name: str) -> bytes:
    try:
        return binascii.unhexlify(name.encode("ascii", "replace"))
    except binascii.Error:
        return b""
