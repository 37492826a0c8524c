"""The sample world's case files, recorded through the same actions the pages use: C1 to C4, and one on its way."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from hrd_cases.cases.assessing import assess
from hrd_cases.cases.card import touched
from hrd_cases.cases.conversations import record_conversation
from hrd_cases.cases.details import Answer, Contact, Conversation, Dated, Details, Incident, Person, Profile, Way
from hrd_cases.cases.drafted import Drafted, Piece
from hrd_cases.cases.filing import submit
from hrd_cases.cases.models import Case
from hrd_cases.cases.reference import new_reference
from hrd_cases.cases.risk import Choice, Level
from hrd_cases.cases.writing import write
from hrd_cases.demo_grants import ASKED, ask_for, give_money
from hrd_cases.demo_trials import Tried, record_trial
from hrd_cases.door.visitor import Visitor

Acting = Callable[[str], AbstractContextManager[tuple[Session, Visitor]]]

CODES_OF: dict[str, dict[str, str]] = {
    "category": {"lawyer": "lawyer", "journalist_media": "journalist", "community_leader": "community_leader"},
    "theme": {"land": "land", "environment": "environment"},
    "level": {"HIGH": "high", "CRITICAL": "critical"},
    "incident": {"DEATH_THREAT": "death_threat"},
    "purpose": {
        "raise_with_authorities": "raise_authorities",
        "share_MS_embassies": "share_embassies",
        "public_statement": "public_statement",
        "UN_letter_named": "un_letter",
        "UN_public_named": "un_report",
    },
    "consent": {"given": "given", "refused": "refused"},
}
"""The sample world's own words, by list, and the codes they are in `config/codes.toml`."""

