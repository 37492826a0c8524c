"""The desk of every page about emergency grants: endpoints `grants.…`; each route says its whole address."""

from __future__ import annotations

from hrd_cases.door.desk import Desk

desk = Desk("grants")
