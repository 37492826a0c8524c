"""How a row named in an address is opened for a visitor, and by which of their seats they may know of it."""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from types import NoneType
from typing import Any, Generic, NamedTuple, Protocol, TypeVar, get_args, get_type_hints

from sqlalchemy.orm import Session

from hrd_cases.door.permissions import Permission
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import Absent, Sentence

Row = TypeVar("Row")


@dataclass(frozen=True)
class Known(Generic[Row]):
    """A row this visitor may know of, and through which office: what they may do to it follows from their seat there.

    Mostly the office it belongs to. Whoever knows it otherwise (shared with their office) knows it through their own.
    None: it is the visitor's own, and no office's.
    """

    row: Row
    through: uuid.UUID | None


class OfOffice(Protocol):
    """A row that is an office's."""

    @property
    def office_id(self) -> Any: ...


Owned = TypeVar("Owned", bound=OfOffice)


def known_to(visitor: Visitor, permission: Permission, row: Owned | None) -> Known[Owned] | None:
    """A row that is known to whoever has this permission in its office, and to nobody else."""
    if row is None or not visitor.allows(permission, row.office_id):
        return None
    return Known(row, row.office_id)


Opener = Callable[..., Known[Any] | None]


class _Registered(NamedTuple):
    """`parents`: what else the address has to name (True) or may name (False), by the opener's own argument."""

    opener: Opener
    parents: dict[str, tuple[type, bool]]
    absent: Sentence | None


_openers: dict[type, _Registered] = {}


def opens(
    kind: type[Row], *, absent: Sentence | None = None
) -> Callable[[Callable[..., Known[Row] | None]], Callable[..., Known[Row] | None]]:
    """Say how a row named in an address is opened: known, or None for whoever may not know of it.

    An opener takes the session, the visitor and the row's id. What it takes besides is opened first, from the same
    address: `case: Case` from `case_id`. It answers None for a child of another parent. `case: Case | None` is None
    where the address does not name it. `absent`: what is said instead, to a stranger as to whoever comes too late.
    """

    def register(opener: Callable[..., Known[Row] | None]) -> Callable[..., Known[Row] | None]:
        _openers[kind] = _Registered(opener, _parents(opener), absent)
        return opener

    return register


def _parents(opener: Callable[..., Any]) -> dict[str, tuple[type, bool]]:
    hints = get_type_hints(opener)
    asked = list(inspect.signature(opener).parameters)[3:]
    found = {}
    for name in asked:
        kinds = [kind for kind in get_args(hints[name]) or (hints[name],) if kind is not NoneType]
        found[name] = (kinds[0], NoneType not in get_args(hints[name]))
    return found


def is_opened(kind: object) -> bool:
    """Is there an opener for what a view asks for?"""
    return kind in _openers


def ids_of(name: str, kind: type) -> tuple[set[str], set[str]]:
    """(what an address must name, what it may name) for this row of a view to be opened."""
    must, may = {f"{name}_id"}, {f"{name}_id"}
    for parent, (parent_kind, needed) in _openers[kind].parents.items():
        above, perhaps = ids_of(parent, parent_kind)
        must |= above if needed else set()
        may |= perhaps
    return must, may


class Opening:
    """The rows that one address names, opened for one visitor: each once, parents first.

    All are known through the same office: what one may do in the first row's says nothing of the second's.
    """

    def __init__(self, session: Session, visitor: Visitor | None, ids: dict[str, Any]) -> None:
        self._session, self._visitor, self._ids = session, visitor, ids
        self._rows: dict[str, Any] = {}
        self.through: uuid.UUID | None = None

    def open(self, name: str, kind: type) -> Any:
        """Raises Absent for whoever may not know of it, and for a child of another parent."""
        if name not in self._rows:
            self._rows[name] = self._opened(name, kind)
        return self._rows[name]

    def _opened(self, name: str, kind: type) -> Any:
        opener, parents, absent = _openers[kind]
        if self._visitor is None:
            raise Absent
        above = {
            parent: self.open(parent, parent_kind) if needed or f"{parent}_id" in self._ids else None
            for parent, (parent_kind, needed) in parents.items()
        }
        known = opener(self._session, self._visitor, self._ids[f"{name}_id"], **above)
        if known is None or (self._rows and known.through != self.through):
            raise Absent.saying(absent)
        self.through = known.through
        return known.row
