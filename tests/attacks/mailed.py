"""Everything that is planned is mailed, by the unattended process's own acts to a real mail server, and looked at."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import update

from hrd_cases.outbox.mail import TEXT
from hrd_cases.outbox.models import Reminder
from hrd_cases.outbox.send import Mailroom
from hrd_cases.outbox.tick import Tick
from hrd_cases.unattended import AddressBook, DailyMail
from tests.outbox.sink import Sink, Taken
from tests.world import World

COUNTRY = ("Egypt", "مصر", "Africa", "Cairo", "القاهرة", "DEL_EGY", "EMB_A", "EMB_B", "Member State")
"""How the country of the file, of its office and of embassies there may be written; zones are named after cities."""
WHAT_IT_IS = ("http", "www.", "hearing", "court", "trial", "share", "embassy", "observer", "report", "case")


def everything_is_mailed(world: World, sink: Sink) -> None:
    """Each reminder that waits falls due now and mails, whatever its rule says; the daily mail too where it is time."""
    past = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with world.database.main.writing() as session:
        session.execute(update(Reminder).values(slot_at=past, mails=True))
    DailyMail(world.house.settings, world.database.main)()
    Tick(Mailroom(world.database.main, AddressBook(world.house.settings), sink.relay()))()


def told_apart(mails: list[Taken], public_name: str) -> list[str]:
    """What tells a mail from any other but its reader, its moment and its Message-ID; empty if nothing does."""
    found = [f"to several: {mail.message['To']}" for mail in mails if str(mail.message["To"]) != mail.to]
    text = TEXT.format(public_name=public_name).splitlines()
    for mail in mails:
        if mail.message.get_content().splitlines() != text:
            found.append(mail.message.get_content())
        whole = bytes(mail.message).decode().replace(mail.to, "").lower()
        found += [word for word in (*COUNTRY, *WHAT_IT_IS) if word.lower() in whole]
    same = {
        tuple((name, value) for name, value in mail.message.items() if name not in {"To", "Date", "Message-ID"})
        for mail in mails
    }
    return found + [str(headers) for headers in sorted(same)[1:]]
