"""How the consent to be seen with us stands, where somebody goes to a hearing or is chosen."""

from __future__ import annotations

import pytest

from hrd_cases.cases.codes import CODES
from hrd_cases.cases.consent import Stand, State
from hrd_cases.cases.consent_gate import GIVEN, Decision
from hrd_cases.trials.seen_with_us import OBSERVING, Stands, stands_by
from tests.cases.acting import Filed, said
from tests.trials.test_hearing_pages import file, read, tried
from tests.trials.trying import Tried

__all__ = ["file", "tried"]


@pytest.mark.parametrize(
    ("state", "allowed", "stands"),
    [
        (State.GIVEN, True, Stands.AGREED),
        (State.GIVEN, False, Stands.HELD_UP),
        (State.REFUSED, False, Stands.NO),
        (State.WITHDRAWN, False, Stands.NO),
        (State.NOT_ASKED, False, Stands.NOT_ASKED),
        (State.IMPOSSIBLE, False, Stands.NOT_ASKED),
        (State.IMPOSSIBLE, True, Stands.AGREED),
    ],
)
def test_as_the_gate_has_it(state: State, allowed: bool, stands: Stands) -> None:
    assert stands_by(Decision(allowed, GIVEN, Stand(state))) is stands


def test_observing_a_trial_needs_the_consent_to_be_seen() -> None:
    assert CODES.purpose_of(OBSERVING) == "be_seen"


def test_it_stands_on_the_hearing_and_where_somebody_goes_or_is_chosen(tried: Tried, file: Filed) -> None:
    one = tried.schedule()
    file.talk(share_embassies="given")
    for page in (f"/{one}", f"/{one}/observer", f"/{one}/act/go_myself", "/new", f"/{one}/share"):
        found = read(tried, page)
        assert "Not asked yet whether they want to be seen with us: Salma Mithal" in found, page
    file.write(said(be_seen="refused", speaker_id=file.speaker("self")))
    assert "Said no to being seen with us: Salma Mithal" in read(tried, f"/{one}")
    for page in (f"/{one}/observer", f"/{one}/act/go_myself", "/new", f"/{one}/share"):
        assert "Ask them again first" in read(tried, page), page
