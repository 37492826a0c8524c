"""Whether somebody who is held has contact with the outside, and that they are held incommunicado where they have none:
derived from what is known of contacts, never ticked. What it says to the risk of a file is `risk_facts`. Pure.

Sources. ICCPR 9 and 14(3)(b). Body of Principles for the Protection of All Persons under Any Form of Detention or
Imprisonment (1988): communication with the outside, in particular family and counsel, is not denied for more than a
matter of days (Principle 15); the family is told promptly after arrest and after each transfer (16); consultation with
counsel (18); visits by the family (19). Human Rights Committee, general comment No. 35 on article 9, § 58: prompt and
regular access of independent doctors, lawyers and the family. That holding somebody is denied, or where, is an element
of an enforced disappearance (International Convention for the Protection of All Persons from Enforced Disappearance,
article 2).

How many days "a matter of days" is, and how long a contact that is known of counts, is ours (`config/visits.toml`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from hrd_cases.cases import risk
from hrd_cases.visits.codes import CODES
from hrd_cases.visits.figures import FIGURES

DISAPPEARED = "disappeared"


class Custody(StrEnum):
    """Do those who hold somebody say so?"""

    ACKNOWLEDGED = "acknowledged"
    DENIED = "denied"
    NOT_SAID = "not_said"


class Outside(StrEnum):
    """Whom somebody who is held has contact with, beside us. Doctors are independent ones, lawyers their own."""

    LAWYER = "lawyer"
    FAMILY = "family"
    DOCTOR = "doctor"
    HUMANITARIAN = "humanitarian"


class Event(NamedTuple):
    """That somebody had contact with them on a day, or that it was refused."""

    on: date
    whom: Outside
    had: bool


class Held(NamedTuple):
    """One detention. `how`: a code of `held`, or of `not_held` once it is over; `since`: its first day."""

    how: str
    since: date
    custody: Custody
    place_known: bool
    events: tuple[Event, ...] = ()

    @property
    def lasts(self) -> bool:
        return self.how not in CODES["not_held"]

    @property
    def hidden(self) -> bool:
        """Nobody says that, or where, they are held."""
        return self.custody is not Custody.ACKNOWLEDGED or not self.place_known


class Access(StrEnum):
    HAD = "had"
    REFUSED = "refused"
    NONE = "none"
    NOT_KNOWN = "not_known"


class Known(NamedTuple):
    """`since`: of contact that is had or was had, its last day; of none, since when there is none."""

    access: Access
    since: date | None


def access_of(held: Held, whom: Outside, today: date) -> Known:
    """What is known today of somebody's access, by what happened in this detention until today.

    On a day of which both is written there was contact. Without any news there is none after a matter of days; a
    contact that is known of counts for longer where those who hold them say so and where, and then nobody knows.
    """
    known = [one for one in held.events if one.whom is whom and held.since <= one.on <= today]
    last_on = max((one.on for one in known if one.had), default=None)
    refused_on = max((one.on for one in known if not one.had), default=None)
    since = last_on or held.since
    passed = (today - since).days
    if refused_on is not None and (last_on is None or refused_on > last_on):
        return Known(Access.REFUSED, since)
    if (last_on is None or held.hidden) and passed > FIGURES.contact_first_days:
        return Known(Access.NONE, since)
    if last_on is not None and passed <= FIGURES.contact_lasts_days:
        return Known(Access.HAD, last_on)
    return Known(Access.NOT_KNOWN, last_on)


_HAS: dict[Access, bool | None] = {Access.HAD: True, Access.REFUSED: False, Access.NONE: False, Access.NOT_KNOWN: None}


def risk_facts(held: Held | None, today: date) -> risk.Facts:
    """What a detention says to the risk; None: nobody is held."""
    if held is None or not held.lasts:
        return risk.Facts()
    return risk.Facts(
        detained=True,
        lawyer=_HAS[access_of(held, Outside.LAWYER, today).access],
        family=_HAS[access_of(held, Outside.FAMILY, today).access],
        disappearance=held.custody is Custody.DENIED or held.how == DISAPPEARED,
    )


def cut_off(held: Held | None, today: date) -> date | None:
    """Since when they are held incommunicado: since the last contact with lawyer or family, or the first day. None if
    they are not. It is `risk.Facts` that says whether; a doctor or a humanitarian body alone does not end it.
    """
    if held is None or not risk_facts(held, today).incommunicado:
        return None
    without = (access_of(held, whom, today).since for whom in (Outside.LAWYER, Outside.FAMILY))
    return max((on for on in without if on is not None), default=held.since)


def together(own: risk.Facts, history: risk.Facts) -> risk.Facts:
    """What the file says itself (`own`) beside what its history of detention says: of who is held, and of lawyer and
    family where it knows, the history; of all else whatever lasts by one of them.
    """
    lasting = {name: True for name, lasts in vars(history).items() if lasts is True}
    known = {name: told for name in ("lawyer", "family") if (told := getattr(history, name)) is not None}
    return replace(own, **(lasting | known | {"detained": history.detained}))
