"""What an act has done, said once on the next page: `say(_("The invitation was made."))` in a view that then redirects.

The words wait in the session's row, sealed with what the session holds: never in an address or a cookie. They may
therefore name who or what it was about. A page that shows the frame shows them and then forgets them; without a session
nothing is said.
"""

from __future__ import annotations

from flask import request
from sqlalchemy.orm import Session

from hrd_cases.door import guards
from hrd_cases.door.house import house
from hrd_cases.door.passage import passage

MOST = 3
"""Of several acts whose pages nobody has seen, the newest are told."""


def say(text: str) -> None:
    """Say on the next page of this session that this was done, if what the view does is committed."""
    passage().to_say.append(("success", str(text)))


def note(text: str) -> None:
    """The same for what is no success: that something was not done yet."""
    passage().to_say.append(("note", str(text)))


def stopped(text: str) -> None:
    """The same for what was stopped by what was done: that is as it should be."""
    passage().to_say.append(("stopped", str(text)))


def told(text: str) -> None:
    """The same for somebody who was told of it."""
    passage().to_say.append(("told", str(text)))


def to_do(text: str) -> None:
    """The same for what somebody has to do now."""
    passage().to_say.append(("to_do", str(text)))


def keep_said(session: Session) -> None:
    """In the transaction of the act: what it wants said waits in the session of the cookie that its answer leaves."""
    words, passage().to_say = passage().to_say, []
    if words:
        house().sessions.say_next(session, guards.cookie(), words, MOST)


def search_for(session: Session, text: str) -> None:
    """Remember what is searched for in the session, sealed, so that the page of what is found has an address of its own
    that tells nothing, and the browser's way back leads to it."""
    house().sessions.keep_sought(session, guards.cookie(), text)


def said() -> list[tuple[str, str]]:
    """(kind, words): what a page has to say of the act before it. The answer of a form is no page to say it on, for it
    may be undone."""
    visitor = passage().shown_to
    if visitor is None or not visitor.said or request.method != "GET":
        return []
    passage().was_said = True
    return list(visitor.said)


def forget_said(session: Session) -> None:
    """With the trace of a page: what it has shown is not said again."""
    if passage().was_said:
        passage().was_said = False
        house().sessions.forget_said(session, guards.cookie())
