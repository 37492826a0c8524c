"""Rows. `Base` for clear rows; the sealed attributes of a `FolderRecord` travel in one blob per row and sleeve (DESIGN
§3).

What the author of a model writes is one word per attribute:

    class Hearing(FolderRecord):
        __tablename__ = "hearings"
        state: Mapped[str] = bound()                       # clear, but a rule reads it: tied to the file blob
        court: Sealed[str] = sealed()
        informant: Sealed[str | None] = sealed(sleeve=Sleeve.SOURCES, default=None)

A blob is opened at the first use of one of its attributes and resealed before the flush that follows a change. The
opened page is kept beside the ciphertext *object* it came from: another object (refresh, rollback, expiry) means it is
opened again.

What is sealed under the file's key says which other sleeves a row has a part in: one that was cut out fails its check,
also for whoever does not hold its key. It is said when a part is first written, which therefore takes the file's key.
"""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, StrEnum
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Generic,
    Literal,
    NamedTuple,
    Protocol,
    TypeVar,
    Union,
    cast,
    dataclass_transform,
    get_args,
    get_origin,
    overload,
)

import msgspec
from sqlalchemy import LargeBinary, MetaData, Table, delete, event, inspect, update
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    declared_attr,
    mapped_column,
    object_session,
    relationship,
)
from sqlalchemy.orm.attributes import flag_modified, set_committed_value
from sqlalchemy.orm.util import identity_key

from hrd_cases.db import UtcDateTime, rows_touched
from hrd_cases.errors import Destroyed, Locked, Tampered
from hrd_cases.vault.envelope import Place, RecordCipher, header

T = TypeVar("T")
Row = TypeVar("Row", bound="FolderRecord")

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Sleeve(StrEnum):
    """A part of a folder with a key of its own."""

    FILE = "file"
    SOURCES = "sources"
    PAYMENTS = "payments"


PARTS = (Sleeve.SOURCES, Sleeve.PAYMENTS)
"""In the order of their bits in a file blob: a new sleeve goes to the end."""
_SAYS_PARTS = 0x80
"""Set in the first byte of a file blob whose second byte says in which other sleeves the row has a part."""


class Keys(Protocol):
    """What a session opens and seals with: `Session.info["keys"]`. keys.ring has the real one."""

    def to_open(self, folder_id: uuid.UUID, sleeve: Sleeve, key_epoch: int) -> RecordCipher: ...
    def to_seal(self, folder_id: uuid.UUID, sleeve: Sleeve) -> RecordCipher: ...


class SealedWrite(NamedTuple):
    """One blob as it was written: the audit keeps these, so that a row rolled back is found out."""

    table: str
    row_id: uuid.UUID
    sleeve: str
    """The sleeve, or the part of a row that is sealed under other names: the column is `sealed_<it>`. Of a wrapped key,
    which of them (keys/wraps.py)."""
    blob_version: int
    blob: bytes
    tied: bytes = b""
    """What the row says in clear of what it belongs to (`tied_to`): a row moved or dated anew is found out too."""


class Sealed(Generic[T]):
    """An attribute inside a blob. On the class it is a name that no query can use; on a row it is its value."""

    def __init__(self, sleeve: Sleeve, default: Any) -> None:
        self.sleeve = sleeve
        self.default = default
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, row: None, owner: type) -> Sealed[T]: ...
    @overload
    def __get__(self, row: FolderRecord, owner: type) -> T: ...
    def __get__(self, row: FolderRecord | None, owner: type) -> Sealed[T] | T:
        if row is None:
            return self
        return cast(T, getattr(_page(row, self.sleeve).values, self.name))

    def __set__(self, row: FolderRecord, value: T) -> None:
        page = _page(row, self.sleeve)
        setattr(page.values, self.name, value)
        page.changed = True
        if inspect(row).persistent:
            flag_modified(row, _column(self.sleeve))

    if not TYPE_CHECKING:  # a type checker must find nothing here that a query would take

        def _refuse(self, *_: object) -> Any:
            raise TypeError(f"{self.name} is sealed: no query can compare, sort or select it")

        __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
        __hash__ = None
        __clause_element__ = property(_refuse)


_REQUIRED = msgspec.NODEFAULT


def sealed(*, sleeve: Sleeve = Sleeve.FILE, default: Any = _REQUIRED) -> Any:
    """Declare a sealed attribute. Tuples, never lists: a list changed in place would be lost without a word."""
    return Sealed(sleeve, default)


