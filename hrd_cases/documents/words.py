"""What pages call documents: their kind, their size, what is remarkable about them, what was done with them."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hrd_cases.audit.events import Event
from hrd_cases.documents.kinds import KINDS
from hrd_cases.documents.papers import Filed, Record
from hrd_cases.pages import number

_UNITS = ((1 << 30, _l("%(size)s GB")), (1 << 20, _l("%(size)s MB")), (1 << 10, _l("%(size)s KB")))

REMARKS = {
    "script": _l(
        "It holds a script. Nothing of it runs in what is shown here; on your own computer it may: open the cleaned "
        "copy instead of the original."
    ),
    "attachments": _l("Other files are packed inside it. Nobody looked into those."),
    "reaches out": _l(
        "It asks the program that opens it to fetch something from elsewhere. Somebody may learn from that who opens "
        "it, and where."
    ),
    "large": _l("It was too large to be looked into, and is not shown here."),
}
"""What was found when it came, by the reading process's own word."""

_DONE = {
    Event.DOCUMENT_ADDED: _l("Added"),
    Event.DOCUMENT_OPENED: _l("Looked at here"),
    Event.DOCUMENT_REMOVED: _l("Taken away for good"),
}
ORIGINAL, CLEANED = "original", "cleaned"
_GIVEN_OUT = {ORIGINAL: _l("Downloaded: the original"), CLEANED: _l("Downloaded: a cleaned copy")}


def file_size(length: int) -> str:
    """How large, in what people count files in: "2.4 MB"."""
    for unit, words in _UNITS:
        if length >= unit:
            return str(words % {"size": number(round(length / unit, 1))})
    return str(_("%(size)s bytes", size=number(length)))


def kind_called(mime: str) -> str:
    """ "application/pdf" → "PDF document"; "" for a kind that is not ours."""
    kind = KINDS.get(mime)
    return str(_(kind.called)) if kind is not None else ""


def sort_of(record: Record, document: Filed) -> str:
    """Which of its record's sorts a document is of; "" for none."""
    called = record.sorts.get(document.paper.sort)
    return str(_(called)) if called else ""


def done_with(event: str, how: str) -> str:
    """What the trail tells was done with a document."""
    return str(_GIVEN_OUT.get(how, _("Downloaded")) if event == Event.DOCUMENT_EXPORTED else _DONE[Event(event)])


def remark(word: str) -> str:
    return str(REMARKS.get(word, word))


def install_document_words(blueprint: Blueprint) -> None:
    """Filters of templates that show documents."""
    for each in (file_size, kind_called, sort_of, done_with, remark):
        blueprint.add_app_template_filter(each)
