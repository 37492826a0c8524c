"""What a card carries of a trial's hearings: wherever court and office are, each is found on each of its days."""

from __future__ import annotations

import uuid
import zoneinfo
from datetime import date, time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.cards.card import Aside
from hrd_cases.trials.details import Observer
from hrd_cases.trials.grid import DAY, days_of, months
from hrd_cases.trials.life import State
from hrd_cases.trials.listed import UNREAD, Sitting, listed, packed
from hrd_cases.trials.reminder_rules import Part
from hrd_cases.trials.times import When, set_for

ZONES = sorted(zoneinfo.available_timezones())
WHENS = st.builds(
    set_for,
    st.dates(date(2025, 1, 1), date(2035, 12, 31)),
    st.sampled_from(ZONES),
    st.none() | st.times().map(lambda at: time(at.hour, at.minute)),
    st.sampled_from(Part),
)


def sitting(when: When, **more: object) -> Sitting:
    return Sitting(hearing_id=uuid.uuid4(), when=when, kind="bail", state=State.SCHEDULED.value, **more)  # type: ignore[arg-type]


@given(when=WHENS, office=st.sampled_from(ZONES))
def test_a_hearing_is_found_on_each_of_its_days_wherever_the_office_is(when: When, office: str) -> None:
    one = sitting(when)
    aside = packed(uuid.uuid4(), [one], files=1, whole=True)
    trial = listed(aside)
    assert trial is not None
    for placed in days_of(when, office):
        assert not set(aside.marks).isdisjoint(months(placed.on - DAY, placed.on + DAY))
        assert list(trial.between(placed.on, placed.on)) == [one]
    far = when.on + DAY * 40
    assert list(trial.between(far, far)) == []


def test_what_is_not_whole_is_marked_whatever_its_months() -> None:
    when = set_for(date(2026, 11, 30), "Pacific/Kiritimati", time(9))
    assert packed(uuid.uuid4(), [sitting(when)], files=1, whole=True).marks == ("2026-11",)
    assert packed(uuid.uuid4(), [sitting(when)], files=1, whole=False).marks == ("2026-11", UNREAD)
    assert packed(uuid.uuid4(), (), files=0, whole=False).marks == (UNREAD,)


def test_everything_of_a_hearing_comes_back_as_it_was() -> None:
    when = set_for(date(2026, 11, 30), "Africa/Cairo", part=Part.MORNING)
    goes, backup = Observer(member_id=uuid.uuid4()), Observer(name="E. Exemple", embassy="Utopia")
    one = sitting(when, observer=goes, backup=backup, court="A court", place="A place", room="2", access="admitted")
    trial = listed(packed(uuid.uuid4(), [one], files=3, whole=True))
    assert trial is not None
    assert (list(trial.between(when.on, when.on)), trial.files, trial.whole) == ([one], 3, True)
    assert "court" not in repr(one) + repr(trial)


@pytest.mark.parametrize("laid", [b"", b"\xc1", msgspec.msgpack.encode(["not", "ours"])])
def test_what_a_newer_programme_wrote_is_none(laid: bytes) -> None:
    assert listed(Aside("trials", (), laid)) is None