def bound(*columns: Any, **options: Any) -> Any:
    """A clear column that a rule of access, consent or approval reads: a change behind our back makes the blob fail."""
    return mapped_column(*columns, active_history=True, info={"bound": True}, **options)


@dataclass_transform(kw_only_default=True, field_specifiers=(mapped_column, relationship, sealed, bound))
class Base(DeclarativeBase):
    """Every table of the main store. Keyword-only; Python-side column defaults hold from construction on."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime}

    def __init__(self, **values: Any) -> None:
        for column in self.__mapper__.columns:
            default: Any = column.default
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
        return f"<{type(self).__name__} {self.__dict__.get('id', '')}>"


@dataclass(slots=True)
class _Page:
    """One opened blob: its values, and the ciphertext object they came from (None while never sealed)."""

    values: Any = field(repr=False)
    ciphertext: bytes | None = field(repr=False)
    blob_version: int
    changed: bool = False
    parts: frozenset[Sleeve] | None = None
    """Of a file's page: in which other sleeves the row has a part. None: it was written before pages said so."""


_SEALED_TABLES: set[str] = set()


class _Shape(NamedTuple):
    """How one sleeve of a class is laid out. `blank` is a row under construction: what is required is a hole (None)."""

    struct: type[msgspec.Struct]
    decoder: msgspec.msgpack.Decoder[Any]
    blank: dict[str, None]


class FolderRecord(Base):
    """A row that belongs to a folder: what is opened and shredded as a whole, and stays with its office."""

    __abstract__ = True
    written_one_by_one = True  # db.HouseSession: no merge, it would pass by the seals
    sealed_schema: ClassVar[int] = 1
    upcasters: ClassVar[dict[int, Any]] = {}
    """By schema number n: a function from the list of values as n wrote them to the list as n + 1 would."""
    _shapes: ClassVar[dict[Sleeve, _Shape]]
    _bound: ClassVar[tuple[str, ...]]

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    folder_id: Mapped[uuid.UUID] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}

    def __init_subclass__(cls, **options: Any) -> None:
        if any(_is_concrete(base) for base in cls.__mro__[1:]):
            raise TypeError(f"{cls.__name__}: a blob is sealed under its table's name; share an abstract class instead")
        attributes = _sealed_attributes(cls)
        cls._shapes = {sleeve: _shape(cls, sleeve, attributes) for sleeve in Sleeve if _in_sleeve(attributes, sleeve)}
        cls._shapes.setdefault(Sleeve.FILE, _shape(cls, Sleeve.FILE, {}))
        if _is_abstract(cls):
            super().__init_subclass__(**options)
            return
        for sleeve in cls._shapes:
            column = mapped_column(_column(sleeve), LargeBinary, nullable=sleeve is not Sleeve.FILE)
            setattr(cls, _column(sleeve), column)
        super().__init_subclass__(**options)
        columns = cls.__mapper__.column_attrs
        cls._bound = tuple(sorted(column.key for column in columns if column.columns[0].info.get("bound")))
        _SEALED_TABLES.add(cls.__tablename__)


def _is_abstract(cls: type) -> bool:
    return bool(cls.__dict__.get("__abstract__"))


def _is_concrete(cls: type) -> bool:
    return issubclass(cls, FolderRecord) and not _is_abstract(cls)


def _sealed_attributes(cls: type) -> dict[str, Sealed[Any]]:
    """A class's sealed attributes, those of its abstract bases first."""
    found: dict[str, Sealed[Any]] = {}
    for base in reversed(cls.__mro__):
        found |= {name: value for name, value in vars(base).items() if isinstance(value, Sealed)}
    return found


def _in_sleeve(attributes: dict[str, Sealed[Any]], sleeve: Sleeve) -> bool:
    return any(attribute.sleeve is sleeve for attribute in attributes.values())


def _column(sleeve: Sleeve) -> str:
    return f"sealed_{sleeve.value}"


def _shape(cls: type, sleeve: Sleeve, attributes: dict[str, Sealed[Any]]) -> _Shape:
    fields: list[Any] = []
    blank: dict[str, None] = {}
    for name, attribute in attributes.items():
        if attribute.sleeve is not sleeve:
            continue
        inner = _type_of(cls, name)
        if attribute.default is _REQUIRED:
            fields.append((name, inner))
            blank[name] = None
        else:
            fields.append((name, inner, attribute.default))
    struct = msgspec.defstruct(
        f"{cls.__name__}_{sleeve.value}",
        fields,
        array_like=True,
        kw_only=True,
        forbid_unknown_fields=True,  # what a newer class wrote is not silently dropped
        namespace={"__repr__": lambda _: "<sealed>"},
    )
    return _Shape(struct, msgspec.msgpack.Decoder(struct), blank)


