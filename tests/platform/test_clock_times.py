"""Hours as people type them: one table, and whatever a page shows can be typed."""

from __future__ import annotations

from datetime import time

import pytest
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.clock_times import LONGEST, hour_read
from hrd_cases.pages import hour
from tests.world import World

TYPED = {
    "14:30": "14:30",
    "14.30": "14:30",
    "14h30": "14:30",
    "14 h 30": "14:30",
    "14H": "14:00",
    "1430": "14:30",
    "1000": "10:00",
    "930": "09:30",
    "9:05": "09:05",
    "10": "10:00",
    "9": "09:00",
    "07": "07:00",
    "14": "14:00",
    "١٠": "10:00",
    "09:05": "09:05",
    " 9 : 05 ": "09:05",
    "0:00": "00:00",
    "0000": "00:00",
    "23:59": "23:59",
    "14：30": "14:30",
    "2 pm": "14:00",
    "2pm": "14:00",
    "2 PM": "14:00",
    "2 p.m.": "14:00",
    "2:30 p. m.": "14:30",
    "2:30\u202fPM": "14:30",
    "230 pm": "14:30",
    "9 a.m.": "09:00",
    "12 am": "00:00",
    "12:30 am": "00:30",
    "12 pm": "12:00",
    "12:30 pm": "12:30",
    "١٤:٣٠": "14:30",
    "١٤٫٣٠": "14:30",
    "۱۴:۳۰": "14:30",
    "٢:٣٠ م": "14:30",
    "2:30 م": "14:30",
    "9:00 ص": "09:00",
    "\u200f9:00\u00a0ص": "09:00",
    "12:30 ص": "00:30",
    "٩ صباحًا": "09:00",
    "2 مساءً": "14:00",
    "م 2:30": "14:30",
}
NONE = (
    "", " ", "2", "6", "06", "0", "00", "24",
    "24:00", "2400", "9:60", "9:5", "9:005", "14:30:00", "13 pm", "14:30 pm", "0:30 am", "0 pm",
    "pm", "م", "am 9 am", "ص 9:00 م", "noon", "-9:00", "9:-5", "+9:00", "9,30", "12345", "9 o'clock", "h", "9:h",
    "²:30", "9:3²", "½:30", "14h30h", "a.", "1e1:00",
)  # fmt: skip


@pytest.mark.parametrize(("text", "means"), TYPED.items())
def test_an_hour_is_read_as_it_was_meant(text: str, means: str) -> None:
    assert hour_read(text) == time.fromisoformat(means)


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_hour_or_could_be_two_is_not_read(text: str) -> None:
    assert hour_read(text) is None


@given(st.times().map(lambda at: at.replace(second=0, microsecond=0)))
def test_every_minute_is_read_back_however_it_is_written(at: time) -> None:
    twelve = f"{at.hour % 12 or 12}:{at:%M}"
    halves = ("am", "a.m.", "ص") if at.hour < 12 else ("pm", "P.M.", "م")
    for text in (
        f"{at:%H:%M}",
        f"{at:%H.%M}",
        f"{at:%H%M}",
        f"{at:%H}h{at:%M}",
        *(f"{twelve} {one}" for one in halves),
    ):
        assert hour_read(text) == at
        assert hour_read("".join(chr(0x660 + int(one)) if one.isdecimal() else one for one in text)) == at


@given(st.text(max_size=12) | st.text("0123456789:.٫hap mصم٢", max_size=8))
def test_whatever_is_typed_is_an_hour_or_none(text: str) -> None:
    found = hour_read(text)
    assert found is None or (found.second, found.microsecond, found.tzinfo) == (0, 0, None)


def test_what_a_page_shows_can_be_typed_in_every_language(world: World) -> None:
    for language in world.house.settings.languages:
        with world.app.test_request_context("/"), force_locale(language):
            for minute in range(24 * 60):
                at = time(minute // 60, minute % 60)
                assert hour_read(hour(at)) == at
                assert len(hour(at)) <= LONGEST
