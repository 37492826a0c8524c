"""How the consent to be seen with us stands, where somebody goes to a hearing or is chosen."""

from __future__ import annotations

import pytest

from hrd_cases.cases.codes import CODES
from hrd_cases.cases.consent import Stand, State
from hrd_cases.cases.consent_gate import GIVEN, Decision
from hrd_cases.trials.seen_with_us import OBSERVING, Agreement, stands_by
from tests.cases.acting import Filed, said, sentences
from tests.trials.test_hearing_pages import read
from tests.trials.trying import OFFICER, Tried
from tests.world import World


@pytest.mark.parametrize(
    ("state", "allowed", "stands"),
    [
        (State.GIVEN, True, Agreement.AGREED),
        (State.GIVEN, False, Agreement.HELD_UP),
        (State.REFUSED, False, Agreement.NO),
        (State.WITHDRAWN, False, Agreement.NO),
        (State.NOT_ASKED, False, Agreement.NOT_ASKED),
        (State.IMPOSSIBLE, False, Agreement.NOT_ASKED),
        (State.IMPOSSIBLE, True, Agreement.AGREED),
    ],
)
def test_as_the_gate_has_it(state: State, allowed: bool, stands: Agreement) -> None:
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


def test_of_many_only_a_no_stands_open(world: World) -> None:
    """Twenty-nine names were gone through by keyboard before whoever goes could be chosen."""
    files = [Filed(world, OFFICER, "EG", f"Accused Mithal {number}") for number in range(12)]
    files[0].talk(be_seen="refused")
    tried = Tried(world, files)
    text = world.client(OFFICER).get(f"/trials/{tried.id}/hearings/{tried.schedule(5)}/observer").text
    no, folded = text.split("<details", 1)
    assert "Accused Mithal 0" in sentences(no)
    assert "Not asked yet whether they want to be seen with us: 11 files" in sentences(folded)
