"""The desk of documents: endpoints `documents.…`, on whatever record they are."""

from __future__ import annotations

from hrd_cases.door.desk import Desk

desk = Desk("documents", "/records/<uuid:record_id>/documents")
