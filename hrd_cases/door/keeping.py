"""Forms that cannot be carried out yet are kept for their member, and sent again when they can."""

from __future__ import annotations

import uuid

from flask import request

from hrd_cases.door import guards
from hrd_cases.door.house import Sent, house, is_typed
from hrd_cases.door.passage import passage
from hrd_cases.door.places import place_here
from hrd_cases.errors import StaleToken, TooLarge
from hrd_cases.forms import is_written, labels_of
from hrd_cases.vault.words import look_like_words

LONGEST_CHOICE = 20
LOST = "lost"
"""The field of what could not be kept; its first one is empty and says that something was lost."""


def keep_form(dead_cookie: str) -> uuid.UUID | None:
    """Keep the form of this request for its member: of a session that is gone (its cookie given), or of the visitor at
    the door.

    Only with a valid token, only if its place keeps forms at all. Never raises: a form that cannot be kept is not kept.
    """
    if not keeps_here() or not _read_here() or not typed_here():
        return None
    visitor = passage().visitor
    if not guards.token_fits(*(visitor.earlier_tokens if visitor else ())):
        return None
    fields = typed_fields()
    with house().database.main.writing() as session:
        return house().kept.keep(session, visitor, dead_cookie, Sent(request.path, fields, guards.kept_id()))


def typed_here() -> bool:
    """Did somebody type anything into the form of this request? A press alone is not kept: it is pressed again."""
    return _read_here() and any(is_typed(value) for _name, value in typed_fields())


def typed_fields() -> list[tuple[str, str]]:
    """The form of this request, in order, without what the door itself put there."""
    ours = (guards.TOKEN_FIELD, guards.KEPT_FIELD)
    return [(name, value) for name, value in request.form.items(multi=True) if name not in ours]


def typed_texts() -> list[str]:
    """What somebody wrote into the form of this request, to be copied from the very page that says it was not carried
    out: it comes from this request and stays nowhere. Nothing of a form with secrets, files, or six words; nothing of a
    body that is not read.
    """
    return [value for _name, value in _texts()]


def texts_labelled() -> list[tuple[str, str]]:
    """The same, each with what its field is called; "" where no form of ours tells."""
    texts = _texts()
    labels = labels_of({name for name, _value in typed_fields()}) if texts else {}
    return [(labels.get(name, ""), value) for name, value in texts]


def _texts() -> list[tuple[str, str]]:
    if not keeps_here() or not _read_here():
        return []
    return [(name, value) for name, value in typed_fields() if _is_text(name, value)]


def texts_again() -> list[str] | None:
    """What was typed and not kept, as the page that shows it sends it along: a wrong proof takes no word of it away.
    None if nothing was lost.
    """
    return request.form.getlist(LOST)[1:] if _read_here() and LOST in request.form else None


def _read_here() -> bool:
    """Is this a form whose body is read? What is too large, or another site's, is not."""
    place = place_here()
    if request.mimetype not in ("", guards.FORM_TYPE) and "form" not in vars(request):
        return False
    try:
        guards.check_before_body(place.largest if place is not None else None)
    except (StaleToken, TooLarge):
        return False
    return request.method == "POST"


def _is_text(name: str, value: str) -> bool:
    """Somebody wrote it, were it one short name. A choice is told by its field; where no form has it, by its length."""
    words, written = value.strip(), is_written(name)
    if written is None:
        written = len(words) > LONGEST_CHOICE or len(words.split()) > 1
    return written and is_typed(value) and not look_like_words(words)


def keeps_here() -> bool:
    """May the form of this request be kept at all? Never one with secrets or files."""
    place = place_here()
    return place is not None and place.keeps and request.mimetype == guards.FORM_TYPE
