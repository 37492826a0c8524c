"""A trial and its files: which they are, what each says of it, what it brings them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask_babel import force_locale

from hrd_cases.cases import steps
from hrd_cases.cases.details import Tie
from hrd_cases.cases.file import File
from hrd_cases.cases.models import Case
from hrd_cases.trials import proceedings
from hrd_cases.trials.stages import Stage
from tests.cases.acting import Filed
from tests.trials.trying import Tried


def ties(file: Filed) -> list[Tie]:
    return file.seen(lambda one: [tie.said for tie in one.all(Tie)])


def dues(file: Filed, kind: str) -> list[Any]:
    return file.seen(lambda one: [due for due in one.brought.dues if due.kind == kind])


def held_open(file: Filed) -> list[str]:
    """In the words of whoever is refused because of it."""

    def said(one: File) -> list[str]:
        with file.world.app.test_request_context("/"), force_locale("en"):
            return [each.words() for each in steps.still_open(one)]

    found: list[str] = file.seen(said)
    return found


def add(session: Any, by: Any, proceeding: Any, file: Filed, now: datetime) -> None:
    proceedings.add_files(session, by, proceeding, [session.get_one(Case, file.id)], now)


def off(session: Any, by: Any, proceeding: Any, file: Filed, reason: str, now: datetime) -> None:
    proceedings.take_off(session, by, proceeding, session.get_one(Case, file.id), reason, now)


def stage(tried: Tried, after: Stage, **more: Any) -> None:
    def act(session: Any, by: Any, proceeding: Any, made_from: uuid.UUID, now: datetime) -> None:
        proceedings.move_stage(session, by, proceeding, made_from, after, now, **more)

    tried.do(act, tried.made_from)
