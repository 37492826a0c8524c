"""The pages of a request for emergency money, sent as a browser without scripts sends them."""

from __future__ import annotations

import threading
import uuid
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from hrd_cases.audit.models import AuditSubject
from hrd_cases.cases.details import Person
from hrd_cases.grants.models import Grant
from hrd_cases.grants.requests import Worded
from tests.cases.acting import Filed, sentences
from tests.cases.typed import fields_of, fill
from tests.grants.asking import WHO, Asked
from tests.pages.markup import faults
from tests.world import World

OFFICER, FINANCE = WHO["officer"], WHO["finance"]


@pytest.fixture
def file(world: World) -> Filed:
    return Filed(world, OFFICER, "EG", "Salma Mithal")


@pytest.fixture
def asked(world: World) -> Asked:
    return Asked(world)


def begun(world: World) -> list[uuid.UUID]:
    with world.acting(OFFICER) as (session, _officer):
        return list(session.scalars(select(Grant.id)))


def page(asked: Asked, rest: str = "", who: str = OFFICER) -> str:
    answer = asked.world.client(who).get(f"/grants/{asked.id}{rest}")
    assert answer.status_code == 200
    assert faults(answer.text) == []
    return sentences(answer.text)


# -- begun


def test_money_is_asked_for_from_a_case_file(world: World, file: Filed) -> None:
    officer, path = world.client(OFFICER), f"/cases/{file.id}/grants/new"
    form = fields_of(officer.get(path).text)
    assert (form["currency"], form["beneficiary"]) == (["EGP"], ["defender"])
    answer = fill(officer, path, purpose="legal_support", why_now="The hearing is on Sunday.")
    assert answer.status_code == 303
    shown = sentences(officer.get(answer.location.replace("/lines", "")).text)
    for words in ("Draft", "Legal support", "The hearing is on Sunday.", "The defender – Salma Mithal"):
        assert words in shown


def test_pressed_twice_it_is_one_request(world: World, file: Filed) -> None:
    officer, path = world.client(OFFICER), f"/cases/{file.id}/grants/new"
    typed = fields_of(officer.get(path).text) | {"purpose": "medical"}
    first, second = officer.post(path, typed), officer.post(path, typed)
    assert first.location == second.location
    assert len(begun(world)) == 1
    assert officer.post(path, typed | {"purpose": "humanitarian"}).location != first.location


# -- its page


def test_a_grant_on_one_page(asked: Asked) -> None:
    shown = page(asked)
    for words in ("EGP 180,000.00", "€3,435.11", "Cairo Chambers", "Bank transfer", "It may be frozen or taken"):
        assert words in shown
    for words in ("Three counsel for the trial", "EGP 150,000.00", "Cars to the court", "EGP 30,000.00"):
        assert words in shown


def test_finance_knows_of_a_request_once_it_was_submitted_and_nothing_of_the_story(asked: Asked) -> None:
    assert asked.world.client(FINANCE).get(f"/grants/{asked.id}").status_code == 404
    asked.act("submit", "officer")
    shown = page(asked, who=FINANCE)
    assert "Cairo Chambers" in shown
    for words in ("Salma", "Sunday", "Three counsel", "frozen"):
        assert words not in shown


def test_another_office_does_not_know_of_it(asked: Asked) -> None:
    assert asked.world.client(WHO["stranger"]).get(f"/grants/{asked.id}").status_code == 404


def test_the_auditor_finds_by_the_file_who_read_its_grant(asked: Asked) -> None:
    asked.act("submit", "officer")

    def readings() -> int:
        with asked.world.database.main.reading() as session:
            query = select(func.count()).where(AuditSubject.subject_id == asked.file.id)
            return session.scalars(query).one()

    before = readings()
    page(asked)
    assert readings() == before + 1
    page(asked, who=FINANCE)
    assert readings() == before + 1, "finance has no file"


# -- written

LINE = {
    "lines-0-category": "legal_support",
    "lines-0-description": "Three counsel for the trial",
    "lines-0-quantity": "3",
    "lines-0-unit_price": "50.000,00",
    "lines-1-category": "secure_transport",
    "lines-1-description": "Cars to the court",
    "lines-1-quantity": "2,5",
    "lines-1-unit_price": "١٢٬٠٠٠",
}
"""EGP 180,000, as people write it."""
PAID = {"payee": "Cairo Chambers", "channel": "bank", "danger": "frozen"}


def drafted(asked: Asked) -> str:
    """A draft of the same file in which nothing is said but what it is for."""
    answer = fill(asked.world.client(OFFICER), f"/cases/{asked.file.id}/grants/new", purpose="medical")
    return answer.location.removesuffix("/lines")


