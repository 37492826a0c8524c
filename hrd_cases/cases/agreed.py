"""What the page of a case file says of consent: every purpose by what stands for it, and on whose word."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from hrd_cases.cases import consent, consent_gate, facts
from hrd_cases.cases.chains import Standing
from hrd_cases.cases.codes import PURPOSES
from hrd_cases.cases.details import Conversation
from hrd_cases.cases.file import File

Named = Callable[[uuid.UUID | None], str]
"""The name of somebody on file; "" for nobody."""


class ForThem(NamedTuple):
    """What somebody answered for the defender to some purposes. `yes`: what they answered; `name`: who it was."""

    yes: bool
    purposes: tuple[str, ...]
    said: Conversation
    name: str


class Consents(NamedTuple):
    """Purposes by what stands for them. `may`, `may_not`: the defender's own word; `for_them`: that of whoever speaks
    for them, where it counts; `uncounted`: where it does not, and `why_uncounted`.
    """

    may: tuple[str, ...]
    may_not: tuple[str, ...]
    for_them: tuple[ForThem, ...]
    uncounted: tuple[ForThem, ...]
    why_uncounted: consent_gate.Said | None
    impossible: tuple[str, ...]
    not_asked: tuple[str, ...]
    can_be_asked: tuple[str, ...]
    """Of those not asked: asking was impossible once, and somebody spoke with them since."""
    ask_again: tuple[str, ...]
    not_now: tuple[str, ...]
    """They agreed, and the gate lets nothing through all the same; `why` says why, and what to do."""
    why: consent_gate.Said | None
    asked: bool
    """Somebody was asked about something, whether it counts or not."""


def consents_of(file: File, now: datetime, today: date, named: Named) -> Consents:
    """What stands for every purpose, as the one judge has it. `named` says who somebody on file is."""
    said = facts.conversations(file)
    judged = {purpose: facts.judged(file, purpose, now, said=said) for purpose in PURPOSES}
    by_state: dict[consent.State, list[str]] = {state: [] for state in consent.State}
    for purpose, decision in judged.items():
        by_state[decision.stand.state].append(purpose)
    given, not_asked = by_state[consent.State.GIVEN], by_state[consent.State.NOT_ASKED]
    held_up = {purpose: judged[purpose] for purpose in given if not judged[purpose].allowed}
    why = next(((one.reason, one.instead) for one in held_up.values()), None)
    no = by_state[consent.State.REFUSED] + by_state[consent.State.WITHDRAWN]
    others = {
        purpose: one.stand.conversation
        for purpose, one in judged.items()
        if purpose in (*given, *no) and purpose not in held_up and _by_another(one.stand.conversation)
    }
    lapsed = {purpose: one.stand.uncounted for purpose, one in judged.items() if one.stand.lapsed}
    return Consents(
        may=tuple(purpose for purpose in given if purpose not in held_up and purpose not in others),
        may_not=tuple(purpose for purpose in no if purpose not in others),
        for_them=_for_them(file, said, named, others),
        uncounted=_for_them(file, said, named, lapsed),
        why_uncounted=next(((judged[one].reason, judged[one].instead) for one in lapsed), None),
        asked=any(one.answers for one in said),
        impossible=tuple(by_state[consent.State.IMPOSSIBLE]),
        not_asked=tuple(one for one in not_asked if judged[one].stand.tried is None and one not in lapsed),
        can_be_asked=tuple(one for one in not_asked if judged[one].stand.tried is not None),
        ask_again=tuple(purpose for purpose, one in judged.items() if _is_asked_again(file, purpose, one.stand, today)),
        not_now=tuple(held_up),
        why=why,
    )


def _for_them(
    file: File,
    said: list[consent.Conversation],
    named: Named,
    words: Mapping[str, consent.Conversation | None],
) -> tuple[ForThem, ...]:
    """Purpose → the word that somebody gave for the defender, once for each who gave it and what they answered."""
    found: dict[tuple[uuid.UUID, bool], list[str]] = {}
    talks = {id(word): one for word, one in zip(said, file.conversations, strict=True)}
    told: dict[uuid.UUID, Standing[Conversation]] = {}
    for purpose, word in words.items():
        if word is not None:
            talk = talks[id(word)]
            told[talk.id] = talk
            found.setdefault((talk.id, word.answer(purpose) is consent.State.GIVEN), []).append(purpose)
    return tuple(
        ForThem(yes, tuple(purposes), told[talk].said, named(told[talk].said.speaker_id))
        for (talk, yes), purposes in found.items()
    )


def _is_asked_again(file: File, purpose: str, found: consent.Stand, today: date) -> bool:
    """Has the day come on which Today and the gate ask whether it is still wanted?"""
    on = consent_gate.asked_again_on(found, facts.renewed_at(file, purpose))
    return on is not None and on <= today


def _by_another(one: consent.Conversation | None) -> bool:
    return one is not None and one.speaker is not consent.Speaker.SELF
