"""What a file says to the rules: plain values for `risk` and `consent`, drawn from what stands on it now."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from uuid import UUID

from hrd_cases.calendar import OfficeCalendar
from hrd_cases.cases import consent, consent_gate, risk
from hrd_cases.cases.chains import Standing
from hrd_cases.cases.codes import CODES, PURPOSES
from hrd_cases.cases.consent_gate import Decision, Eligibility, Emergency
from hrd_cases.cases.details import Assessment, Contact, Conversation, Incident, Person
from hrd_cases.cases.file import File
from hrd_cases.cases.life import IN_HAND, State

DEFENDER = "defender"
HEARD_FROM = (DEFENDER, "family", "lawyer")
_YES_NO = {"yes": True, "no": False}
_REPRISALS = ("reprisal_eu", "reprisal_un")
"""Types of incidents: who is punished for speaking with us is in danger because of us."""


def risk_facts(file: File) -> risk.Facts:
    """What lasts now: incidents that are not over, what the file says of detention and trial, what other rooms know.
    Of a defender who died nothing does; what others live through still counts.
    """
    if file.died is not None:
        return risk.Facts(**{name: name in _others_live_through(file) for name in _OF_ANYBODY})
    profile = file.profile
    lasting = {kind for one in file.incidents if not one.said.ended for kind in one.said.types}
    own = risk.Facts(
        death_threat="death_threat" in lasting,
        disappearance="disappearance" in lasting,
        torture="torture" in lasting,
        detained=profile.detained,
        lawyer=_YES_NO.get(profile.lawyer_access),
        family=_YES_NO.get(profile.family_access),
        death_sentence=profile.death_sentence,
        verdict_pending=profile.verdict_pending,
        reprisal=not lasting.isdisjoint(_REPRISALS),
    )
    return replace(own, **dict.fromkeys(file.brought.risk, True))


def level_that_counts(file: File) -> risk.Level | None:
    """The level by which lists and Today go: as it was assessed, or what facts that came since ask for, until somebody
    looks again. None while nobody has assessed it.
    """
    if file.danger is None:
        return None
    said = file.danger.said
    risen = None if said.below_floor else risk.below_floor(risk.Level(said.level), risk_facts(file))
    return risen.level if risen is not None else risk.Level(said.level)


def urgency_that_counts(file: File) -> str:
    """How urgent a file is that nobody has assessed: as its recorder thought, or more where a fact says so."""
    if file.died is not None:
        return ""
    asked_for = risk.floor(risk_facts(file)).level
    thought = risk.Level(file.case.urgency) if file.case.urgency else risk.Level.LOW
    return file.case.urgency if asked_for.rank <= thought.rank else asked_for.value


def level_for_ending(file: File, member_id: UUID) -> str | None:
    """The risk as it counts for a member who ends the file: nobody lowers it from critical alone and then closes. It is
    the highest of what they assessed since a colleague last did, and of what that colleague found. None before any.
    """
    levels = []
    for entry in reversed(file.entries):
        if isinstance(entry.details, Assessment):
            levels.append(risk.Level(entry.details.level))
            if entry.author_id != member_id:
                break
    return max(levels, key=lambda level: level.rank).value if levels else None


_BEGIN_DETENTION = ("arrest", "disappearance", "abduction")


def began_detention(file: File) -> Incident | None:
    """The last incident that began a detention, if its day is known and it is not over."""
    found = [one.said for one in file.incidents if not one.said.ended and set(_BEGIN_DETENTION) & set(one.said.types)]
    known = [(said.when.on, said) for said in found if said.when is not None]
    return max(known, key=lambda pair: pair[0])[1] if known else None


_OF_ANYBODY = ("death_threat", "disappearance", "torture")


def _others_live_through(file: File) -> set[str]:
    """Kinds of incidents that are not over and that were done to somebody beside the defender."""
    own = {file.defender.id} if file.defender is not None else set()
    others = [one.said for one in file.incidents if set(one.said.victims) - own or one.said.other_victims]
    return {kind for said in others if not said.ended for kind in said.types}


def contacts(file: File) -> risk.Contacts:
    """Contacts that count for "no contact for 30 days": meetings and conversations about consent too, and through
    family or lawyer.
    """
    heard = [one.said.when for one in file.contacts if one.said.with_whom in HEARD_FROM]
    heard += [one.said.when for one in file.meetings]
    heard += [one.said.when for one in file.conversations if _was_heard(one.said)]
    return risk.Contacts(
        opened_on=file.case.opened_at.date(),
        on=tuple(at.date() for at in heard),
        paused_until=file.profile.contact_paused_until,
        paused=file.profile.contact_paused,
        died=file.died is not None,
    )


def _was_heard(said: Conversation) -> bool:
    """Somebody was spoken with: asking was not merely tried in vain."""
    return not said.answers or any(answer.state != "impossible" for answer in said.answers)


def contact_due_on(file: File) -> date | None:
    """By when somebody has to have heard of the defender. None while the file rests or is over, and after a death."""
    if file.case.state not in (State.ACTIVE, State.ASSESSED, State.ACKNOWLEDGED):
        return None
    known, agreed = contacts(file), agreed_contacts(file).get(DEFENDER)
    due = risk.contact_due_on(known)
    return due if due is None or agreed is None else max(agreed, known.paused_until or agreed)


def agreed_contacts(file: File) -> dict[str, date]:
    """With whom → the day of the next contact, as the last contact with them says. What took place since is over."""
    last: dict[str, Contact] = {}
    for one in sorted(file.contacts, key=lambda one: one.said.when):
        last[one.said.with_whom] = one.said
    found = {whom: said.next_on for whom, said in last.items() if said.next_on is not None}
    met = [one.said.when for one in file.meetings]
    met += [one.said.when for one in file.conversations if _was_heard(one.said)]
    if DEFENDER in found and any(at.date() >= found[DEFENDER] for at in met):
        del found[DEFENDER]
    return found


# -- consent


def conversations(file: File) -> list[consent.Conversation]:
    """Every conversation about consent on file, as the rules read them."""
    defender = file.defender
    own = defender.id if defender is not None else None
    others = {one.id for one in file.people if one.id != own}
    return [_word(one.said, own, others) for one in file.conversations]


def _word(said: Conversation, own: UUID | None, others: set[UUID]) -> consent.Conversation:
    """One speaker's word. Where it is not clear whether the defender spoke or somebody for them, a no is theirs."""
    speaker = consent.Speaker(said.standing)
    themselves = speaker is consent.Speaker.SELF
    clear = said.speaker_id in (None, own) if themselves else said.speaker_id in others
    mixed = not clear and said.speaker_id is not None
    return consent.Conversation(
        at=said.when,
        speaker=consent.Speaker.SELF if mixed else speaker,
        speaker_id=said.speaker_id,
        answers={answer.purpose: consent.State(answer.state) for answer in said.answers},
        doubtful=not clear,
    )


