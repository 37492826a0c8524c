"""Today: what needs this member now."""

from __future__ import annotations

from flask import render_template

from hrd_cases.door.desk import Desk
from hrd_cases.door.permissions import Permission

desk = Desk("today")


@desk.get("/", needs=Permission.SEE_TODAY)
def show() -> str:
    return render_template("today/show.html")
