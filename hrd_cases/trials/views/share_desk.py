"""The desk of what was shared with one's office: endpoints `shares.…`, addresses below /shares."""

from __future__ import annotations

from hrd_cases.door.desk import Desk

desk = Desk("shares", "/shares")
