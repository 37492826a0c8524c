"""Where nobody in the office may decide: the decision sheet goes to headquarters, their signed answer comes home."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import delete, select, update

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.errors import Refused
from hrd_cases.grants import answering, sheets
from hrd_cases.grants.details import Answered
from hrd_cases.grants.models import Grant
from hrd_cases.grants.signing import salted
from hrd_cases.keys import letters
from hrd_cases.keys.models import Letter
from hrd_cases.keys.roles import CircleName
from hrd_cases.offices.absences import record_absence
from tests.cases.acting import Filed, assessed, sentences
from tests.cases.typed import fields_of, fill
from tests.grants.asking import TESTS, WHO, Asked
from tests.grants.test_deciding_pages import YES, decide, page
from tests.world import World

APPROVER, OFFICER, HEAD = WHO["approver"], WHO["officer"], WHO["head"]


@pytest.fixture
def asked(world: World) -> Asked:
    """The head's own request, verified."""
    asked = Asked(world, who="head")
    asked.act("submit", "head")
    asked.act("verify", "finance")
    return asked


def told(asked: Asked, who: str = OFFICER, **says: Any) -> Any:
    return fill(asked.world.client(who), f"/grants/{asked.id}/headquarters", **says)


def test_the_heads_own_request_is_decided_at_headquarters(asked: Asked) -> None:
    assert asked.world.client(APPROVER).get(f"/grants/{asked.id}").status_code == 404
    said = page(asked, HEAD)
    assert "You asked for this grant yourself." in said
    assert "an approver at headquarters" in said
    assert told(asked, reasons="A trial begins on Sunday; counsel is not paid.").status_code == 303
    read = page(asked, APPROVER)
    for words in ("A trial begins on Sunday; counsel is not paid.", "EGP 180,000.00", "€3,435.11", "Legal support"):
        assert words in read
    for words in ("Salma", "Cairo Chambers", "The hearing is on Sunday.", "Three counsel"):
        assert words not in read
    signs = page(asked, APPROVER, "/sign/approve")
    for words in ("What stands for the payee in every step", "Legal support", "Bank transfer", "EGP 180,000.00"):
        assert words in signs, "what is signed is read where it is signed"
    assert decide(asked, "approve", APPROVER, text="Agreed on the telephone.", **YES).status_code == 303
    assert asked.state == "approved"
    home = page(asked, OFFICER)  # whoever comes by takes the letter in
    assert "Agreed on the telephone." in home
    assert "Headquarters approver" in home
    asked.act("commit", "finance")
    assert decide(asked, "release", APPROVER).status_code == 303
    assert asked.state == "released"


def test_what_came_home_is_what_was_signed(asked: Asked) -> None:
    told(asked, reasons="No bail.")
    decide(asked, "reject", APPROVER, code="no_money", text="Not this year.")
    page(asked, OFFICER)

    def proved(opened: Any) -> bool:
        said, step = opened.told(opened.steps[-1].act), opened.steps[-1]
        salt, bare = said.salt, msgspec.structs.replace(said, salt=b"")
        return (said.code, said.text) == ("no_money", "Not this year.") and salted("texts", salt, bare) == step.texts

    assert asked.seen(proved)


FORGED: dict[str, tuple[str, dict[str, Any]]] = {
    "by somebody else at headquarters": ("head1.hq", {}),
    "with other words": (APPROVER, {"text": "Pay it."}),
    "of another step": (APPROVER, {"step": 2}),
}


@pytest.mark.parametrize("how", FORGED)
def test_words_from_headquarters_are_kept_if_who_signed_the_step_wrote_them(asked: Asked, how: str) -> None:
    told(asked, reasons="No bail.")
    acted = asked.act("return", "approver", text="Write why now.")
    with asked.world.database.main.writing() as session:
        session.execute(delete(Letter).where(Letter.act == answering.ACT))
    sender, other = FORGED[how]
    with asked.world.acting(sender) as (session, visitor):
        grant = session.get_one(Grant, asked.id)
        forged = msgspec.structs.replace(acted.told, **other)
        here = (visitor.charters.headquarters_id, grant)
        answering.send_home(session, visitor, *here, forged, acted.salt, asked.now())
    said = page(asked, OFFICER)
    assert "Pay it." not in said
    assert "Write why now." not in said
    assert not asked.seen(lambda opened: [one for one in opened.story.told if one.step in (2, 3)])


def test_a_name_goes_along_with_consent_alone(asked: Asked) -> None:
    path = f"/grants/{asked.id}/headquarters"
    assert 'name="named"' not in asked.world.client(OFFICER).get(path).text
    asked.file.talk(payment="given", share_headquarters="given")
    assert 'name="named"' in asked.world.client(OFFICER).get(path).text
    assert told(asked, reasons="No bail.", named="y").status_code == 303
    assert "Salma Mithal" in page(asked, APPROVER)