def whose(file: File) -> consent.Person:
    """Whose consent it is: the defender, as far as it matters to consent."""
    defender = file.defender
    said = defender.said if defender is not None else Person(role="defender")
    since = said.cannot_speak_since
    return consent.Person(
        minor=said.minor,
        cannot_speak=bool(said.cannot_speak or said.died_on),
        cannot_speak_since=datetime.combine(since, time(), UTC) if since else None,
        direct_contacts=tuple(one.said.when for one in file.contacts if one.said.with_whom == "defender"),
    )


def may_be_asked(file: File, purpose: str) -> list[Standing[Person]] | None:
    """Family and lawyers on file who could answer for a defender who cannot be asked. None where somebody has answered
    for them since the defender was last spoken with.
    """
    words = conversations(file)
    met = [*whose(file).direct_contacts, *(one.at for one in words if one.is_contact)]
    known = consent.State.GIVEN, *consent.NO
    others = [one for one in words if one.speaker is not consent.Speaker.SELF and one.answer(purpose) in known]
    if any(not met or one.at > max(met) for one in others):
        return None
    return [one for one in file.people if one.said.role in ("family", "lawyer") and one.said.died_on is None]


def eligibility(file: File) -> Eligibility:
    profile = file.profile
    return Eligibility(profile.is_defender, profile.risk_from_work, profile.non_violent)


