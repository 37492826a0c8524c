"""Why a file is not kept, or not shown, in a sentence for whoever brought it."""

from __future__ import annotations

from hrd_cases.documents.reading.answers import Unread
from hrd_cases.errors import N_, Refused, Sentence

_ANOTHER_WAY = N_("Save it as a PDF or a picture, and add that.")
_UNPACK = N_("Unpack it on a computer you trust, and add the files one by one.")
_ASK = N_("Ask whoever sent it for another copy, and tell security if you did not expect this file.")

WHY: dict[str, tuple[Sentence, Sentence]] = {
    "empty": (N_("“%(name)s” is empty."), N_("Look whether it was saved, and add it again.")),
    "too large": (
        N_("“%(name)s” is larger than a file may be here."),
        N_("Make it smaller, or divide it, and add the parts."),
    ),
    "no room": (
        N_("There was no room to keep “%(name)s”. Nothing of it was kept."),
        N_("Tell the administrator that the disk is full."),
    ),
    "other kind": (N_("“%(name)s” is of a kind that is not kept here."), _ANOTHER_WAY),
    "old office": (N_("“%(name)s” is an office document of an old kind, which may hold programs."), _ANOTHER_WAY),
    "rich text": (N_("“%(name)s” is rich text, which may hold programs."), _ANOTHER_WAY),
    "web page": (N_("“%(name)s” is a web page or a drawing that may hold programs."), _ANOTHER_WAY),
    "archive": (N_("“%(name)s” is an archive of other files."), _UNPACK),
    "macros": (N_("“%(name)s” holds programs (macros)."), _ANOTHER_WAY),
    "fetches": (
        N_("“%(name)s” fetches something from elsewhere when it is opened: that tells somebody where you are."),
        _ANOTHER_WAY,
    ),
    "locked": (N_("“%(name)s” is locked with a password."), N_("Open it, save it without a password, and add that.")),
    "damaged": (N_("“%(name)s” cannot be read as what it says it is."), _ASK),
    "cannot be read": (N_("“%(name)s” took too much time or memory to be looked into."), _ASK),
    "too many pixels": (N_("“%(name)s” is a picture of more pixels than anybody can open."), _ASK),
    "too many pages": (N_("“%(name)s” has more pages than can be looked into."), N_("Divide it, and add the parts.")),
    "unpacks to too much": (N_("“%(name)s” unpacks to more than a computer can hold."), _ASK),
    "other letters": (
        N_("“%(name)s” is written in letters that are not UTF-8."),
        N_("Save it as UTF-8 text, or as a PDF, and add that."),
    ),
    "control characters": (N_("“%(name)s” looks like text and holds characters that steer a screen."), _ASK),
    "infected": (
        N_("“%(name)s” was refused by the virus scanner. Nothing of it was kept."),
        N_("Do not open it. Tell security who sent it."),
    ),
    "not scanned": (
        N_("“%(name)s” could not be checked by the virus scanner. Nothing of it was kept."),
        N_("Try again in some minutes. If it lasts, tell the administrator that the scanner does not answer."),
    ),
    "too large to show": (N_("“%(name)s” is too large to be shown here."), N_("Download it.")),
    "no such page": (N_("“%(name)s” has no such page."), N_("Begin with its first page.")),
    "not shown": (N_("Files like “%(name)s” are not shown here."), N_("Download it.")),
    "not cleaned": (
        N_("Files like “%(name)s” cannot be freed here of what tells who made them, when and where."),
        N_("Export the original, and remember what it tells."),
    ),
}


def refusal(unread: Unread, name: str) -> Refused:
    """What the reader is told of a file called so."""
    return Refused.of(WHY.get(unread.why, WHY["cannot be read"]), name=name)
