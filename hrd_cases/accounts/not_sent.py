"""Stub."""

from hrd_cases.door.desk import Desk
from hrd_cases.door.permissions import Permission

desk = Desk("kept")


@desk.get("/not-sent", needs=Permission.OWN_ACCOUNT)
def index() -> str:
    return "stub"