def test_a_request_is_written_part_by_part_and_submitted(asked: Asked) -> None:
    officer, path = asked.world.client(OFFICER), drafted(asked)
    missing = officer.get(f"{path}/submit")
    assert faults(missing.text) == []
    for field, page_of in (
        ("why_now", "request"),
        ("lines-0-category", "lines"),
        ("payee", "payee"),
        ("danger", "payee"),
    ):
        assert f'href="{path}/{page_of}#{field}"' in missing.text
    assert "purpose" not in missing.text.partition("Something is missing")[2].partition("</ul>")[0]
    lines = fill(officer, f"{path}/lines", **LINE)
    assert (lines.status_code, lines.location) == (303, f"{path}/lines")
    shown = officer.get(f"{path}/lines")
    assert faults(shown.text) == []
    for words in ("EGP 180,000.00", "€3,435.11", "EGP 150,000.00", "EGP 30,000.00"):
        assert words in sentences(shown.text)
    on = fill(officer, f"{path}/lines", go_on="1")
    assert on.location == f"{path}/payee"
    assert faults(officer.get(on.location).text) == []
    assert fill(officer, f"{path}/payee", **PAID).location == f"{path}/submit"
    assert fill(officer, f"{path}/request", why_now="The hearing is on Sunday.").location == f"{path}/lines"
    whole = officer.get(f"{path}/submit")
    assert faults(whole.text) == []
    assert "Something is missing" not in sentences(whole.text)
    typed = fields_of(whole.text)
    first, second = officer.post(f"{path}/submit", typed), officer.post(f"{path}/submit", typed)
    assert (first.location, second.location) == (path, path)
    assert "It waits for finance." in sentences(officer.get(path).text)
    asked.id = uuid.UUID(path.rsplit("/", 1)[1])
    assert asked.seen(lambda opened: opened.acts) == ["submit"]


WRONG = [
    ({"lines-0-unit_price": "12 pounds"}, "“12 pounds” is not a sum of money."),
    ({"lines-0-unit_price": "1.005"}, ""),
    ({"lines-0-quantity": "1.500"}, "“1.500” can be read in two ways. Write 1500, or 1.5000."),
    ({"lines-0-quantity": "0"}, "“0” is not how many."),
    ({"lines-0-quantity": "0.5", "lines-0-unit_price": "0.01"}, "EGP has 2 decimal places, no more."),
    ({"lines-0-description": ""}, "Write what it is."),
    ({"lines-0-category": ""}, "Choose what kind it is."),
]


@pytest.mark.parametrize(("typed", "sentence"), WRONG)
def test_a_figure_that_cannot_be_read_is_said_at_its_field(asked: Asked, typed: dict[str, str], sentence: str) -> None:
    officer = asked.world.client(OFFICER)
    answer = fill(officer, f"/grants/{asked.id}/lines", **LINE | typed)
    assert answer.status_code == (422 if sentence else 303)
    if sentence:
        assert faults(answer.text) == []
        assert sentence in sentences(answer.text)
        assert fields_of(answer.text)["lines-1-unit_price"] in ("١٢٬٠٠٠", ["١٢٬٠٠٠"])


def test_two_who_write_in_one_part_see_both(asked: Asked) -> None:
    officer, path = asked.world.client(OFFICER), f"/grants/{asked.id}/request"
    first, second = (fields_of(officer.get(path).text) for _ in range(2))
    assert officer.post(path, first | {"why_now": "On Monday."}).status_code == 303
    answer = officer.post(path, second | {"why_now": "On Tuesday."})
    assert answer.status_code == 422
    assert faults(answer.text) == []
    for words in ("Somebody wrote in this request first.", "On Monday.", "On Tuesday."):
        assert words in sentences(answer.text)
    assert officer.post(path, fields_of(answer.text)).status_code == 303
    assert asked.seen(lambda opened: opened.story.why_now) == "On Tuesday."


def test_two_who_write_in_other_parts_lose_nothing(asked: Asked) -> None:
    officer, path = asked.world.client(OFFICER), f"/grants/{asked.id}"
    what = fields_of(officer.get(f"{path}/request").text)
    assert fill(officer, f"{path}/payee", payee="Another").status_code == 303
    assert officer.post(f"{path}/request", what | {"why_now": "On Monday."}).status_code == 303
    said = asked.seen(lambda opened: (opened.story.why_now, opened.payment.payee))
    assert said == ("On Monday.", "Another")


def test_another_currency_whose_places_do_not_fit_is_refused(asked: Asked) -> None:
    asked.write(lines=(Worded("medical", "Care", Decimal(1), Decimal("10.50")),))
    officer = asked.world.client(OFFICER)
    answer = fill(officer, f"/grants/{asked.id}/request", currency="UGX")
    assert answer.status_code == 422
    assert "UGX has 0 decimal places, no more." in sentences(answer.text)


