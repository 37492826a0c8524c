"""What the pages of shares call things."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from hrd_cases.pages import day
from hrd_cases.trials.docket import Docket
from hrd_cases.trials.shares import seen
from hrd_cases.trials.shares.received import Received
from hrd_cases.trials.shares.rules import Ended, Seen, ShareEntry, SharePart, Stand, last_day
from hrd_cases.trials.words import code

PART = {
    SharePart.PEOPLE: _l("Names of the defenders it is shared for"),
    SharePart.CHARGES: _l("What they are accused of"),
    SharePart.NUMBER: _l("Number of the case at the court"),
    SharePart.COUNSEL: _l("Counsel"),
    SharePart.LANGUAGE: _l("Language and interpreter"),
    SharePart.DEATH_PENALTY: _l("That a charge carries the death penalty, if one does"),
}
STAND = {
    Stand.OFFERED: _l("No answer yet"),
    Stand.ACCEPTED: _l("Accepted: somebody goes"),
    Stand.DECLINED: _l("Declined"),
    Stand.ENDED: _l("Over"),
}
FOR_THEM = {
    Stand.OFFERED: _l("Waits for your answer"),
    Stand.ACCEPTED: _l("You accepted: somebody of you goes"),
    Stand.DECLINED: _l("You declined"),
    Stand.ENDED: _l("Over"),
}
TAG = {Stand.OFFERED: "waiting", Stand.ACCEPTED: "good", Stand.DECLINED: "neutral", Stand.ENDED: "neutral"}
WHY = {
    Ended.REVOKED: _l("Taken back."),
    Ended.CONSENT: _l("Taken back: consent to it was withdrawn."),
    Ended.OBSERVER_LEFT: _l("Somebody else observes the hearing now, or nobody."),
    Ended.DECLINED: _l("Declined."),
    Ended.EXPIRED: _l("Its time is over."),
    Ended.DAMAGED: _l("It failed its check, and was taken back. Security has been told. Share it anew."),
}
TO_THEM = {
    Ended.REVOKED: _l("The office that shared it took it back."),
    Ended.CONSENT: _l("The office that shared it took it back."),
    Ended.OBSERVER_LEFT: _l("Somebody else observes the hearing now, or it is not observed. You need not go."),
    Ended.DECLINED: _l("You declined it."),
    Ended.EXPIRED: _l("Its time is over."),
    Ended.DAMAGED: _l("It failed its check, and the office that shared it took it back. Ask them to share it anew."),
}
"""Not that a defender took their consent back: that is theirs and the office's."""


def how_it_stands(said: ShareEntry, now: datetime) -> str:
    """How a share stands for those who gave it."""
    if said.state == Stand.OFFERED and not said.shared.asked and said.stands(now):
        return str(_("Shared"))
    return str(STAND[said.stand(now)])


def tag_of(said: ShareEntry, now: datetime) -> str:
    return TAG[said.stand(now)]


def why_ended(said: ShareEntry, now: datetime) -> str:
    """Why nobody opens it any more; "" while somebody does."""
    if said.stands(now):
        return ""
    return str(WHY[said.how_it_ended])


def how_it_is_for_us(one: Received) -> str:
    """How something that was shared with us stands."""
    return str(FOR_THEM[one.stand] if one.said is None or one.said.asked else _("Shared for you to know"))


def tag_for_us(one: Received) -> str:
    return TAG[one.stand]


def why_over(one: Received) -> str:
    """Why we read it no more; "" while we do."""
    return str(TO_THEM[one.how_it_ended]) if one.how_it_ended is not None else ""


def until_day(until: datetime) -> str:
    """The last day on which it is shared."""
    return day(last_day(until))


def is_behind(said: ShareEntry, docket: Docket) -> bool:
    """Was the trial changed since it was sent?"""
    return seen.is_behind(docket, said)


def kind_shared(said: Seen) -> str:
    return said.other_kind if said.kind == "other" and said.other_kind else code(said.kind, "hearing_type")


def name_shared(said: Seen) -> str:
    """A hearing in a line, as somebody sees it with whom it is shared: "Bail hearing, 3 May 2026"."""
    return str(_("%(kind)s, %(day)s", kind=kind_shared(said), day=day(said.when.on)))


def install_share_words(blueprint: Blueprint) -> None:
    given: tuple[Any, ...] = (is_behind, how_it_stands, tag_of, why_ended, until_day, kind_shared, name_shared)
    filters: tuple[Any, ...] = (*given, how_it_is_for_us, tag_for_us, why_over)
    for each in filters:
        blueprint.add_app_template_filter(each)
