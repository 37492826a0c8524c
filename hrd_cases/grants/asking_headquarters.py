"""The decision sheet is made and sent by an officer, where nobody in the office may decide or release."""

from __future__ import annotations

import uuid
from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.cases.facts import judged
from hrd_cases.cases.file import File
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Changed, Refused
from hrd_cases.grants import ledger, life, sheets
from hrd_cases.grants.acts import held, weighed
from hrd_cases.grants.duties import Duty
from hrd_cases.grants.models import Grant
from hrd_cases.grants.opened import actor_of, free_of
from hrd_cases.grants.sheets import Sheet
from hrd_cases.grants.weighing import Weighing
from hrd_cases.keys import letters
from hrd_cases.keys.models import Letter
from hrd_cases.keys.roles import CircleName

PURPOSE = "share_headquarters"
"""Of consent: headquarters reads a name where somebody agreed to it."""
_NOT_NOW = (
    N_("There is nothing that headquarters would do with it now."),
    N_("Submit it first, if it is a draft."),
)
_HERE = (N_("Somebody in the office is free to act."), N_("They do; headquarters does where nobody here may."))
_NO_REASON = (N_("Nothing says why it is needed."), N_("Write the reasons; name nobody in them."))
_NO_NAME = (N_("Nobody has agreed that headquarters reads a name."), N_("Send it without, or ask them first."))
_NOT_THEIRS = (
    N_("You have no key of the story."),
    N_("The officer, the deputy or the head of the office sends the decision sheet."),
)


def refused(weighing: Weighing) -> Refused | None:
    """Why no decision sheet is sent now; None if one can be."""
    opened = weighing.opened
    if not actor_of(weighing.by, opened.grant.office_id).officer or opened.story is None or weighing.payment is None:
        return Refused.of(_NOT_THEIRS)
    duties = life.at_headquarters(opened.state)
    if not life.unsigned(opened.acts, opened.state):
        duties -= {Duty.COUNTERSIGN}
    if not duties:
        return Refused.of(_NOT_NOW)
    return None if duties - free_of(weighing.people, opened.done) else Refused.of(_HERE)


def name_on_file(weighing: Weighing) -> str:
    """The name of whom it is for, if there is one and they agreed that headquarters reads it; else ""."""
    file, story = weighing.file, weighing.opened.story
    if file is None or story is None or not judged(file, PURPOSE, weighing.now).allowed:
        return ""
    return _name(file, story.beneficiary_id)


def _name(file: File, person_id: uuid.UUID | None) -> str:
    found = next((one.said for one in file.people if one.id == person_id), None)
    return found.names[0] if found is not None and found.names else ""


def sheet_of(weighing: Weighing, reasons: str, *, named: bool) -> Sheet:
    """What headquarters would read. For whoever has the file."""
    opened, file, payment = weighing.opened, weighing.file, weighing.payment
    story, asked = opened.story, opened.last(*life.ASKING)
    if story is None or payment is None or asked is None:
        raise Refused.of(_NOT_NOW)
    told = opened.told(life.Act.ASSESS) if weighing.assessed else None
    given = [one for one in weighing.before if one.cents]
    danger = file.danger if file is not None else None
    return Sheet(
        asked=asked.number,
        payee=opened.payee,
        currency=asked.currency,
        amount=asked.amount,
        purpose=payment.purpose,
        channel=payment.channel,
        lines=payment.lines,
        beneficiary=story.beneficiary,
        danger=story.danger,
        risk=danger.said.level if danger is not None else "",
        reasons=reasons.strip(),
        agreed=weighing.agreed(),
        assessed=tuple(msgspec.structs.replace(one, note="") for one in told.answers) if told is not None else (),
        before=(len(given), sum(one.cents for one in given)),
        spent_on=story.spent_on,
        others=tuple(sorted((one.grant.id, len(one.steps)) for one in weighing.before)),
        earlier=tuple(sorted({(one.fund, one.payment.purpose) for one in given})),
        name=name_on_file(weighing) if named else "",
    )


def send(
    session: Session, by: Visitor, grant: Grant, made_from: int, reasons: str, now: datetime, *, named: bool
) -> Letter:
    """The sheet goes to headquarters' approvers. Refused with a sentence; raises Changed if somebody took a step since
    `made_from` of them were read.
    """
    ledger.hold_office(session, grant.office_id)  # nobody is granted money while it is said what was
    opened = held(session, by, grant)
    if made_from != len(opened.steps):
        raise Changed("somebody took a step of this grant first")
    weighing = weighed(session, by, opened, now)
    why_not = refused(weighing)
    if why_not is not None:
        raise why_not
    if not reasons.strip():
        raise Refused.of(_NO_REASON)
    sheet = sheet_of(weighing, reasons, named=named)
    if named and not sheet.name:
        raise Refused.of(_NO_NAME)
    sender, to = (by.member_id, grant.office_id, by.ring.keys), (by.charters.headquarters_id, CircleName.FINANCE)
    content = sheets.sealed(by.ring, grant, sheet)
    letter = letters.send(session, by.charters, sender, to, sheets.ACT, grant.id, content, now)
    session.flush()
    record(session, Event.LETTER_SENT, letter=letter.id, office=to[0], act=sheets.ACT, digest=letter.digest)
    record(session, Event.GRANT_SHEET_SENT, grant=grant.id, letter=letter.id, named=bool(sheet.name))
    return letter