def test_another_currency_is_said_to_leave_the_prices_as_they_are(asked: Asked) -> None:
    officer = asked.world.client(OFFICER)
    answer = fill(officer, f"/grants/{asked.id}/request", currency="USD")
    assert "they stayed as they were typed" in sentences(officer.get(answer.location).text)
    answer = fill(officer, f"/grants/{asked.id}/request", why_now="Other words.")
    assert "they stayed as they were typed" not in sentences(officer.get(answer.location).text)


def test_it_helps_the_defender_or_somebody_else_on_file(asked: Asked) -> None:
    [sister] = asked.file.write(Person(role="family", names=("Her sister",)))
    officer, path = asked.world.client(OFFICER), f"/grants/{asked.id}/request"
    both = fill(officer, path, beneficiary="defender", beneficiary_id=str(sister))
    assert both.status_code == 422
    assert "Choose one: the defender, or this person." in sentences(both.text)
    assert fill(officer, path, beneficiary="family_member", beneficiary_id=str(sister)).status_code == 303
    assert asked.seen(lambda opened: opened.story.beneficiary_id) == sister
    assert "A member of the family – Her sister" in page(asked)
    assert fill(officer, path, beneficiary="organisation", beneficiary_id="").status_code == 303
    assert asked.seen(lambda opened: opened.story.beneficiary_id) is None
    assert fill(officer, path, beneficiary="defender").status_code == 303
    defender = asked.file.seen(lambda file: file.defender.id)
    assert asked.seen(lambda opened: opened.story.beneficiary_id) == defender


def test_a_colleague_reads_a_draft_and_does_not_write_in_it(asked: Asked) -> None:
    colleague = asked.world.client(WHO["colleague"])
    assert "Go on writing" not in page(asked, who=WHO["colleague"])
    answer = colleague.get(f"/grants/{asked.id}/request")
    assert answer.status_code == 409
    assert "A colleague is still writing this request." in sentences(answer.text)


def test_without_consent_nothing_is_submitted_and_the_page_says_where_to_ask(world: World, asked: Asked) -> None:
    asked.file.talk(payment="refused")
    shown = world.client(OFFICER).get(f"/grants/{asked.id}/submit").text
    assert f'href="/cases/{asked.file.id}/consent"' in shown
    assert 'name="made_from"' not in shown


def test_what_is_submitted_is_what_was_read(asked: Asked) -> None:
    officer, path = asked.world.client(OFFICER), f"/grants/{asked.id}"
    typed = fields_of(officer.get(f"{path}/submit").text)
    fill(officer, f"{path}/payee", payee="Somebody else")
    assert officer.post(f"{path}/submit", typed).status_code == 422
    assert asked.state == "draft"


# -- on its way


def said(asked: Asked, act: str, who: str = OFFICER, text: str = "Because of this.") -> Any:
    return fill(asked.world.client(who), f"/grants/{asked.id}/act/{act}", text=text)


def test_what_finance_asks_the_officer_answers(asked: Asked) -> None:
    asked.act("submit", "officer")
    assert said(asked, "ask", FINANCE, "Which account?").status_code == 303
    shown = page(asked)
    assert "A question waits for an answer" in shown
    assert "Which account?" in shown
    assert said(asked, "answer", text="The one of the chambers.").status_code == 303
    for who in (OFFICER, FINANCE):
        assert "The one of the chambers." in page(asked, who=who)
        assert "A question waits for an answer" not in page(asked, who=who)
    assert asked.world.client(OFFICER).get(f"/grants/{asked.id}/act/answer").status_code == 409


def test_a_reason_is_needed_and_pressed_twice_it_is_one_step(asked: Asked) -> None:
    asked.act("submit", "officer")
    assert said(asked, "cancel", text=" ").status_code == 422
    officer, path = asked.world.client(OFFICER), f"/grants/{asked.id}/act/cancel"
    typed = fields_of(officer.get(path).text) | {"text": "It was asked for twice."}
    assert officer.post(path, typed).status_code == officer.post(path, typed).status_code == 303
    assert asked.seen(lambda opened: opened.acts) == ["submit", "cancel"]
    assert "It was asked for twice." in page(asked)


def test_withdrawn_by_the_defender_needs_no_reason(asked: Asked) -> None:
    assert said(asked, "withdraw", text="").status_code == 303
    assert asked.state == "withdrawn"
    assert "Withdrawn by the defender" in page(asked)