def test_the_office_decides_where_somebody_may(world: World) -> None:
    asked = Asked(world)
    asked.act("submit", "officer")
    asked.act("verify", "finance")
    said = page(asked, OFFICER, "/headquarters", status=409)
    assert "Somebody in the office is free to act." in said
    assert "You have no key of the story." in page(asked, WHO["finance"], "/headquarters", status=409)
    assert world.client(APPROVER).get(f"/grants/{asked.id}").status_code == 404


def test_that_nobody_could_sign_as_a_second_sends_no_sheet_where_no_second_is_missing(world: World) -> None:
    """Finance is away; the head is there and decides."""
    asked = Asked(world)
    asked.act("submit", "officer")
    for who in ("finance", "finance2"):
        with world.acting(WHO[who]) as (session, visitor):
            charter, until = visitor.charters.of(visitor.office_id), visitor.local_day + timedelta(days=3)
            days = (visitor.local_day, until)
            record_absence(session, visitor, charter, visitor.member_id, *days, datetime.now(UTC))
    assert "Somebody in the office is free to act." in page(asked, OFFICER, "/headquarters", status=409)
    asked.act("fast_approve", "head")
    assert "Send headquarters the decision sheet" in page(asked, OFFICER), "a second is missing, and none is here"


def test_of_another_payee_another_sheet_is_sent(asked: Asked) -> None:
    told(asked, reasons="No bail.")
    asked.act("change", "head")
    asked.act("verify", "finance")
    for path, status in (("", 200), ("/sign/approve", 409)):
        assert "What is asked for was changed since the decision sheet was sent." in page(asked, APPROVER, path, status)
    with (
        pytest.raises(Refused, match="changed since the decision sheet"),
        asked.world.acting(APPROVER) as (session, visitor),
    ):
        asked.act_in(session, visitor, "approve")
    told(asked, reasons="Another counsel.")
    assert decide(asked, "approve", APPROVER, **YES).status_code == 303


def test_the_sheet_is_what_was_read(asked: Asked) -> None:
    officer, path = asked.world.client(OFFICER), f"/grants/{asked.id}/headquarters"
    form = fields_of(officer.get(path).text)
    asked.act("change", "head")
    answer = officer.post(path, form | {"reasons": "No bail."})
    assert answer.status_code == 422
    assert "What you have read has changed meanwhile" in sentences(answer.text)


def test_a_sheet_of_somebody_else_is_none(asked: Asked) -> None:
    """Somebody of another office seals a sheet that says other sums, and sends it as any letter is sent."""
    told(asked, reasons="No bail.")
    with asked.world.acting(WHO["stranger"]) as (session, visitor):
        grant = session.get_one(Grant, asked.id)
        sheet = sheets.Sheet(
            asked=1, payee=b"p" * 32, currency="EGP", amount=1, purpose="medical", channel="bank", lines=(),  # type: ignore[arg-type]
            beneficiary="defender", danger="frozen", risk="critical", reasons="Trust me.",
        )  # fmt: skip
        to = (visitor.charters.headquarters_id, CircleName.FINANCE)
        sender, content = (
            (visitor.member_id, visitor.office_id, visitor.ring.keys),
            sheets.sealed(visitor.ring, grant, sheet),
        )
        letter = letters.send(session, visitor.charters, sender, to, sheets.ACT, grant.id, content, datetime.now(UTC))
        session.flush()
        record(session, Event.LETTER_SENT, letter=letter.id, office=to[0], act=sheets.ACT, digest=letter.digest)
        planted = letter.id
    read = page(asked, APPROVER)
    assert "No bail." in read
    assert "Trust me." not in read
    with asked.world.database.main.reading() as session:
        assert session.get_one(Letter, planted).refused_at is not None


def test_a_sheet_whose_folder_is_shredded_says_nothing(asked: Asked) -> None:
    told(asked, reasons="No bail.")
    with asked.world.database.main.reading() as session:
        content = session.scalars(select(Letter.sealed).where(Letter.act == sheets.ACT)).one()
        assert b"No bail" not in content
    with asked.world.database.main.writing() as session:
        session.execute(update(Letter).where(Letter.act == sheets.ACT).values(sealed=content[:-1] + b"x"))
    assert "No bail." not in sentences(asked.world.client(APPROVER).get(f"/grants/{asked.id}").text)


def test_headquarters_approves_no_second_grant_for_the_same_purpose(world: World) -> None:
    """It has no file: the decision sheet says for what the person had a grant before."""
    again = Asked(world)
    for act, who in (("submit", "officer"), ("verify", "finance"), ("approve", "head")):
        again.act(act, who)
    again.begin("head")
    again.act("submit", "head")
    again.act("verify", "finance")
    assert told(again, reasons="Counsel is not paid.").status_code == 303
    assert "for the same purpose" in page(again, APPROVER)
    with pytest.raises(Refused, match="There was a grant of this fund for the same purpose"):
        again.act("approve", "approver")
    assert again.state == "verified"


