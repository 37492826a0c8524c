"""Stub."""

from hrd_cases.door.desk import Desk
from hrd_cases.door.permissions import Permission

desk = Desk("account")


@desk.get("/account", needs=Permission.OWN_ACCOUNT)
def show() -> str:
    return "stub"