def _type_of(cls: type, name: str) -> Any:
    owner = next(base for base in cls.__mro__ if name in vars(base).get("__annotations__", {}))
    annotation = owner.__annotations__[name]
    if isinstance(annotation, str):
        annotation = eval(annotation, dict(vars(sys.modules[owner.__module__])))  # noqa: S307 - our own source text
    if cast(Any, get_origin(annotation)) is not Sealed:
        raise TypeError(f"{cls.__name__}.{name} must be annotated Sealed[…]")
    inner = get_args(annotation)[0]
    if not _immutable(inner):
        raise TypeError(
            f"{cls.__name__}.{name}: what can be changed in place would be lost; use tuples of plain values"
        )
    return inner


_PLAIN = (NoneType, bool, int, float, str, bytes, uuid.UUID, datetime, date, time, timedelta, Decimal)


def _immutable(kind: Any) -> bool:
    """Only kinds known to be unchangeable: a list changed in place would never be sealed again."""
    origin = get_origin(kind)
    if origin in (tuple, frozenset, Union, UnionType):
        return all(part is Ellipsis or _immutable(part) for part in get_args(kind))
    if origin is Annotated:
        return _immutable(get_args(kind)[0])
    if kind is None or kind in _PLAIN or origin is Literal:
        return True
    if not isinstance(kind, type):
        return False
    return issubclass(kind, Enum) or (issubclass(kind, msgspec.Struct) and _frozen(kind))


def _frozen(kind: type[msgspec.Struct]) -> bool:
    return kind.__struct_config__.frozen and all(_immutable(part.type) for part in msgspec.structs.fields(kind))


def _keys(row: FolderRecord) -> Keys:
    session = object_session(row)
    keys = session.info.get("keys") if session is not None else None
    if keys is None:
        raise Locked(f"no keys to open {row!r}")
    return cast(Keys, keys)


def _page(row: FolderRecord, sleeve: Sleeve) -> _Page:
    pages: dict[Sleeve, _Page] = row.__dict__.setdefault("_pages", {})
    ciphertext = getattr(row, _column(sleeve))
    page = pages.get(sleeve)
    if page is None or page.ciphertext is not ciphertext:
        page = pages[sleeve] = _opened_page(row, sleeve, ciphertext)
    return page


def _opened_page(row: FolderRecord, sleeve: Sleeve, ciphertext: bytes | None) -> _Page:
    shape = row._shapes[sleeve]
    if ciphertext is None:
        if sleeve is Sleeve.FILE and inspect(row).persistent:
            raise Tampered(f"{row!r} has lost its blob")
        if sleeve is not Sleeve.FILE and inspect(row).persistent:
            _page(row, Sleeve.FILE)  # only it knows whether there was one
        return _Page(shape.struct(**shape.blank), None, 0)
    cipher = _keys(row).to_open(row.folder_id, sleeve, header(ciphertext).key_epoch)
    opened = cipher.open(type(row).__tablename__, _place(row, sleeve, committed=True), ciphertext)
    parts, plaintext = _parts_said(sleeve, opened.plaintext)
    if parts is not None and parts != _parts_there(row):
        raise Tampered(f"a sealed part of {row!r} was cut out, or put there")
    return _Page(_decoded(type(row), shape, plaintext), ciphertext, opened.blob_version, parts=parts)


def _parts_said(sleeve: Sleeve, plaintext: bytes) -> tuple[frozenset[Sleeve] | None, bytes]:
    """What a file blob says of the row's other parts, and the rest of it."""
    if sleeve is not Sleeve.FILE or not plaintext[0] & _SAYS_PARTS:
        return None, plaintext
    parts = frozenset(one for bit, one in enumerate(PARTS) if plaintext[1] >> bit & 1)
    return parts, bytes((plaintext[0] ^ _SAYS_PARTS,)) + plaintext[2:]


def _parts_there(row: FolderRecord) -> frozenset[Sleeve]:
    return frozenset(one for one in PARTS if one in row._shapes and getattr(row, _column(one)) is not None)


