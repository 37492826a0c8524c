"""What an entry of the trail may name, in words: pages, actors, refusals, alarms, findings."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from hrd_cases.door.page_names import PAGES
from hrd_cases.door.words import ROLE
from hrd_cases.offices.models import Office
from hrd_cases.offices.words import ACT, CIRCLE, KIND, office_name
from hrd_cases.outbox.watch import AlarmKind
from hrd_cases.pages import duration, span

SYSTEM = {
    "operator": _l("The operator's command"),
    "scheduler": _l("The unattended process"),
    "visitor": _l("Somebody not signed in"),
    "demonstration": _l("The demonstration"),
}
"""Actors that are no member: the words that `audit.trail.Actor` knows them by."""

STATUS = {
    400: _l("the form was not made for this session"),
    403: _l("this role may not do it"),
    404: _l("it does not exist, or not for this member"),
    409: _l("a rule said no, or it was changed meanwhile"),
    413: _l("the form was too large"),
    422: _l("the form was not right"),
}

ALARM = {
    AlarmKind.NO_SCHEDULER.value: _l("no unattended process was running"),
    AlarmKind.REMINDERS_OVERDUE.value: _l("reminders were overdue"),
    AlarmKind.MAILS_OVERDUE.value: _l("mails were overdue"),
}

ALARM_NOW = {
    AlarmKind.NO_SCHEDULER: _l(
        "No unattended process has shown itself for five minutes: no reminder goes out. The operator starts it with "
        "hrd-cases scheduler."
    ),
    AlarmKind.REMINDERS_OVERDUE: _l(
        "Reminders are overdue, although an unattended process runs. The operator finds out why in its log."
    ),
    AlarmKind.MAILS_OVERDUE: _l(
        "Mails have waited for longer than five minutes. The operator looks whether the mail server is there."
    ),
}

FINDINGS = (
    _l("entries are missing before this one"),
    _l("this entry does not follow from the one before it"),
    _l("this entry is not the one that was mailed out"),
    _l("this number has two daily counts that contradict each other"),
    _l("this entry cannot be read: the check ended here"),
    _l("this entry's body cannot be read"),
    _l("this entry's columns say something else than its body"),
    _l("the count is not that of the last entry: the end of the trail was cut off"),
    _l("an entry that was mailed out is missing"),
    _l("something here cannot be read: the check of these ended there"),
    _l("nothing in the trail tells of this row"),
    _l("this row is gone"),
    _l("a sealed part of this row is gone"),
    _l("this blob is not one of ours"),
    _l("this row was deleted and has come back"),
    _l("this row was set back to an older state"),
    _l("this row is not the one that was written"),
    _l("a charter was taken away"),
    _l("a charter that no act put in force"),
    _l("this charter's text is not the one that was signed"),
    _l("a revocation was taken away"),
    _l("a revocation that no act made"),
    _l("this revocation says something else than it did"),
    _l("a revocation that nobody signed who may"),
    _l("a member whose access was ended has it again"),
    _l("a member's access was ended by no act"),
    _l("a suspended member was let in again by no act"),
    _l("a member was suspended by no act"),
    _l("a passphrase counts that this member did not set last"),
    _l("a recovery code counts that this member did not set last"),
    _l("an authenticator counts that this member did not set up last"),
    _l("a used code of the authenticator counts again"),
    _l("a mail address that no act gave this member"),
    _l("a form that was sent or thrown away waits again"),
    _l("a letter was taken away"),
    _l("a letter that nobody sent"),
    _l("a letter was marked as done, or as waiting, by no act"),
    _l("this letter is not the one that was sent, or goes elsewhere"),
    _l("an absence that nobody recorded so"),
    _l("an absence was taken away or changed"),
    _l("somebody else is on duty than was put there"),
    _l("a clock that runs was taken away"),
    _l("a clock was stopped, or set going again, by no act"),
    _l("this clock says something else than when it was started, or nobody started it"),
    _l("a reminder of this clock was taken away"),
    _l("a reminder of this clock says something else than when it was planned"),
    _l("a reminder says something else than when it was planned"),
    _l("a reminder was marked as due, and nobody was mailed"),
    _l("a file is told of as opened, and nobody wrote it"),
    _l("a letter is told of as opened, and nobody opened the file that it brings"),
    _l("a notice that nobody put away is shown as read"),
    _l("a notice that was put away is shown as not read"),
    _l("the index does not find this entry by what it is about"),
    _l("the index finds this entry by what it is not about"),
    _l("the seats shown are not those of the charter"),
    _l("the countries shown are not those of the charter"),
    _l("the circles shown are not those of the charter"),
    _l("an office is called something else than its charter says"),
    _l("a member is called something else than the charter says"),
    _l("a member is called what could be taken for another name"),
    _l("a member whom charters call by two names"),
    _l("a name that charters have given to two members"),
    _l("a member belongs to another office than they were invited to"),
    _l("a member whom nobody invited"),
    _l("a member is to be seated as something else than they were invited as"),
    _l("a member who has enrolled is kept out as one who has not"),
    _l("an office that nobody opened so"),
    _l("the time zone of an office is not the one that was told"),
    _l("the weekend of an office is not the one that was told"),
    _l("the hours of an office are not the ones that were told"),
    _l("nothing tells when an office works: its head saves its page once"),
    _l("a holiday that nobody told of, or one that was taken away"),
    _l("a card's place is kept for a case there is not"),
    _l("a card's place is in a segment of another circle"),
    _l("the card of this case has no place"),
    _l("a segment holds more or fewer cards than have their place in it"),
    _l("a file's row says another version than what is sealed in it"),
    _l("a trial's row says another version than what is sealed in it"),
    _l("a share's row says another version than what is sealed in it"),
    _l("the charters of an office fail their check: nobody can rely on them"),
    _l("the folder of these rows is gone"),
    _l("a folder lies under the keys of another office"),
    _l("the key of a sealed part is gone: nobody can read it"),
    _l("the shred secret is gone without which nobody can read this"),
    _l("the key of a chartered circle is gone, or is another"),
    _l("a wrapped key is not the one that was written: what it opens is lost"),
    _l("a key of a share that nobody gave"),
    _l("a key of a share is gone: it was not given up"),
    _l("the older seed of a circle is gone: what was written before cannot be read"),
    _l("a share is gone: custodians cannot open this circle any more"),
    _l("a member was handed the key of a circle, and has it no more"),
    _l("the public key of a seated member is gone, or is another"),
    _l("a seated member has no key ring"),
    _l("a seated member is gone"),
    _l("an office that has a charter is gone"),
)
"""What audit.verify says; it knows no language, so its sentences are listed here for the translators."""

_LISTS: dict[str, dict[Any, Any]] = {
    "role": {role.value: words for role, words in ROLE.items()},
    "circle": {circle.value: words for circle, words in CIRCLE.items()},
    "act": {act.value: words for act, words in ACT.items()},
    "kind": {kind.value: words for kind, words in KIND.items()},
    "alarm": ALARM,
    "status": STATUS,
    "page": PAGES,
}


_LENGTHS: dict[str, Callable[[int], str]] = {"seconds": duration, "days": span}
"""Lengths of time, with the reader's own plural."""


def office_names(session: Session) -> dict[uuid.UUID, str]:
    """Every office as it is called beside others; with its code where several are called the same."""
    offices = session.scalars(select(Office)).all()
    shared = Counter(map(office_name, offices))
    named = ((one, office_name(one)) for one in offices)
    return {one.id: f"{name} ({one.code})" if shared[name] > 1 else name for one, name in named}


def word(field: str, value: object) -> str:
    """A field's value in words; as it is where it needs or knows none."""
    if field in _LENGTHS and isinstance(value, int):
        return _LENGTHS[field](value)
    return str(_LISTS.get(field, {}).get(value, value))


def finding(what: str) -> str:
    """A sentence of audit.verify in the reader's language."""
    return str(gettext(what))
