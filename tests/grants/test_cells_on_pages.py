"""Every cell of the life in which somebody decides, pays or collects, through the pages: by whoever took which step
before.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.cases.acting import sentences
from tests.cases.typed import fields_of
from tests.grants.asking import WHO, Asked
from tests.grants.cells import WRITTEN, History, Situation
from tests.grants.test_deciding_pages import YES
from tests.grants.test_grant_acts import WALKED, expected, firsts, moved
from tests.world import World

SIGNED = (
    "assess", "approve", "approve_less", "fast_approve", "release", "return", "reject", "verify", "send_back", "commit",
    "countersign", "approve_anew", "pay", "pay_part", "arrive", "receipt", "ask_back", "take_back", "close",
)  # fmt: skip
CHECKED = {f"check_{code}": "yes" for code in ("rate", "ceiling", "duplicates", "sanctions")}
SAYS = {
    "approve_less": {"amount": "100,000", "text": "Because of this."},
    "fast_approve": {"text": "Because of this."},
    "return": {"text": "Because of this."},
    "reject": {"code": "not_urgent", "text": "Because of this."},
    "send_back": {"text": "Because of this."},
    "pay": {"text": "Bank 4711."},
    "pay_part": {"text": "Bank 4711."},
    "receipt": {"amount": "100", "by": "receipts", "text": "Two receipts."},
    "ask_back": {"amount": "100", "text": "Because of this."},
    "take_back": {"amount": "100"},
}


def offered(asked: Asked, who: str, act: str) -> tuple[int, str]:
    """What the page of an act answers, and what it says."""
    answer = asked.world.client(WHO[who]).get(f"/grants/{asked.id}/sign/{act}")
    return answer.status_code, sentences(answer.text)


def forms_of(asked: Asked, situation: Situation) -> dict[str, dict[str, Any]]:
    """Of each act that somebody may take here: their form, as their page has it."""
    found = {}
    for act in SIGNED:
        may = (who for who in WHO if expected(situation, act, who))
        pages = (asked.world.client(WHO[who]).get(f"/grants/{asked.id}/sign/{act}") for who in may)
        page = next((one.text for one in pages if one.status_code == 200), None)
        if page is not None:
            found[act] = fields_of(page)
    return found


def pressed(asked: Asked, who: str, act: str, form: dict[str, Any]) -> int:
    """The form sent all the same, as a colleague’s page has it where one may, else without its reading."""
    browser, path = asked.world.client(WHO[who]), f"/grants/{asked.id}/sign/{act}"
    count: int = browser.post(path, {"made_from": ""} | form | YES | CHECKED | SAYS.get(act, {})).status_code
    return count


@pytest.mark.parametrize("way", WALKED)
def test_every_cell_of_a_decision_through_its_page(world: World, way: str) -> None:
    first = WALKED[way][0][1]
    asked = Asked(world, who=first)
    asked.by_parts = any(act == "pay_part" for act, _ in WALKED[way])
    state = "draft"
    history: History = ()
    wrong: list[str] = []
    for place, (act, who) in enumerate((*WALKED[way], ("", ""))):
        if place in firsts().get(way, ()) and state != "draft":
            asked.tell_headquarters()
            steps = len(asked.seen(lambda opened: opened.steps))
            situation = Situation(state, (), history)
            forms = forms_of(asked, situation)
            for person in WHO:
                wrong += cells(asked, situation, person, forms)
            assert len(asked.seen(lambda opened: opened.steps)) == steps, "a refused act wrote a step"
        if act:
            asked.act(act, who)
            state, history = moved(state, history, act, who)
    assert wrong == []


def cells(asked: Asked, situation: Situation, who: str, forms: dict[str, dict[str, Any]]) -> list[str]:
    """Where the page lets somebody who may not, or keeps somebody from what they may; the form of a cell that is
    refused is sent all the same.
    """
    wrong = []
    for act in SIGNED:
        if who != "officer" and (situation.state, act) not in WRITTEN:
            continue
        status, said = offered(asked, who, act)
        may = expected(situation, act, who)
        if who == "approver" and status == 404:
            continue  # of a grant of which no decision sheet was sent headquarters knows nothing
        if may and status != 200 and not _lacks(act, said):
            wrong.append(f"{situation.state}: {who} is kept from {act}: {status}")
        if not may and status == 200:
            wrong.append(f"{situation.state}: {who} is let to {act}")
        if not may and status != 404 and pressed(asked, who, act, forms.get(act, {})) not in (409, 422):
            wrong.append(f"{situation.state}: {who} did {act}")
        if not may and status == 409 and not said.strip():
            wrong.append(f"{situation.state}: nothing says why {who} may not {act}")
    return wrong


LACKS = {
    "countersign": "It was verified or signed",
    "close": "is not accounted for yet",
    "approve_anew": "stays under the ceiling",
}
"""What an act waits for that nobody has done on these walks, though its state and its people are right."""


def _lacks(act: str, said: str) -> bool:
    """Is it refused for what is missing, and not for who asks?"""
    return act in LACKS and LACKS[act] in said