def judged(
    file: File,
    purpose: str,
    now: datetime,
    *,
    emergency: Emergency | None = None,
    calendar: OfficeCalendar | None = None,
    said: list[consent.Conversation] | None = None,
) -> Decision:
    """What the gate says to this purpose: the one judge of acts, pages and prints. `said`: `conversations` of the file,
    where they were drawn from it before.
    """
    decision = consent_gate.may(
        purpose,
        conversations(file) if said is None else said,
        whose(file),
        now,
        renewed_at=renewed_at(file, purpose),
        emergency=emergency,
        calendar=calendar,
    )
    return consent_gate.for_file(decision, eligibility(file), whole=file.whole)


def judged_act(
    file: File,
    kind: str,
    now: datetime,
    *,
    emergency: Emergency | None = None,
    calendar: OfficeCalendar | None = None,
) -> Decision:
    """What the gate says to an action (a code of the list `action`). What stays inside always may."""
    purpose = CODES.purpose_of(kind)
    if purpose is None:
        return Decision(True, consent_gate.INSIDE, consent.Stand(consent.State.NOT_ASKED))
    return judged(file, purpose, now, emergency=emergency, calendar=calendar)


def why_not(file: File, kind: str, today: date, now: datetime) -> consent_gate.Said | None:
    """Why an action is not allowed now, and what to do instead, in the words with which it would be refused; None if
    it is.
    """
    if CODES.purpose_of(kind) is None:
        return None
    if file.state(today) not in IN_HAND:
        return consent_gate.NOT_IN_HAND
    decision = judged_act(file, kind, now)
    return None if decision.allowed else (decision.reason, decision.instead)


def consent_due_on(file: File) -> date | None:
    """By when somebody has to ask whether what was agreed to is still wanted: of all that stands agreed to, what was
    said first. None while the file rests or is over, and after a death: the dead are not asked.
    """
    if file.case.state not in (State.ACTIVE, State.ASSESSED, State.ACKNOWLEDGED) or file.died is not None:
        return None
    said, person = conversations(file), whose(file)
    stands = {purpose: consent.stand(purpose, said, person) for purpose in PURPOSES} if said else {}
    days = (consent_gate.asked_again_on(found, renewed_at(file, purpose)) for purpose, found in stands.items())
    return min((day for day in days if day is not None), default=None)


def renewed_at(file: File, purpose: str) -> datetime | None:
    """When "Still wanted?" was last answered for this purpose, with an action."""
    answered = [one.said.still_wanted_at for one in file.actions if one.said.purpose == purpose]
    return max((at for at in answered if at is not None), default=None)


def said_in(file: File, said: list[consent.Conversation], found: consent.Stand) -> Standing[Conversation] | None:
    """The conversation on file that decided, or in which asking was tried; otherwise the last that does not count.
    `said` is the list of `conversations` that was judged.
    """
    return _on_file(file, said, found.conversation or found.tried or found.uncounted)


def not_counted_in(file: File, said: list[consent.Conversation], found: consent.Stand) -> Standing[Conversation] | None:
    """The conversation on file in which somebody last answered for the person, and it does not count."""
    return _on_file(file, said, found.uncounted)


def _on_file(
    file: File, said: list[consent.Conversation], meant: consent.Conversation | None
) -> Standing[Conversation] | None:
    pairs = zip(said, file.conversations, strict=True)
    return next((one for word, one in pairs if word is meant), None)
