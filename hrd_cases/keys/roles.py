"""Roles and circles: which role holds the key of which circle (DOMAIN §1). Data, in one place."""

from __future__ import annotations

from enum import StrEnum

from hrd_cases.records import Sleeve


class OfficeKind(StrEnum):
    DELEGATION = "delegation"
    HEADQUARTERS = "headquarters"
    EMBASSY = "embassy"


class Role(StrEnum):
    """What a charter may seat a member as."""

    LIAISON_OFFICER = "liaison_officer"
    DEPUTY = "deputy"
    HEAD = "head"
    FINANCE = "finance"
    EMBASSY_OBSERVER = "embassy_observer"
    HEADQUARTERS_HEAD = "headquarters_head"
    HEADQUARTERS_DESK = "headquarters_desk"
    HEADQUARTERS_APPROVER = "headquarters_approver"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    CUSTODIAN = "custodian"


def head_of(kind: OfficeKind) -> Role:
    """As what the head of such an office is seated."""
    return Role.HEADQUARTERS_HEAD if kind is OfficeKind.HEADQUARTERS else Role.HEAD


class CircleName(StrEnum):
    CASEWORK = "casework"
    SOURCES = "sources"
    FINANCE = "finance"


CASEWORKERS = frozenset({Role.LIAISON_OFFICER, Role.DEPUTY, Role.HEAD, Role.HEADQUARTERS_HEAD, Role.HEADQUARTERS_DESK})

CIRCLE_ROLES: dict[CircleName, frozenset[Role]] = {
    CircleName.CASEWORK: CASEWORKERS | {Role.EMBASSY_OBSERVER},
    CircleName.SOURCES: CASEWORKERS,
    # Officers write whom to pay; finance reads that and nothing else of the case.
    CircleName.FINANCE: CASEWORKERS | {Role.FINANCE, Role.HEADQUARTERS_APPROVER},
}

SLEEVE_CIRCLE: dict[Sleeve, CircleName] = {
    Sleeve.FILE: CircleName.CASEWORK,
    Sleeve.SOURCES: CircleName.SOURCES,
    Sleeve.PAYMENTS: CircleName.FINANCE,
}

OFFICE_CIRCLES: dict[OfficeKind, tuple[CircleName, ...]] = {
    OfficeKind.DELEGATION: tuple(CircleName),
    OfficeKind.HEADQUARTERS: tuple(CircleName),
    OfficeKind.EMBASSY: (CircleName.CASEWORK,),
}

OFFICE_ROLES: dict[OfficeKind, tuple[Role, ...]] = {
    OfficeKind.DELEGATION: (Role.HEAD, Role.LIAISON_OFFICER, Role.DEPUTY, Role.FINANCE),
    OfficeKind.HEADQUARTERS: (
        Role.HEADQUARTERS_HEAD,
        Role.HEADQUARTERS_DESK,
        Role.HEADQUARTERS_APPROVER,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
        Role.CUSTODIAN,
    ),
    OfficeKind.EMBASSY: (Role.EMBASSY_OBSERVER,),
}

HEADS = frozenset({Role.HEAD, Role.HEADQUARTERS_HEAD})
ENDS_ACCESS_ANYWHERE = frozenset({Role.HEADQUARTERS_HEAD, Role.ADMINISTRATOR})
"""Who ends the access of members of every office; the head of an office ends that of its own."""
CHANGED_BY_TWO = HEADS | {Role.CUSTODIAN}
"""Seats that only two headquarters heads give or take."""
ACTING_HEAD = "acting_head"
"""What a projected row calls whoever acts as head for some days: no role of a seat."""
MAX_CUSTODIANS = 6
