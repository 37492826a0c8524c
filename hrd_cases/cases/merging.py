"""Two who correct the same thing: what the second changed is put over what the first wrote, and nothing else."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from hrd_cases.cases.details import Answer, Conversation, Meeting

Struct = TypeVar("Struct", bound=msgspec.Struct)
HELD_TOGETHER = frozenset({"chatham_house", "present", "organisers_own"})
"""Of a meeting: who took part stands in one of two places, by whether it was held under the rule."""


def changed(typed: msgspec.Struct | None, untouched: msgspec.Struct | None) -> frozenset[str]:
    """Fields that somebody changed: their form as it was sent, beside the same form as it was shown."""
    if typed is None or untouched is None or type(typed) is not type(untouched):
        return frozenset(typed.__struct_fields__ if typed is not None else ())
    found = {name for name in typed.__struct_fields__ if getattr(typed, name) != getattr(untouched, name)}
    if "when" in found and "hour_unknown" in typed.__struct_fields__:
        found.add("hour_unknown")
    if isinstance(typed, Meeting) and found & (HELD_TOGETHER - {"organisers_own"}):
        found |= HELD_TOGETHER
    return frozenset(found)


def put_over(theirs: Struct, mine: Struct, names: frozenset[str], untouched: Any = None) -> Struct:
    """Their version with these fields of mine. Of a conversation the answers are put over one by one."""
    found: Struct = msgspec.structs.replace(theirs, **{name: getattr(mine, name) for name in names})
    if isinstance(found, Conversation) and "answers" in names and isinstance(untouched, Conversation):
        answers = _answers(theirs, mine, untouched)
        return msgspec.structs.replace(found, answers=answers)
    return found


def _answers(theirs: Any, mine: Any, untouched: Any) -> tuple[Answer, ...]:
    by_purpose = [{one.purpose: one for one in said.answers} for said in (theirs, mine, untouched)]
    known = dict.fromkeys(purpose for answers in by_purpose for purpose in answers)
    first, second, before = by_purpose
    chosen = [(second if second.get(one) != before.get(one) else first).get(one) for one in known]
    return tuple(one for one in chosen if one is not None)