OFFICERS = {
    "DEL_EGY": "officer.cairo",
    "DEL_BLR": "officer.minsk",
    "DEL_COL": "officer.bogota",
    "DEL_CHN": "officer.beijing",
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the sample world leaves open of one file, in the words of its officer."""

    language: str
    what: str
    sentence: str
    next_step: str
    next_kind: str
    next_on: str
    place: str = ""
    where_now: str = ""
    types: tuple[str, ...] = ("arrest",)
    themes: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    never: str = ""
    since: str = ""


TOLD = {
    "C1": Told(
        language="ar",
        what="أُخذت من مكتبها، ويُجدَّد حبسها كل خمسة عشر يومًا.",
        place="القاهرة",
        where_now="Women's prison",
        sentence="Her detention is renewed every fifteen days; the lawyer sees her before each hearing.",
        next_step="Observe the hearing: renewal of detention, 09:00",
        next_kind="observation",
        next_on="2026-11-22",
        themes=("fair_trial",),
        ways=(
            Way(kind="through_lawyer", value="Her lawyer's office", use="safe", note="After four in the afternoon"),
            Way(kind="phone", value="+20 2 5555 0100", use="never", note="The telephone was taken"),
        ),
        never="Never write to her old address: her brother does not know of us.",
    ),
    "C2": Told(
        language="be",
        what="Затрымана пасля публікацыі; суд закрыты для назіральнікаў.",
        place="Мінск",
        where_now="Remand prison",
        sentence="The verdict is near, and the court has closed its doors.",
        next_step="Verdict, announced as closed: be there all the same, 10:30",
        next_kind="observation",
        next_on="2026-12-03",
        themes=("media", "expression"),
        ways=(Way(kind="secure_messenger", value="Her sister's account", use="safe"),),
        never="Do not call: the line is listened to.",
    ),
    "C3": Told(
        language="es",
        what="Recibió una amenaza de muerte escrita después de la audiencia sobre las tierras.",
        place="Vereda El Ejemplo",
        where_now="With relatives in the city",
        sentence="A written death threat, and they know where he sleeps.",
        next_step="Decide with him on moving for three months",
        next_kind="call_defender",
        next_on="2026-11-24",
        types=("death_threat",),
        ways=(Way(kind="secure_messenger", value="@ficticio", use="safe", note="Mornings only"),),
        never="Never visit him at home in a marked car.",
    ),
    "C4": Told(
        language="zh",
        what="自八月二十日起被关押,律师和家属均未能会见。",
        where_now="Not known; held without contact",
        sentence="Nobody has seen him since August; two requests for a visit failed.",
        next_step="The Working Group's reply is due: ask Geneva",
        next_kind="un_communication",
        next_on="2026-11-21",
        types=("arrest", "disappearance"),
        themes=("fair_trial", "torture"),
        never="Never call his wife's workplace.",
        since="2026-08-20",
    ),
}

TRIED = {
    "C1": Tried(
        court="نيابة أمن الدولة العليا – القاهرة",
        place="القاهرة",
        stage="investigation",
        charges=(("نشر أخبار كاذبة", "188"), ("الانضمام إلى جماعة محظورة", "86 مكرر")),
        counsel="Her own lawyer",
        language="ar",
        days_before=(30, 15),
        came_of_it="custody_extended",
        briefing="The renewal takes ten minutes. Greet her lawyer, not the family.",
    ),
    "C2": Tried(
        court="Мінскі гарадскі суд",
        place="Мінск",
        stage="trial",
        charges=(("Распаўсюджванне матэрыялаў", "361-4"),),
        counsel="Appointed; her own was disbarred",
        legal_aid="appointed",
        language="ru",
        came_of_it="judgment_reserved",
        briefing="The court says that it is closed. Be at the entrance at ten; the sister comes too.",
    ),
}
"""What the sample world leaves open of the trial of one file."""

SPOUSE = Person(
    role="family",
    names=("虚构之妻",),
    relation="Wife",
    ways=(Way(kind="secure_messenger", value="Her own account", use="safe", note="Evenings"),),
    languages=("zh",),
)
ON_ITS_WAY = ("BY", "Янка Выдуманы", "Знік пасля допыту.", "A colleague of his came to the delegation in Cairo.")
"""Recorded in Cairo for Minsk, where nobody has acknowledged it yet."""


def record_cases(
    acting: Acting, members: Mapping[str, uuid.UUID], world: Mapping[str, Any], shift: timedelta
) -> dict[str, uuid.UUID]:
    """Record every file of the world, by its office's own officer. `shift`: from the world's days to ours. Returns the
    file of each delegation.
    """
    give_money(acting, OFFICERS, world["rates_per_eur"])
    found = {
        known["delegation"]: _record(acting, members[OFFICERS[known["delegation"]]], known, shift)
        for known in world["cases"]
    }
    _send_one(acting)
    return found


def _record(acting: Acting, officer_id: uuid.UUID, known: Mapping[str, Any], shift: timedelta) -> uuid.UUID:
    now, told = datetime.now(UTC), TOLD[known["id"]]
    family = Piece(id=uuid.uuid4(), written_at=now, details=SPOUSE) if told.since else None
    people = _person(known, told, shift)
    said = (_profile(known, told, officer_id, shift), people, _incident(known, told, shift))
    pieces = (*(_piece(one, now) for one in said), *((family,) if family else ()))
    with acting(OFFICERS[known["delegation"]]) as (session, officer):
        filed = submit(session, officer, _drafted(known["country"], _level(known).value, pieces, now), (), now)
        case = session.get_one(Case, filed.case_id)
        if family:
            write(session, officer, case, _contact(family.id, now), now)
        if "consents" in known or family:
            record_conversation(session, officer, case, _conversation(known, told, family, now), now)
        assess(session, officer, case, Choice(_level(known), told.sentence), now)
        touched(session, officer, case)
        case_id: uuid.UUID = case.id
    if "hearing" in known:
        record_trial(acting, OFFICERS[known["delegation"]], case_id, known, TRIED[known["id"]], shift)
    ask_for(acting, case_id, ASKED[known["id"]])
    return case_id


def _level(known: Mapping[str, Any]) -> Level:
    return Level(CODES_OF["level"][known["risk"]])


def _piece(details: Details, now: datetime) -> Piece:
    return Piece(id=uuid.uuid4(), written_at=now, details=details)


def _drafted(country: str, urgency: str, pieces: tuple[Piece, ...], now: datetime) -> Drafted:
    return Drafted(reference=new_reference(), country=country, urgency=urgency, pieces=pieces, full=True, begun_at=now)


def _person(known: Mapping[str, Any], told: Told, shift: timedelta) -> Person:
    return Person(
        role="defender",
        names=(known["name"], *known["aliases"]),
        ways=told.ways,
        never=told.never,
        languages=(told.language,),
        cannot_speak="Held without contact" if told.since else "",
        cannot_speak_since=_day(told.since, shift) if told.since else None,
    )


def _profile(known: Mapping[str, Any], told: Told, officer_id: uuid.UUID, shift: timedelta) -> Profile:
    no_contact = "no" if told.since else "unknown"
    return Profile(
        country=known["country"],
        place=told.place,
        where_now=told.where_now,
        detained="arrest" in told.types,
        categories=(CODES_OF["category"][known["category"]],),
        themes=(*(CODES_OF["theme"][one] for one in known.get("themes", ())), *told.themes),
        is_defender="yes",
        risk_from_work="yes",
        non_violent="yes",
        next_step=told.next_step,
        next_step_kind=told.next_kind,
        next_step_on=_day(told.next_on, shift),
        next_step_by=officer_id,
        lawyer_access=no_contact,
        family_access=no_contact,
        verdict_pending=known.get("hearing", {}).get("type") == "verdict",
    )


def _incident(known: Mapping[str, Any], told: Told, shift: timedelta) -> Incident:
    types = (CODES_OF["incident"][known["incident"]],) if "incident" in known else told.types
    when = Dated(on=_day(told.since, shift)) if told.since else None
    return Incident(text=told.what, types=types, when=when, place=told.place, link="likely", verification="one_source")


def _contact(family_id: uuid.UUID, now: datetime) -> Contact:
    words = "His wife called. No word of him yet; a second request for a visit stayed without a reply."
    return Contact(when=now, with_whom="family", person_id=family_id, channel="secure_messenger", text=words)


def _conversation(known: Mapping[str, Any], told: Told, family: Piece | None, now: datetime) -> Conversation:
    """What the world says was consented to; where the family speaks, they agreed to a letter of the UN."""
    consents = known.get("consents", {"UN_letter_named": "given"})
    answers = [(CODES_OF["purpose"][what], CODES_OF["consent"][said]) for what, said in consents.items()]
    return Conversation(
        when=now,
        standing="family" if family else "self",
        speaker_id=family.id if family else None,
        language=told.language,
        channel="secure_messenger",
        answers=tuple(Answer(purpose=purpose, state=state) for purpose, state in answers),
        told_of_recording=True,
    )


def _day(text: str, shift: timedelta) -> date:
    return date.fromisoformat(text) + shift


def _send_one(acting: Acting) -> None:
    country, name, what, where = ON_ITS_WAY
    now = datetime.now(UTC)
    said = (Profile(country=country, where_now=where), Person(role="defender", names=(name,)), Incident(text=what))
    with acting(OFFICERS["DEL_EGY"]) as (session, officer):
        submit(session, officer, _drafted(country, "critical", tuple(_piece(one, now) for one in said), now), (), now)