def _decoded(cls: type[FolderRecord], shape: _Shape, plaintext: bytes) -> Any:
    schema = plaintext[0]
    if schema > cls.sealed_schema:
        raise Tampered(f"{cls.__name__} was written by a newer version of the programme")
    try:
        if schema == cls.sealed_schema:
            return shape.decoder.decode(plaintext[1:])
        values = msgspec.msgpack.decode(plaintext[1:])
        for number in range(schema, cls.sealed_schema):
            values = cls.upcasters[number](values)
        return msgspec.convert(values, shape.struct)
    except (msgspec.MsgspecError, LookupError) as error:
        raise Tampered(f"{cls.__name__} of schema {schema} cannot be read") from error


def _place(row: FolderRecord, sleeve: Sleeve, *, committed: bool) -> Place:
    tied = _bound_values(row, committed=committed) if sleeve is Sleeve.FILE else b""
    return Place(row.id, row.folder_id, sleeve.value, tied)


def _bound_values(row: FolderRecord, *, committed: bool) -> bytes:
    if not row._bound:
        return b""
    before = inspect(row).committed_state if committed else {}
    values = [(name, _canonical(before.get(name, getattr(row, name)))) for name in row._bound]
    return msgspec.msgpack.encode(values)


def _canonical(value: Any) -> Any:
    """One spelling for a value, whichever database it came from. TypeError for a kind that has none."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("a bound datetime is aware: declare the column UtcDateTime")
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, Decimal):
        # A database may give back more zeros than were written: 1.5 as 1.50.
        return f"{value.normalize() + 0:f}"
    if isinstance(value, date | uuid.UUID):
        return str(value)
    if value is None or isinstance(value, bool | int | str | bytes):
        return value
    raise TypeError(f"a bound column cannot be a {type(value).__name__}: it has no one spelling")


TOP_VERSION = 2**31 - 1


def _mend_versions(session: Session, *_: Any) -> None:
    """A version that nobody counted, or that cannot be counted on, keeps no row from being written: what its blob says
    is written back. Where somebody else wrote the row meanwhile, on PostgreSQL, it stays for the flush to find out.
    """
    for row in (*session.dirty, *session.deleted):
        known = row.__dict__.get("version") if isinstance(row, FolderRecord) else None
        if known is None or 0 < known < TOP_VERSION:
            continue
        table = cast(Table, type(row).__table__)
        mended = _version_said(row)
        written = update(table).where(table.c.id == row.id).values(version=mended)
        if session.get_bind().dialect.name != "sqlite":  # there nobody else writes, and it may be no number at all
            written = written.where(table.c.version == known)
        if rows_touched(session.connection().execute(written)):
            set_committed_value(row, "version", mended)


def _version_said(row: FolderRecord) -> int:
    with suppress(Tampered):
        return min(header(getattr(row, _column(Sleeve.FILE)) or b"").blob_version, TOP_VERSION - 1)
    return 0


def _reseal(session: Session, *_: Any) -> None:
    for row in (*session.new, *session.dirty):
        if isinstance(row, FolderRecord):
            _stays_in_place(row)
            _seal_what_changed(session, row)
    for row in session.deleted:
        if isinstance(row, FolderRecord):
            sealed_writes(session).extend(
                SealedWrite(row.__tablename__, row.id, sleeve, 0, b"") for sleeve in row._shapes
            )


def _seal_what_changed(session: Session, row: FolderRecord) -> None:
    """The file's page last: it says which other parts there are."""
    parts = [one for one in PARTS if one in row._shapes and _needs_sealing(row, one)]
    first = any(getattr(row, _column(one)) is None for one in parts)
    if first:
        _page(row, Sleeve.FILE)  # compared with the parts there are before there is one more
    for one in parts:
        _seal(session, row, one)
    if first or _needs_sealing(row, Sleeve.FILE):
        _seal(session, row, Sleeve.FILE)


def _stays_in_place(row: FolderRecord) -> None:
    state = inspect(row)
    if state.has_identity and not {"id", "folder_id"}.isdisjoint(state.committed_state):
        raise TypeError(f"{row!r} keeps its id and its folder: its blobs are sealed to both")


def _needs_sealing(row: FolderRecord, sleeve: Sleeve) -> bool:
    ciphertext = getattr(row, _column(sleeve))
    page = row.__dict__.get("_pages", {}).get(sleeve)
    if page is not None and page.changed and page.ciphertext is ciphertext:
        return True
    state = inspect(row)
    if not state.has_identity:
        # Added again after a rollback it has its blobs already: they are written anew, so that the trail tells of them.
        return sleeve is Sleeve.FILE or ciphertext is not None
    return sleeve is Sleeve.FILE and any(name in state.committed_state for name in row._bound)


