"""Documents on their way out: as a picture of ours, or as a file to be saved; never as a page of the browser's."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import structlog
from werkzeug.wrappers import Response

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import Actor, act_as, record
from hrd_cases.db import Store
from hrd_cases.documents.keeping import Copy
from hrd_cases.documents.papers import Filed
from hrd_cases.documents.sealing import Opened
from hrd_cases.door.house import house
from hrd_cases.door.passage import passage
from hrd_cases.errors import Tampered

log = structlog.get_logger()
PICTURES = ("image/jpeg", "image/png")
"""What a picture of ours may be."""


def neutral_name(filed: Filed, endings: tuple[str, ...] = ()) -> str:
    """How a file is saved: histories of browsers, lists of downloads and copies of disks keep names."""
    found = endings or (filed.kind.endings if filed.kind is not None else ("",))
    return f"document-{filed.id.hex[:8]}{found[0]}"


def inline(copy: Copy) -> Response:
    if copy.mime not in PICTURES:
        raise Tampered("a picture of ours is none")
    return Response(copy.content, mimetype=copy.mime, headers={"Content-Disposition": "inline"})


def copied(filed: Filed, copy: Copy) -> Response:
    return _saved(Response(copy.content, mimetype=copy.mime), neutral_name(filed, (copy.name[copy.name.rfind(".") :],)))


def attachment(filed: Filed, steps: Opened) -> Response:
    """Its bytes as they are checked. What fails in its first step has its page: nothing was sent yet. Later the line is
    cut, before a byte of the bad part: the browser knows how many should have come, and says that it broke off.
    """
    first = next(steps, b"")
    visitor = passage().visitor
    told = _told(chain((first,), steps), house().database.main, visitor.actor if visitor is not None else Actor())
    answer = Response(told, mimetype=filed.paper.mime)
    answer.call_on_close(steps.close)
    answer.content_length = filed.paper.length
    return _saved(answer, neutral_name(filed))


def _saved(answer: Response, name: str) -> Response:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _told(steps: Iterator[bytes], store: Store, actor: Actor) -> Iterator[bytes]:
    """Security is told of what fails its check on the way out, when no page can say so any more."""
    try:
        yield from steps
    except Tampered:
        log.error("a document failed its check on its way out")  # noqa: TRY400 - no content
        with store.writing() as session:
            act_as(session, actor)
            record(session, Event.ALARM_RAISED, alarm="failed its check: documents.download")
        raise
