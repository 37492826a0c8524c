"""`/healthz`: the process answers. `/readyz`: database, migrations and scheduler are fit. Neither tells a version."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Response
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hrd_cases import migrate
from hrd_cases.door.desk import Desk
from hrd_cases.door.house import house
from hrd_cases.door.permissions import Permission
from hrd_cases.outbox import watch

desk = Desk("health")


@desk.get("/healthz", needs=Permission.ANYONE, audited=False)
def alive() -> Response:
    return Response("ok\n", mimetype="text/plain")


@desk.get("/readyz", needs=Permission.ANYONE, audited=False)
def ready(session: Session) -> Response:
    missing = _missing(session)
    text = "ready\n" if not missing else "".join(f"{word}\n" for word in missing)
    return Response(text, status=503 if missing else 200, mimetype="text/plain")


def _missing(session: Session) -> list[str]:
    """What keeps this node from serving, a word each."""
    try:
        if migrate.behind(house().database.main):
            return ["migrations"]
        alarms = watch.alarms(session, datetime.now(UTC))
        return ["scheduler"] if any(alarm.kind is watch.AlarmKind.NO_SCHEDULER for alarm in alarms) else []
    except SQLAlchemyError:
        return ["database"]