def _seal(session: Session, row: FolderRecord, sleeve: Sleeve) -> None:
    page = _page(row, sleeve)
    missing = [
        name for name, value in _values(page.values) if value is None and getattr(type(row), name).default is _REQUIRED
    ]
    if missing:
        raise TypeError(f"{type(row).__name__} needs {', '.join(missing)}")
    values = msgspec.msgpack.encode(page.values)
    row._shapes[sleeve].decoder.decode(values)  # a value of the wrong type must fail now, not at reading
    said = page.parts or frozenset()  # never less than before, whatever the row looks like now
    parts = said | _parts_there(row) if sleeve is Sleeve.FILE and len(row._shapes) > 1 else None
    plaintext = _begin(row.sealed_schema, parts) + values
    cipher = _keys(row).to_seal(row.folder_id, sleeve)
    version = page.blob_version + 1
    blob = cipher.seal(type(row).__tablename__, version, _place(row, sleeve, committed=False), plaintext)
    setattr(row, _column(sleeve), blob)
    row.__dict__["_pages"][sleeve] = _Page(page.values, blob, version, parts=parts)
    tied = tied_to({name: getattr(row, name) for name in tied_columns(type(row), sleeve)})
    sealed_writes(session).append(SealedWrite(row.__tablename__, row.id, sleeve, version, blob, tied))


def _begin(schema: int, parts: frozenset[Sleeve] | None) -> bytes:
    if parts is None:
        return bytes((schema,))
    return bytes((_SAYS_PARTS | schema, sum(1 << bit for bit, one in enumerate(PARTS) if one in parts)))


def tied_columns(kind: type[Any], sleeve: str) -> tuple[str, ...]:
    """The clear columns that a blob of a row is sealed to, beside its id."""
    if not issubclass(kind, FolderRecord):
        return ()
    return ("folder_id", *(kind._bound if sleeve == Sleeve.FILE else ()))


def tied_to(values: Mapping[str, Any]) -> bytes:
    """What a row says in its `tied_columns`, as the trail takes it into the hash of a blob."""
    return msgspec.msgpack.encode([(name, _canonical(value)) for name, value in values.items()]) if values else b""


def _values(page: Any) -> Iterable[tuple[str, Any]]:
    return ((name, getattr(page, name)) for name in page.__struct_fields__)


def sealed_writes(session: Session) -> list[SealedWrite]:
    """Every blob this session has written so far: the audit takes them into its entry."""
    return cast(list[SealedWrite], session.info.setdefault("sealed_writes", []))


def delete_by_id(session: Session, kind: type[FolderRecord], row_id: uuid.UUID) -> None:
    """Delete one row, whatever its other columns say: what somebody planted in one of them keeps nothing here. The
    trail is told as of any row; of none there is, it is told nothing.
    """
    table = cast(Table, kind.__table__)
    row = session.identity_map.get(identity_key(kind, row_id))
    if row is not None:
        session.expunge(row)
    if rows_touched(session.connection().execute(delete(table).where(table.c.id == row_id))):
        gone = (SealedWrite(kind.__tablename__, row_id, sleeve, 0, b"") for sleeve in kind._shapes)
        sealed_writes(session).extend(gone)


def _refuse_bulk(state: ORMExecuteState) -> None:
    table = getattr(state.statement, "table", None)
    if (state.is_update or state.is_insert or state.is_delete) and getattr(table, "name", "") in _SEALED_TABLES:
        raise TypeError("sealed rows are written one by one: a bulk statement would pass by their seals and the trail")


event.listen(Session, "before_flush", _mend_versions)
event.listen(Session, "before_flush", _reseal)
event.listen(Session, "do_orm_execute", _refuse_bulk)


class Parted(NamedTuple, Generic[Row]):
    """Rows by what became of their file blob: it opens, it fails its check or its key is nowhere, or it is not here."""

    good: list[Row]
    damaged: list[Row]
    locked: list[Row]


def opened(rows: Sequence[Row]) -> Parted[Row]:
    """Part rows, each judged by itself: a planted one hides no other."""
    parted: Parted[Row] = Parted([], [], [])
    for row in rows:
        try:
            _page(row, Sleeve.FILE)
            parted.good.append(row)
        except (Tampered, Destroyed):
            parted.damaged.append(row)
        except Locked:
            parted.locked.append(row)
    return parted
