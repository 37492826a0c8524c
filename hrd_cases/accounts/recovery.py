"""Stub."""

from hrd_cases.door.desk import Desk
from hrd_cases.door.permissions import Permission

desk = Desk("recover")


@desk.get("/recover", needs=Permission.ANYONE)
def begin() -> str:
    return "stub"