def two_of_the_heads(world: World, *, other_file: bool = False) -> tuple[Asked, uuid.UUID, uuid.UUID]:
    """Two requests of the head for the same purpose: a decision sheet was sent of the second."""
    asked = Asked(world, who="head")
    asked.act("submit", "head")
    first = asked.id
    if other_file:
        asked.file = Filed(world, OFFICER, "EG", "Amal Mithal")
        asked.file.talk(payment="given")
        asked.file.write(assessed("critical"))
    asked.begin("head")
    asked.act("submit", "head")
    assert told(asked, reasons="Counsel is not paid.").status_code == 303
    return asked, first, asked.id


OTHER_MONEY = "the office was granted other money that may be for the same person"


def test_a_sheet_that_was_sent_before_the_same_person_was_granted_money_decides_nothing(world: World) -> None:
    asked, first, second = two_of_the_heads(world)
    asked.id = first
    asked.act("fast_approve", "approver")
    asked.id = second
    assert OTHER_MONEY in page(asked, APPROVER)
    with world.acting(APPROVER) as (session, visitor), pytest.raises(Refused, match=OTHER_MONEY):
        asked.act_in(session, visitor, "fast_approve")
    assert "Since it was sent the office was granted other money." in page(asked, HEAD)
    assert told(asked, reasons="Counsel is not paid.").status_code == 303
    assert "no second has signed" in page(asked, APPROVER)
    with world.acting(APPROVER) as (session, visitor), pytest.raises(Refused, match="no second has signed it"):
        asked.act_in(session, visitor, "fast_approve")
    assert asked.state == "submitted"


def test_by_an_old_sheet_headquarters_still_says_no(world: World) -> None:
    asked, first, second = two_of_the_heads(world)
    asked.id = first
    asked.act("fast_approve", "approver")
    asked.id = second
    assert decide(asked, "reject", APPROVER, code="no_money", text="Not this year.").status_code == 303
    assert asked.state == "rejected"


def test_once_a_second_has_signed_the_other_the_same_sheet_decides(world: World) -> None:
    asked = Asked(world, who="head")
    asked.act("submit", "head")
    asked.act("fast_approve", "approver")
    first = asked.id
    asked.begin("head")
    asked.write("head", purpose="medical")
    asked.act("submit", "head")
    assert told(asked, reasons="She is ill.").status_code == 303
    assert "no second has signed it" in page(asked, APPROVER)
    second, asked.id = asked.id, first
    asked.act("countersign", "finance")
    asked.id = second
    assert "no second has signed it" not in page(asked, APPROVER)
    assert decide(asked, "fast_approve", APPROVER, text="A life is in danger.", **YES).status_code == 303
    assert asked.state == "approved"


def test_what_is_granted_after_the_approval_keeps_headquarters_from_clearing_nothing(world: World) -> None:
    asked, _, second = two_of_the_heads(world)
    with world.acting(APPROVER) as (session, visitor):
        asked.act_in(session, visitor, "fast_approve")
    asked.act("countersign", "finance")
    asked.begin("officer")
    asked.write(purpose="medical")
    for act, who in (("submit", "officer"), ("verify", "finance"), ("approve", "head")):
        asked.act(act, who)
    asked.id = second
    asked.act("commit", "finance")
    assert decide(asked, "release", APPROVER).status_code == 303, "it was decided before"


def test_an_assessment_that_says_no_is_nothing_done_to_headquarters(asked: Asked) -> None:
    asked.act("change", "head")
    no = (*TESTS[:2], Answered(code=TESTS[2].code, yes=False, note="A foundation pays."))
    asked.act("assess", "colleague", answers=no)
    asked.act("verify", "finance")
    told(asked, reasons="Counsel is not paid.")
    assert "Whoever has the file reads what they found." not in page(asked, APPROVER)
    assert "Whoever has the file reads what they found." in page(asked, WHO["finance"])


def test_a_request_that_came_after_the_sheet_may_be_for_the_same_person(world: World) -> None:
    asked, _, second = two_of_the_heads(world)
    asked.begin("officer")
    for act, who in (("submit", "officer"), ("verify", "finance"), ("approve", "head")):
        asked.act(act, who)
    asked.id = second
    with world.acting(APPROVER) as (session, visitor), pytest.raises(Refused, match=OTHER_MONEY):
        asked.act_in(session, visitor, "fast_approve")


def test_money_for_somebody_else_leaves_a_sheet_as_it_is(world: World) -> None:
    asked, first, second = two_of_the_heads(world, other_file=True)
    asked.id = first
    asked.act("fast_approve", "approver")
    asked.id = second
    assert OTHER_MONEY not in page(asked, APPROVER)
    assert "Since it was sent" not in page(asked, HEAD)
    assert decide(asked, "fast_approve", APPROVER, text="A life is in danger.", **YES).status_code == 303
    assert asked.state == "approved"
