"""What a notice about a hearing says: what was done, by whom, and why."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint
from flask_babel import gettext as _

from hrd_cases.errors import N_, Sentence
from hrd_cases.offices.words import apart
from hrd_cases.trials.life import Act
from hrd_cases.trials.shares.rules import Ended
from hrd_cases.trials.shares.words import WHY
from hrd_cases.trials.told import ASKED, BACKUP, CHANGED, LEFT, NOT_THERE, REPLACED, WITHDRAWN, News
from hrd_cases.trials.words import code

Names = Mapping[uuid.UUID, str]
TOLD: dict[str, Sentence] = {
    ASKED: N_("%(name)s asks you to go to this hearing."),
    BACKUP: N_("%(name)s named you as the backup: you go if whoever was to go cannot."),
    REPLACED: N_("%(name)s has chosen who goes instead of you: you need not."),
    LEFT: N_("%(name)s does not go after all: somebody else has to be found."),
    WITHDRAWN: N_("%(name)s recorded that you do not go: somebody else is to be found."),
    CHANGED: N_("%(name)s changed something about this hearing."),
    Act.REQUEST_OBSERVER: N_("%(name)s asks for an observer: somebody has to be found."),
    Act.ACCEPT: N_("%(name)s has accepted, and goes."),
    Act.DECLINE: N_("%(name)s has declined: somebody else has to be found."),
    Act.WITHDRAW: N_("%(name)s recorded that whoever was to go does not: somebody else has to be found."),
    Act.MOVE: N_("%(name)s moved this hearing to another date."),
    Act.ADJOURN: N_("%(name)s recorded that the court adjourned it to another date."),
    Act.ADJOURN_SINE_DIE: N_("%(name)s recorded that the court adjourned it, without a new date yet."),
    Act.CANCEL: N_("%(name)s cancelled this hearing."),
    Act.REVIEW: N_("%(name)s reviewed your report."),
    Act.ASK_CHANGES: N_("%(name)s asks for changes in your report."),
}
OF_AN_EMBASSY: dict[str, Sentence] = {
    Act.ACCEPT: N_("%(office)s has accepted: somebody of theirs goes."),
    Act.DECLINE: N_("%(office)s has declined: somebody else has to be found."),
    f"also_{Act.ACCEPT}": N_("%(office)s has accepted as well: more than one may come."),
    f"also_{Act.DECLINE}": N_("%(office)s, which was asked as well, has declined."),
    Act.WITHDRAW: N_("%(office)s does not go any more: somebody else has to be found."),
    NOT_THERE: N_("%(office)s says that nobody of theirs was at this hearing: no report comes from them."),
}
"""Where whoever goes, or was to go, was asked by a share."""
_LISTED = {
    Act.ADJOURN: "adjournment_reason",
    Act.ADJOURN_SINE_DIE: "adjournment_reason",
    Act.SET_NEXT: "adjournment_reason",
    Act.CANCEL: "cancel_reason",
}


def told_in_words(news: News, names: Names) -> str:
    """What was done, by whom. `names`: of members and offices."""
    # Set apart from the sentence, in whichever direction its name runs.
    office = f"\u2068{names.get(news.office_id, '?')}\u2069" if news.office_id is not None else ""
    by = apart(names.get(news.by_id, "?")) if news.by_id is not None else "?"
    sentence = OF_AN_EMBASSY.get(news.what) if office else None
    return str(_(sentence or TOLD.get(news.what, TOLD[CHANGED]), name=by, office=office))


def why_in_words(said: News) -> str:
    """The reason that was given; "" where none was."""
    return reason_in_words(said.what, said.reason, said.note)


def reason_in_words(act: str, reason: str, note: str) -> str:
    """Why an act was done, in the reader's words where it was chosen, in its author's where it was written; "" for an
    act without a reason.
    """
    listed = _LISTED.get(Act(act)) if act in set(Act) else None
    if listed:
        reason = code(reason, listed)
    elif reason == Ended.DECLINED and note:
        reason = ""
    elif reason in set(Ended):
        reason = str(WHY[Ended(reason)])
    return " – ".join(filter(None, (reason, note)))


def install_told_words(blueprint: Blueprint) -> None:
    for each in (told_in_words, why_in_words, reason_in_words):
        blueprint.add_app_template_filter(each)
