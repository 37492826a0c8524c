"""Rows. `Base` for clear rows; `Sealed` attributes travel in one blob per row and sleeve (DESIGN §3).

What the author of a model writes is one word per attribute:

    class Hearing(FolderRecord):
        __tablename__ = "hearings"
        state: Mapped[str] = bound()                       # clear, but a rule reads it: tied to the blob
        court: Sealed[str] = sealed()
        informant: Sealed[str | None] = sealed(sleeve=Sleeve.SOURCES, default=None)
"""

from __future__ import annotations

from typing import Any, dataclass_transform

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase, mapped_column, relationship

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


@dataclass_transform(kw_only_default=True, field_specifiers=(mapped_column, relationship))
class Base(DeclarativeBase):
    """Every table of the main store. Keyword-only; Python-side column defaults hold from construction on."""

    metadata = MetaData(naming_convention=NAMES)

    def __init__(self, **values: Any) -> None:
        for column in self.__mapper__.columns:
            default = column.default
            key = self.__mapper__.get_property_by_column(column).key
            if key not in values and default is not None and default.is_scalar:
                values[key] = default.arg
            elif key not in values and default is not None and default.is_callable:
                values[key] = default.arg(None)
        unknown = [name for name in values if not hasattr(type(self), name)]
        if unknown:
            raise TypeError(f"{type(self).__name__} has no attribute {', '.join(unknown)}")
        for name, value in values.items():
            setattr(self, name, value)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {getattr(self, 'id', '')}>"
