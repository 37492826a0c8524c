"""Stub."""

from hrd_cases.door.desk import Desk
from hrd_cases.door.permissions import Permission

desk = Desk("offices", "/offices")


@desk.get("", needs=Permission.SEE_OFFICES)
def index() -> str:
    return "stub"
