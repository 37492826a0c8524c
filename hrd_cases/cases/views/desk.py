"""The desk of every page about one case file: endpoints `cases.…`, addresses below /cases."""

from __future__ import annotations

from hrd_cases.door.desk import Desk

desk = Desk("cases", "/cases")
