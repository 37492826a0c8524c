"""Hearings full of planted words, and every mail about them as the mail server got it: none is found in any of them
(issue 4, must show 5).
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from hrd_cases.cases.details import Person, Way
from hrd_cases.outbox.models import Reminder
from hrd_cases.trials.details import Charge, Hearing, Observer
from hrd_cases.trials.life import Act
from hrd_cases.trials.times import set_for
from tests.attacks.leaks import canary, search
from tests.attacks.mailed import COUNTRY, everything_is_mailed
from tests.cases.acting import Filed
from tests.outbox.conftest import sink as mail_server
from tests.outbox.sink import Sink
from tests.trials.sharing_world import EMBASSY, HQ, Sharer
from tests.trials.trying import DEPUTY, OFFICER, Tried, in_days
from tests.world import World

sink = mail_server
WORDS = ("name", "court", "place", "number", "charge", "articles", "counsel", "interpreter", "note", "room", "briefing")


class Planted:
    def __init__(self, world: World) -> None:
        self.world = world
        self.said = {about: canary(about) for about in (*WORDS, "observer", "embassy", "family", "address")}
        said = self.said
        self.file = Filed(world, OFFICER, "EG", said["name"])
        lives = Way(kind="address", value=said["address"])
        self.file.write(Person(role="family", names=(said["family"],), ways=(lives,)))
        charge = Charge(text=said["charge"], articles=said["articles"])
        says: dict[str, Any] = {
            name: said[name] for name in ("court", "place", "number", "counsel", "interpreter", "note")
        }
        self.tried = Tried(world, [self.file], charges=(charge,), **says)

    def hearing(self, days: int) -> Any:
        on = datetime.now(UTC).date() + timedelta(days=days)
        when = set_for(on, "Africa/Cairo", time(11, 30))
        return self.tried.schedule(days, when=when, room=self.said["room"], briefing=self.said["briefing"])

    @property
    def secrets(self) -> list[str]:
        reference = self.file.seen(lambda file: file.case.reference)
        hearings: list[Hearing] = self.tried.seen(lambda docket: [one.said for one in docket.hearings])
        dates = [one.when.on.isoformat() for one in hearings if one.when.on != datetime.now(UTC).date()]
        return [*self.said.values(), reference, str(self.file.id), str(self.tried.id), *dates]


@pytest.fixture
def mails(world: World, sink: Sink) -> tuple[Planted, list[tuple[str, bytes]]]:
    """Everything that is ever mailed of hearings that are set, assigned, moved, adjourned and over."""
    planted = Planted(world)
    first, second, third = (planted.hearing(days) for days in (3, 9, 20))
    planted.tried.assign(first, DEPUTY)
    planted.tried.act(second, Act.MOVE, new=set_for(datetime.now(UTC).date() + timedelta(12), "Asia/Shanghai", time(9)))
    someone = Observer(name=planted.said["observer"], embassy=planted.said["embassy"])
    planted.tried.act(third, Act.ASSIGN, observer=someone)
    planted.tried.act(third, Act.ADJOURN, reason="other", note=planted.said["note"], new=set_for(
        datetime.now(UTC).date() + timedelta(40), "Africa/Cairo", time(10)))  # fmt: skip
    everything_is_mailed(world, sink)
    return planted, [(mail.to, bytes(mail.message)) for mail in sink.taken()]


def test_no_mail_holds_anything_of_a_hearing(mails: tuple[Planted, list[tuple[str, bytes]]]) -> None:
    """Nor whom else this house writes to."""
    planted, found = mails
    assert len(found) > 15
    everybody = [f"{sign_in}@example.org" for sign_in in planted.world.demonstration.members]
    assert {to for to, _ in found} <= {*everybody}
    whole = [(to, content.replace(to.encode(), b"")) for to, content in found]
    assert search(whole, [*planted.secrets, *everybody]) == []


def test_every_mail_is_the_same_but_for_its_reader_and_its_minute(
    mails: tuple[Planted, list[tuple[str, bytes]]],
) -> None:
    """Neither country nor office, no link: nothing that tells one reminder from another, or from none."""
    _, found = mails
    bodies = {content.partition(b"\r\n\r\n")[2] for _, content in found}
    assert len(bodies) == 1
    assert b"Something is waiting for you" in next(iter(bodies))
    whole = b"".join(content.replace(to.encode(), b"") for to, content in found).decode()
    assert [word for word in (*COUNTRY, "http", "hearing", "court", "trial") if word.lower() in whole.lower()] == []
    lengths = {len(content.replace(to.encode(), b"")) for to, content in found}
    assert len(lengths) == 1


def test_the_search_finds_what_is_there(world: World, tmp_path: Path) -> None:
    planted = Planted(world)
    planted.hearing(5)
    page = world.client(OFFICER).get(f"/trials/{planted.tried.id}").text.encode()
    assert search([("page", page)], [planted.said["court"]])
    mail = ("mail", f"Of {planted.secrets[-1]}, to {OFFICER}@example.org".encode())
    assert search([mail], planted.secrets), "a day, an id or a reference is found without any planted word beside it"


@pytest.mark.parametrize("office", [HQ, EMBASSY])
def test_whether_a_share_is_mailed_at_once_says_nothing_of_the_penalty(world: World, office: str) -> None:
    """It lies in clear, beside the share: headquarters is mailed of every hearing, an embassy of none (DOMAIN §3)."""
    mailed = set()
    for death in (False, True):
        sharer = Sharer(world, death_penalty_possible=death)
        before = _reminders(world).keys()
        share_id = sharer.share(office)
        offered = _reminders(world)
        sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(12))
        moved = {one: mails for one, mails in _reminders(world).items() if one in sharer.given(share_id).reminders}
        mailed |= {*(mails for one, mails in offered.items() if one not in before), *moved.values()}
    assert mailed == {office == HQ}


def _reminders(world: World) -> dict[uuid.UUID, bool]:
    """Of roles: who asks for a share is told of nothing by them."""
    with world.database.main.reading() as session:
        roles = ("embassy_observer", "headquarters_desk")
        return {row.id: row.mails for row in session.scalars(select(Reminder).where(Reminder.role.in_(roles)))}
