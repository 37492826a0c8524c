"""Dates, hours and numbers in the reader's words, and the three boxes of a date."""

from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import Form
from wtforms.validators import InputRequired, Optional

from hrd_cases import forms, pages
from hrd_cases.errors import Unfit

NOON = datetime(2026, 3, 27, 12, 5, tzinfo=UTC)


class Acting(Form):
    from_on = forms.DayField("From", [InputRequired("Write the day")])
    until_on = forms.DayField("Until", [Optional()])


@pytest.mark.parametrize(
    ("path", "zone", "told"),
    [
        ("/ltr/today", None, "27 March 2026, 14:05"),
        ("/ltr/today", "Pacific/Fiji", "28 March 2026, 00:05"),
        ("/ltr/today", "America/Bogota", "27 March 2026, 07:05"),
        ("/rtl/today", None, "27 مارس 2026، 2:05 م"),
    ],
)
def test_a_moment_is_told_in_the_readers_zone_unless_another_is_named(
    gallery: FlaskClient, path: str, zone: str | None, told: str
) -> None:
    with gallery.application.test_request_context(path):
        assert pages.moment(NOON, zone) == told


def test_the_day_of_a_moment_is_the_day_where_the_reader_is(gallery: FlaskClient) -> None:
    late = datetime(2026, 3, 27, 22, 30, tzinfo=UTC)
    with gallery.application.test_request_context("/ltr/today"):
        assert pages.day(late) == "28 March 2026"
        assert pages.day(late, zone="UTC") == "27 March 2026"
        assert pages.day(date(2026, 3, 27), "full") == "Friday, 27 March 2026"
        assert pages.clock(late) == "00:30"
        assert pages.zone_city("Africa/Cairo") == "Cairo"
        assert pages.number(1234567) == "1,234,567"


@pytest.mark.parametrize(
    ("seconds", "told"), [(1, "1 second"), (40, "40 seconds"), (95, "2 minutes"), (7200, "2 hours")]
)
def test_a_wait_is_told_as_a_person_counts(gallery: FlaskClient, seconds: int, told: str) -> None:
    with gallery.application.test_request_context("/ltr/today"):
        assert pages.duration(seconds) == told


def test_a_moment_without_a_zone_is_refused(gallery: FlaskClient) -> None:
    with gallery.application.test_request_context("/ltr/today"), pytest.raises(ValueError, match="no zone"):
        pages.moment(datetime(2026, 3, 27, 12, 5))  # noqa: DTZ001


def test_an_asset_that_is_not_built_says_what_to_run(tmp_path) -> None:
    with pytest.raises(Unfit, match="is not built"):
        pages.static_addresses(tmp_path, "/assets")("app.css")


def test_an_assets_address_changes_with_its_content(tmp_path) -> None:
    (tmp_path / "app.css").write_text("a{}")
    before = pages.static_addresses(tmp_path, "/assets")("app.css")
    (tmp_path / "app.css").write_text("b{}")
    assert pages.static_addresses(tmp_path, "/assets")("app.css") != before


@pytest.mark.parametrize(
    ("day", "month", "year", "read", "wrong", "said"),
    [
        ("27", "3", "2026", date(2026, 3, 27), set(), None),
        (" 27 ", "03", "2026", date(2026, 3, 27), set(), None),
        ("٢٧", "٣", "٢٠٢٦", date(2026, 3, 27), set(), None),
        ("29", "2", "2028", date(2028, 2, 29), set(), None),
        ("", "", "", None, {"day", "month", "year"}, "Write the day"),
        ("27", "", "2026", None, {"month"}, "needs a day, a month and a year"),
        ("31", "2", "2026", None, {"day", "month"}, "no such date"),
        ("27", "March", "2026", None, {"month"}, "in numbers"),
        ("27", "3", "26", None, {"year"}, "four numbers"),
        ("27", "3", "20260", None, {"year"}, "in numbers"),
        ("-1", "3", "2026", None, {"day"}, "in numbers"),
        ("²", "3", "2026", None, {"day"}, "in numbers"),
    ],
)
def test_a_date_is_read_from_its_three_boxes(gallery: FlaskClient, day, month, year, read, wrong, said) -> None:
    with gallery.application.test_request_context("/ltr/today"):
        form = Acting(MultiDict({"from_on-day": day, "from_on-month": month, "from_on-year": year}))
        assert form.validate() is (said is None)
        assert form.from_on.data == read
        assert form.from_on.wrong_parts == wrong
        assert said is None or said in form.from_on.errors[0]
        assert form.from_on.typed["month"] == month.strip()
        assert form.until_on.data is None


def test_a_half_written_optional_date_is_not_taken_for_none(gallery: FlaskClient) -> None:
    with gallery.application.test_request_context("/ltr/today"):
        sent = {"from_on-day": "1", "from_on-month": "1", "from_on-year": "2026", "until_on-day": "5"}
        assert not Acting(MultiDict(sent)).validate()


@given(st.text(max_size=6), st.text(max_size=6), st.text(max_size=6))
def test_whatever_is_typed_as_a_date_is_read_or_refused_in_words(gallery: FlaskClient, day, month, year) -> None:
    with gallery.application.test_request_context("/ltr/today"):
        form = Acting(MultiDict({"from_on-day": day, "from_on-month": month, "from_on-year": year}))
        assert form.validate() is isinstance(form.from_on.data, date)


@given(st.dates(min_value=date(1850, 1, 1), max_value=date(2200, 12, 31)))
def test_a_date_shown_and_sent_back_is_the_same_date(gallery: FlaskClient, on) -> None:
    with gallery.application.test_request_context("/ltr/today"):
        typed = Acting(data={"from_on": on}).from_on.typed
        assert Acting(MultiDict({f"from_on-{part}": typed[part] for part in typed})).from_on.data == on


def test_an_arabic_moment_has_an_arabic_comma(gallery: FlaskClient) -> None:
    with gallery.application.test_request_context("/gallery/today/rtl"), force_locale("ar"):
        told = pages.moment(datetime(2026, 11, 21, 12, 5, tzinfo=UTC), "Africa/Cairo", "full")
    assert "," not in told
    assert "،" in told
