"""What a kept form is called is read off its own page."""

from __future__ import annotations

import re

import pytest

from hrd_cases.accounts.form_page import FormPage, read_form_page
from tests.world import World

PAGE = """
<header><form action="/leave"><button>Leave now</button></form></header>
<main><h1><span class="govuk-caption-l">Delegation · <bdi>Cairo</bdi></span>Invite a member</h1>
<form method="post" action="/elsewhere"><button>Another act</button></form>
<form method="post" action="{action}"><input type="hidden" name="version" value="7">
<label for="name">Sign-in name</label><input id="name" name="name" type="text">
<fieldset><legend>Role</legend>
  <input type="radio" id="role" name="role" value="head"><label for="role">Head of delegation</label>
  <input type="radio" id="role-2" name="role" value="deputy"><label for="role-2">Deputy</label></fieldset>
<fieldset><legend>From</legend><label for="on">Day</label><input id="on" name="on-day">
  <label for="on-month">Month</label><input id="on-month" name="on-month"></fieldset>
<label for="c">Country</label><select id="c" name="c"><option value="EG">Egypt</option></select>
<input type="checkbox" id="sure" name="sure" value="y"><label for="sure">Printed</label>
<label for="why">Why</label><textarea id="why" name="why"></textarea>
<button class="govuk-button govuk-button--warning" type="submit">Make the invitation</button></form></main>
<footer><h1>Not this</h1></footer>
"""


@pytest.mark.parametrize("action", ["", "/here"])
def test_act_subject_button_and_labels_are_read(action: str) -> None:
    assert read_form_page(PAGE.format(action=action), "/here") == FormPage(
        act="Invite a member",
        about="Delegation · Cairo",
        button="Make the invitation",
        kind="warning",
        labels={
            "name": "Sign-in name",
            "role": "Role",
            "on-day": "From: Day",
            "on-month": "From: Month",
            "c": "Country",
            "sure": "Printed",
            "why": "Why",
        },
        choices={
            ("role", "head"): "Head of delegation",
            ("role", "deputy"): "Deputy",
            ("c", "EG"): "Egypt",
            ("sure", "y"): "Printed",
        },
        hidden={"version"},
        many={"sure"},
    )


@pytest.mark.parametrize("page", ["", "<p>", PAGE.format(action="/there"), "<main><h1>Alone</h1></main>"])
def test_a_page_without_the_form_names_nothing(page: str) -> None:
    assert read_form_page(page, "/here") is None


OFFICE = ("edit", "holidays", "notices", "coverage", "acting", "members/invite")


@pytest.mark.parametrize("path", OFFICE)
def test_every_form_of_an_office_can_be_named(world: World, path: str) -> None:
    who = {"notices": "desk.hq", "coverage": "head1.hq", "members/invite": "admin.hq"}.get(path, "head.cairo")
    address = f"/offices/{world.demonstration.offices['DEL_EGY']}/{path}"
    found = read_form_page(world.client(who).get(address).text, address)
    assert found is not None
    assert "Cairo" in found.about
    assert found.labels
    assert not [name for name in found.labels if name.startswith("#")]
    assert all(found.labels.values()), found.labels
    assert re.fullmatch(r"\S.*\S", found.button)
