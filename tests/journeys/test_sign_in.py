"""Coming in and going out, in a real browser without scripts."""

from hrd_cases import demo
from tests.journeys.conftest import Town, look


def test_the_officer_signs_in_and_sees_a_calm_today(town: Town) -> None:
    page = town.stranger()
    page.goto("/")
    page.get_by_label("Sign-in name").fill("officer.cairo")
    page.get_by_label("Passphrase").fill(demo.PASSPHRASE)
    page.get_by_label("code").fill(town.code("officer.cairo"))
    page.get_by_role("button", name="Sign in").click()
    assert page.get_by_role("heading", name="Today").is_visible()
    look(page, "today-officer")


def test_leaving_quickly_ends_the_session_and_shows_nothing(town: Town) -> None:
    page = town.sit_down("officer.cairo")
    page.get_by_role("button", name="Leave now").click()
    assert page.locator("body").inner_text().strip() == ""
    page.goto("/")
    assert page.get_by_role("button", name="Sign in").is_visible()