def test_a_change_says_before_what_it_makes_void(asked: Asked) -> None:
    asked.act("submit", "officer")
    asked.act("verify", "finance")
    assert "makes the approval void" not in page(asked, "/change")
    asked.act("approve", "head")
    assert "makes the approval void" in page(asked, "/change")
    officer, path = asked.world.client(OFFICER), f"/grants/{asked.id}/change"
    typed = fields_of(officer.get(path).text) | {"payee": "Other Chambers", "text": "They were closed."}
    assert officer.post(path, typed).status_code == officer.post(path, typed).status_code == 303
    assert asked.state == "submitted"
    assert asked.seen(lambda opened: opened.sums.approved) == 0
    shown = page(asked)
    assert "Other Chambers" in shown
    assert "They were closed." in shown


def test_a_change_that_changes_nothing_is_refused(asked: Asked) -> None:
    asked.act("submit", "officer")
    answer = fill(asked.world.client(OFFICER), f"/grants/{asked.id}/change", text="Nothing.")
    assert answer.status_code == 422
    assert "Payee, sum and the words on the transfer are as they were." in sentences(answer.text)


def test_who_was_second_is_told_and_takes_no_step(asked: Asked) -> None:
    asked.act("submit", "officer")
    officer, path = asked.world.client(OFFICER), f"/grants/{asked.id}/act/cancel"
    typed = fields_of(officer.get(path).text) | {"text": "Not needed."}
    asked.act("verify", "finance")
    answer = officer.post(path, typed)
    assert answer.status_code == 422
    assert "Somebody took a step of this grant first." in sentences(answer.text)
    assert asked.state == "verified"


def test_no_page_for_acts_of_others(asked: Asked) -> None:
    asked.act("submit", "officer")
    for act in ("approve", "pay", "nothing"):
        assert asked.world.client(OFFICER).get(f"/grants/{asked.id}/act/{act}").status_code == 404


def test_a_change_that_is_no_sum_is_said_on_its_page_and_nothing_typed_is_lost(asked: Asked) -> None:
    asked.act("submit", "officer")
    typed = {"lines-0-quantity": "900000", "lines-0-unit_price": "999999999", "text": "A typing error."}
    answer = fill(asked.world.client(OFFICER), f"/grants/{asked.id}/change", **typed)
    assert answer.status_code == 422
    assert "No sum is as large as this." in sentences(answer.text)
    assert "A typing error." in answer.text


# -- the sample world's ceiling


def test_more_than_a_grant_may_be_is_said_while_it_is_written(asked: Asked) -> None:
    officer, path = asked.world.client(OFFICER), f"/grants/{asked.id}"
    assert fill(officer, f"{path}/request", currency="COP").status_code == 303
    lines = dict.fromkeys((f"lines-1-{one}" for one in ("category", "description", "quantity", "unit_price")), "")
    lines |= {"lines-0-category": "urgent_relocation", "lines-0-description": "Three months away"}
    for typed, euro, over in (("52.000.000", "€11,555.56", True), ("44 000 000,00", "€9,777.78", False)):
        answer = fill(officer, f"{path}/lines", **lines, **{"lines-0-quantity": "1", "lines-0-unit_price": typed})
        assert answer.status_code == 303
        for page_of in ("/lines", "/submit", ""):
            shown = page(asked, page_of)
            assert euro in shown
            assert ("more than a grant of this fund may be" in shown) is over


# -- in one moment


@pytest.fixture(params=["sqlite", "postgres"])
def either(request: pytest.FixtureRequest) -> World:
    found: World = request.getfixturevalue("world" if request.param == "sqlite" else "world_on_postgres")
    return found


def pressed_at_once(world: World, path: str, typed: Any) -> list[str]:
    """Where two presses of one form lead that come in the same moment."""
    led: list[str] = []
    at_the_line = threading.Barrier(2)
    browsers = [world.client(OFFICER) for _ in range(2)]

    def press(browser: Any) -> None:
        at_the_line.wait()
        answer = browser.post(path, typed)
        led.append(answer.location if answer.status_code == 303 else f"{answer.status_code} {sentences(answer.text)}")

    threads = [threading.Thread(target=press, args=(one,)) for one in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return led


def test_two_presses_in_one_moment_are_one_request_and_one_submission(either: World) -> None:
    asked = Asked(either)
    path = f"/cases/{asked.file.id}/grants/new"
    typed = fields_of(either.client(OFFICER).get(path).text) | {"purpose": "medical"}
    first, second = pressed_at_once(either, path, typed)
    assert first == second
    assert len(begun(either)) == 2
    path = f"/grants/{asked.id}/submit"
    typed = fields_of(either.client(OFFICER).get(path).text)
    assert pressed_at_once(either, path, typed) == [f"/grants/{asked.id}"] * 2
    assert asked.seen(lambda opened: opened.acts) == ["submit"]
