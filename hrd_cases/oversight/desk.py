"""Stub."""

from hrd_cases.door.desk import Desk
from hrd_cases.door.permissions import Permission

desk = Desk("oversight")


@desk.get("/trail", needs=Permission.READ_AUDIT)
def trail() -> str:
    return "stub"


@desk.get("/running", needs=Permission.SEE_JOBS)
def running() -> str:
    return "stub"
