"""Logs without content: one line an event on standard error, JSON or console.

`structlog.get_logger().info("mail sent", attempt=2)`: the event is a constant sentence of ours, the keys are those of
`FIELDS`; any other key is withheld and only counted, so a careless line tells nothing. Of an exception stay its type
and the lines it passed, never its message, parameters or locals. Other packages' lines (standard `logging`) keep their
logger and level; their text only where `OPEN_BOOKS` knows that it holds no content.
"""

from __future__ import annotations

import json
import logging
import logging.config
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog

from hrd_cases.settings import ROOT, Settings

# Opaque or countable, and nothing else: no address, no name, no path with an id in it, no text that anybody typed.
FIELDS = frozenset(
    {
        "attempt",
        "bytes",
        "code",
        "count",
        "engine",
        "error",
        "job",
        "library",
        "method",
        "milliseconds",
        "pid",
        "port",
        "request",  # a random number that also stands on the error page
        "revision",
        "route",  # the rule's name, never the path
        "seconds",
        "status",
        "where",
        "worker",
    }
)
OPEN_BOOKS = frozenset({"_granian", "_granian.serve", "alembic.runtime.migration"})
LONGEST = 200

Event = MutableMapping[str, Any]


def place_of(error: BaseException) -> str:
    """Where it was raised, the last line of ours that it passed: nothing of what it says."""
    lines = [line for line in traceback.extract_tb(error.__traceback__) if line.filename.startswith(str(ROOT))]
    return f"{Path(lines[-1].filename).stem}:{lines[-1].lineno}" if lines else "elsewhere"


def start(settings: Settings) -> None:
    """Send our events and other packages' lines to standard error, as `settings` say."""
    level = getattr(logging, settings.log_level.upper())
    structlog.configure(
        processors=[structlog.processors.add_log_level, withhold, _stamp, _written(settings.log_format)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.config.dictConfig(standard(settings))


def standard(settings: Settings) -> dict[str, Any]:
    """The configuration of standard `logging` that brings other packages' lines here (for `dictConfig`)."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"ours": {"()": _Ours}, "none": {"class": "logging.NullHandler"}},
        # the web server's own lines, and none of its access log: paths tell who reads which case
        "loggers": {"_granian": {"propagate": True}, "granian.access": {"propagate": False, "handlers": ["none"]}},
        # other packages' debug lines would tell nothing here
        "root": {
            "handlers": ["ours"],
            "level": "INFO" if settings.log_level == "debug" else settings.log_level.upper(),
        },
    }


def withhold(_logger: Any, _method: str, event: Event) -> Event:
    """Only `FIELDS` with plain values stay; an exception becomes its type and the lines it passed."""
    failure = event.pop("exc_info", None)
    kept: dict[str, Any] = {"event": _plain(event.pop("event", "")), "level": event.pop("level", "info")}
    kept |= {key: _plain(value) for key, value in event.items() if key in FIELDS}
    withheld = sum(key not in FIELDS for key in event)
    if withheld:
        kept["withheld"] = withheld
    if failure:
        kept |= _told(failure)
    return kept


class _Ours(logging.Handler):
    """Another package's line, as an event of ours."""

    def emit(self, record: logging.LogRecord) -> None:
        known = record.name in OPEN_BOOKS
        event = record.getMessage() if known else "a library wrote a line"
        fields: dict[str, Any] = {"library": record.name}
        if not known:
            fields["where"] = f"{record.module}:{record.lineno}"
        level = record.levelname.lower()
        logger = structlog.get_logger()
        speak = getattr(logger, level if level in {"debug", "info", "warning", "error", "critical"} else "info")
        speak(event, exc_info=record.exc_info, **fields)


def _stamp(_logger: Any, _method: str, event: Event) -> Event:
    return {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), **event}


def _written(log_format: str) -> Any:
    return _as_json if log_format == "json" else _as_line


def _as_json(_logger: Any, _method: str, event: Mapping[str, Any]) -> str:
    return json.dumps(event)


def _as_line(_logger: Any, _method: str, event: Mapping[str, Any]) -> str:
    rest = {key: value for key, value in event.items() if key not in {"at", "level", "event"}}
    told = " ".join(
        f"{key}={value if isinstance(value, int | float) else json.dumps(value)}" for key, value in rest.items()
    )
    return f"{event['at']} {event['level']:<8} {event['event']} {told}".rstrip()


def _plain(value: Any) -> Any:
    """A number, or a short text on one line; anything else only says what it is."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, UUID):
        return str(value)
    if not isinstance(value, str):
        return f"<{type(value).__name__}>"
    one_line = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in value)
    return one_line if len(one_line) <= LONGEST else one_line[:LONGEST] + "…"


def _told(failure: Any) -> dict[str, Any]:
    error = _error_of(failure)
    if error is None:
        return {}
    lines = traceback.extract_tb(error.__traceback__)
    return {
        "error": type(error).__name__,
        "where": " > ".join(f"{_short(line.filename)}:{line.lineno} {line.name}" for line in lines[-12:]),
    }


def _error_of(failure: Any) -> BaseException | None:
    # `exc_info` may be an exception, what sys.exc_info() gave, or True
    if isinstance(failure, tuple):
        failure = failure[1]
    elif not isinstance(failure, BaseException):
        failure = sys.exc_info()[1]
    return failure if isinstance(failure, BaseException) else None


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) and ".venv" not in path.parts else path.name
