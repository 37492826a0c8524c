"""Somebody may write every table and every file, and holds no member's passphrase. Each thing they try is refused, or
the check of the trail finds it; nobody's page shows what they planted as if it were true (SECURITY.md, promise 2).
"""

from __future__ import annotations

import contextlib
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
import time_machine
from sqlalchemy import delete, select, text, update

from hrd_cases import demo
from hrd_cases.accounts import kept
from hrd_cases.accounts.credentials import lock_seed, open_address, seal_totp
from hrd_cases.accounts.models import Invitation, KeptForm, Member, SessionRow, TryBucket
from hrd_cases.accounts.sessions import name_of
from hrd_cases.audit.daily_count import DailyCount
from hrd_cases.audit.events import Event
from hrd_cases.audit.models import AuditEntry, AuditHead
from hrd_cases.audit.trail import record
from hrd_cases.errors import Absent, Locked, Refused, Tampered
from hrd_cases.keys.chain import Charters, Pins, seal_pins
from hrd_cases.keys.charter import (
    Act,
    Charter,
    Coverage,
    Seat,
    Signature,
    charter_hash,
    decode,
    encode,
    encode_signatures,
    sign,
)
from hrd_cases.keys.issue import publish_keys
from hrd_cases.keys.models import (
    CharterDraft,
    CharterRow,
    Circle,
    CircleGrant,
    CoverageRow,
    CustodyShare,
    KeyRing,
    Letter,
    PublicKeys,
    Revocation,
    SeatRow,
)
from hrd_cases.keys.roles import Role
from hrd_cases.offices import charters as acts
from hrd_cases.offices import seating
from hrd_cases.offices.members import revoke_member, suspend_member
from hrd_cases.offices.models import Notice, NoticeReading
from hrd_cases.offices.notices import send_notice
from hrd_cases.vault.identity import KeyPair, new_seed
from hrd_cases.vault.words import six_words
from tests.attacks.past_our_code import findings, office, tables
from tests.world import World

MINE = KeyPair(bytes(range(32)))
"""The attacker's own keys."""
TODAY = datetime.now(UTC).date()
OFFICER, HEAD, COLLEAGUE = "officer.cairo", "head.cairo", "deputy.cairo"
SECRET = "The hearing was moved to Sunday."


@pytest.fixture
def told(world: World) -> World:
    """The world with a notice that was folded into Cairo's folder, and a trail without a finding."""
    with world.acting("desk.hq") as (session, sender):
        send_notice(session, sender, office(world, session), "Hearing", SECRET, datetime.now(UTC))
    assert SECRET in world.client(OFFICER).get("/").text
    assert findings(world) == []
    return world


def cairo(world: World) -> uuid.UUID:
    return world.demonstration.offices["DEL_EGY"]


def member(world: World, name: str) -> uuid.UUID:
    return world.demonstration.members[name]


def newest(world: World, office_id: uuid.UUID) -> Charter:
    with world.database.main.reading() as session:
        query = select(CharterRow.body).where(CharterRow.office_id == office_id).order_by(CharterRow.number.desc())
        return decode(session.scalars(query).first() or b"")


def planted_charter(world: World, charter: Charter, *signatures: Signature) -> None:
    with tables(world) as session:
        publish_keys(session, uuid.uuid5(uuid.NAMESPACE_DNS, "attacker"), MINE.bundle)
        body = encode(charter)
        session.add(
            CharterRow(
                hash=charter_hash(body),
                office_id=charter.office_id,
                number=charter.number,
                body=body,
                signatures=encode_signatures(signatures),
            )
        )


def following(world: World, office_id: uuid.UUID, **changes: Any) -> Charter:
    before = newest(world, office_id)
    headquarters = newest(world, world.demonstration.offices["HQ"])
    standing = {
        "number": before.number + 1,
        "previous": before.hash,
        "authority": headquarters.hash,
        "issued_at": datetime.now(UTC),
    }
    return msgspec.structs.replace(before, **(standing | changes))


def mine(role: Role, member_id: uuid.UUID) -> Seat:
    return Seat(member_id, role, TODAY, None, MINE.fingerprint)


def refused_charter(world: World, office_id: uuid.UUID) -> None:
    """Whoever relies on their pins refuses the chain, whatever their process has seen before; the check names it."""
    with world.database.main.reading() as session:
        for name in (OFFICER, "head1.hq"):
            pins = _pins(world, name)
            with pytest.raises(Tampered):
                Charters(session, pins).of(office_id)
    assert "a charter that no act put in force" in findings(world)


def _pins(world: World, name: str) -> Pins:
    cookie = world.demonstration.cookies[name]
    with world.database.shred.reading() as shred, world.database.main.reading() as session:
        visitor = world.house.sessions.find_visitor(session, shred, cookie)
        assert visitor is not None
        return visitor.charters.pins


# -- becoming somebody


def test_they_write_themselves_into_the_table_of_seats(told: World) -> None:
    with tables(told) as session:
        for role in ("head", "headquarters_head", "auditor", "administrator"):
            for name in (COLLEAGUE, "finance.minsk"):
                row = SeatRow(office_id=cairo(told), member_id=member(told, name), role=role, since=TODAY, until=None)
                session.add(row)
    with told.acting(COLLEAGUE) as (_, visitor):
        assert visitor.roles == {Role.DEPUTY}
    assert told.client(COLLEAGUE).get("/trail").status_code == 403
    assert told.client("finance.minsk").get(f"/offices/{cairo(told)}/members").status_code == 403
    assert "the seats shown are not those of the charter" in findings(told)


def test_they_sign_a_charter_that_makes_them_head(told: World) -> None:
    accomplice = member(told, "finance.minsk")
    charter = following(told, cairo(told), seats=(*newest(told, cairo(told)).seats, mine(Role.HEAD, accomplice)))
    planted_charter(told, charter, sign(charter, accomplice, MINE), sign(charter, member(told, HEAD), MINE))
    refused_charter(told, cairo(told))
    answer = told.client(OFFICER).get("/")
    assert answer.status_code == 409
    assert SECRET not in answer.text


def test_they_sign_a_charter_that_makes_them_a_head_of_headquarters(told: World) -> None:
    headquarters = told.demonstration.offices["HQ"]
    seats = (*newest(told, headquarters).seats, mine(Role.HEADQUARTERS_HEAD, uuid.uuid4()))
    charter = following(told, headquarters, seats=seats, authority=newest(told, headquarters).hash)
    names = [member(told, name) for name in ("head1.hq", "head2.hq")]
    planted_charter(told, charter, *(sign(charter, name, MINE) for name in names))
    refused_charter(told, headquarters)


def test_they_add_a_country_to_an_office(told: World) -> None:
    with tables(told) as session:
        session.add(CoverageRow(office_id=cairo(told), country="LY", since=TODAY, until=None))
    with told.acting("desk.hq") as (_, visitor):
        assert visitor.charters.primary_office("LY", TODAY) is None
    assert "the countries shown are not those of the charter" in findings(told)
    countries = (*newest(told, cairo(told)).countries, Coverage("LY", TODAY))
    charter = following(told, cairo(told), act=Act.COVERAGE, countries=countries)
    planted_charter(told, charter, sign(charter, member(told, HEAD), MINE))
    refused_charter(told, cairo(told))


def test_they_found_a_headquarters_of_their_own(told: World) -> None:
    """Whoever has pinned the true root sees nothing of it; a newcomer is asked for the words of the true one."""
    names = (uuid.uuid4(), uuid.uuid4())
    root = newest(told, told.demonstration.offices["HQ"])
    other = KeyPair(bytes(reversed(range(32))))
    founding = msgspec.structs.replace(
        root, office_id=uuid.uuid4(), number=1, previous=b"", authority=b"", act=Act.FOUNDING, marks=(), ended=(),
        seats=(mine(Role.HEADQUARTERS_HEAD, names[0]), Seat(names[1], Role.HEADQUARTERS_HEAD, TODAY, None, other.fingerprint)),  # noqa: E501
        circles=tuple(msgspec.structs.replace(c, epoch=0, fingerprint=b"") for c in root.circles),
    )  # fmt: skip
    with tables(told) as session:
        publish_keys(session, names[1], other.bundle)
    planted_charter(told, founding, sign(founding, names[0], MINE), sign(founding, names[1], other))
    with told.acting(OFFICER) as (_, visitor):
        assert visitor.charters.headquarters_id == told.demonstration.offices["HQ"]
        with pytest.raises(Tampered):
            visitor.charters.of(founding.office_id)
    assert "a charter that no act put in force" in findings(told)


def test_they_change_the_chartered_fingerprint(told: World) -> None:
    charter = newest(told, cairo(told))
    seats = tuple(
        msgspec.structs.replace(seat, fingerprint=MINE.fingerprint) if seat.member_id == member(told, OFFICER) else seat
        for seat in charter.seats
    )
    with tables(told) as session:
        row = session.get_one(CharterRow, charter.hash)
        row.body = encode(msgspec.structs.replace(charter, seats=seats))
    told.house.database.dispose()
    with told.database.main.reading() as session:
        assert session.get_one(CharterRow, charter.hash).body != b""
    assert "this charter's text is not the one that was signed" in findings(told)
    _in_a_new_process()
    assert told.client(COLLEAGUE).get("/").status_code == 409


def _in_a_new_process() -> None:
    from tests.keys.cast import forget_everything

    forget_everything()


# -- becoming a reader


def newcomer(world: World) -> uuid.UUID:
    """An officer who has enrolled, and whom the head has seated: nobody has handed over yet."""
    world.demonstration._enrol("newcomer.cairo", cairo(world), Role.LIAISON_OFFICER)
    vouched(world, member(world, "newcomer.cairo"))
    return member(world, "newcomer.cairo")


def vouched(world: World, newcomer_id: uuid.UUID) -> None:
    """The head has heard the newcomer's own words, and types them."""
    with world.acting(HEAD) as (session, head):
        row = session.get_one(Member, newcomer_id)
        seating.vouch(
            session, head, office(world, session), row, world.demonstration.words[newcomer_id], datetime.now(UTC)
        )


def test_they_swap_a_newcomer_s_public_key_before_the_circle_is_handed_over(told: World) -> None:
    newcomer_id = newcomer(told)
    with tables(told) as session:
        session.execute(update(PublicKeys).where(PublicKeys.member_id == newcomer_id).values(bundle=MINE.bundle))
    assert told.client(OFFICER).get("/").status_code == 200  # the page stands; nothing was handed over
    with told.database.main.reading() as session:
        assert session.query(CircleGrant).filter_by(member_id=newcomer_id).count() == 0


def test_they_put_their_key_in_a_newcomer_s_place_before_the_head_hears_the_words(told: World) -> None:
    told.demonstration._enrol("newcomer.cairo", cairo(told), Role.LIAISON_OFFICER)
    newcomer_id = member(told, "newcomer.cairo")
    with tables(told) as session:
        publish_keys(session, newcomer_id, MINE.bundle)
        session.get_one(Member, newcomer_id).fingerprint = MINE.fingerprint
    with told.app.test_request_context("/"), pytest.raises(Refused, match="not theirs"):
        vouched(told, newcomer_id)


def test_they_use_a_newcomer_s_invitation(told: World) -> None:
    """They write a code of their own into the table and enrol first: the words they would have to read are not known
    to be the newcomer's, and the head who knows the newcomer's voice hears them from nobody else."""
    told.demonstration._enrol("newcomer.cairo", cairo(told), Role.LIAISON_OFFICER)
    with tables(told) as session:
        row = session.get_one(Member, member(told, "newcomer.cairo"))
        row.fingerprint = publish_keys(session, row.id, MINE.bundle)
        session.execute(delete(Invitation))
    spoken = told.demonstration.words[member(told, "newcomer.cairo")]
    assert spoken != six_words(MINE.fingerprint)


def test_they_raise_a_newcomer_s_role_before_the_head_signs(told: World) -> None:
    """A head's seat is for two heads of headquarters: it stays a proposal."""
    told.demonstration._enrol("newcomer.cairo", cairo(told), Role.LIAISON_OFFICER)
    with tables(told) as session:
        session.get_one(Member, member(told, "newcomer.cairo")).invited_role = "head"
    before = newest(told, cairo(told))
    with told.app.test_request_context("/"), contextlib.suppress(Refused):
        vouched(told, member(told, "newcomer.cairo"))
    assert newest(told, cairo(told)).heads(TODAY) == before.heads(TODAY)


def test_they_alter_a_draft_between_two_signatures(told: World) -> None:
    with told.acting("head1.hq") as (session, head):
        acts.change_coverage(session, head, office(told, session), ("EG", "SD"), datetime.now(UTC))
    with tables(told) as session:
        draft = session.query(CharterDraft).one()
        charter = decode(draft.body)
        draft.body = encode(msgspec.structs.replace(charter, countries=(*charter.countries, Coverage("LY", TODAY))))
        altered = charter_hash(draft.body).hex()
    with told.app.test_request_context("/"), told.acting("head2.hq") as (session, head):
        draft = session.query(CharterDraft).one()
        with pytest.raises(Refused, match="exchanged meanwhile"):
            acts.sign_draft(session, head, draft, {}, charter.hash.hex())  # the page showed the true one
        with pytest.raises(Tampered):
            acts.sign_draft(session, head, draft, {}, altered)  # the page showed the altered one
    assert {c.country for c in newest(told, cairo(told)).countries} == {"EG"}


def test_they_replay_a_removed_member_s_grant(told: World) -> None:
    with told.database.main.reading() as session:
        grants = session.query(CircleGrant).filter_by(member_id=member(told, OFFICER)).all()
        columns = [column.key for column in CircleGrant.__table__.columns]
        rows = [{name: getattr(grant, name) for name in columns} for grant in grants]
        sessions = session.query(SessionRow).filter_by(member_id=member(told, OFFICER)).all()
        ended = [{c.key: getattr(row, c.key) for c in SessionRow.__table__.columns} for row in sessions]
    with told.acting(HEAD) as (session, head):
        revoke_member(session, head, session.get_one(Member, member(told, OFFICER)), datetime.now(UTC))
    assert told.client(COLLEAGUE).get("/").status_code == 200  # renewed
    with tables(told) as session:
        session.add_all(CircleGrant(**row) for row in rows)
        session.add_all(SessionRow(**row) for row in ended)
        session.get_one(Member, member(told, OFFICER)).revoked_at = None
    assert told.client(OFFICER).get("/").status_code == 303  # to sign in: the revocation stands
    with tables(told) as session:
        session.execute(delete(Revocation))
    assert told.client(OFFICER).get("/").location == "/waiting"  # no charter seats them
    with told.acting(OFFICER) as (session, visitor):
        assert not visitor.seats
        entry = newest(told, cairo(told)).circles[0]
        with pytest.raises(Locked):
            visitor.ring.seed(entry.circle_id, entry.epoch)
    assert "a revocation was taken away" in findings(told)
    assert "a member whose access was ended has it again" in findings(told)


def test_they_take_over_an_account_with_keys_of_their_own(told: World) -> None:
    """Their passphrase, their authenticator, their keys, under the officer's name: signed in, and seated nowhere."""
    settings, officer = told.house.settings, member(told, OFFICER)
    with tables(told) as session:
        row = session.get_one(Member, officer)
        row.passphrase_lock = lock_seed(settings, officer, MINE.seed, "the attacker's own words")
        row.totp_sealed, row.totp_last_step = seal_totp(officer, MINE, demo.totp_secret(OFFICER)), 0
        row.fingerprint = publish_keys(session, officer, MINE.bundle)
        root = newest(told, told.demonstration.offices["HQ"])
        chain = session.scalars(
            select(CharterRow).where(CharterRow.office_id == root.office_id, CharterRow.number == 1)
        )
        session.get_one(KeyRing, officer).sealed = seal_pins(Pins(chain.one().hash), MINE, officer)
    browser = told.client()
    browser.get("/sign-in")
    form = {"sign_in": OFFICER, "passphrase": "the attacker's own words", "code": demo.current_code(OFFICER)}
    assert browser.post("/sign-in", form).status_code == 303
    assert browser.get("/").location == "/waiting"
    assert browser.get(f"/offices/{cairo(told)}/members").location == "/waiting"
    for name in (COLLEAGUE, HEAD):
        told.client(name).get("/")
    assert browser.get("/").location == "/waiting"
    with told.database.main.reading() as session:
        grants = session.query(CircleGrant).filter_by(member_id=officer)
        assert MINE.fingerprint not in {grant.fingerprint for grant in grants}


def test_they_mark_a_circle_as_renewed_that_is_not(told: World) -> None:
    """Somebody left; the mark is taken away so that writing goes on under the key they know. The charters tell."""
    with told.acting("admin.hq") as (session, admin):  # who holds no key: it waits for the next holder
        revoke_member(session, admin, session.get_one(Member, member(told, OFFICER)), datetime.now(UTC))
    before = newest(told, cairo(told)).circles[0].epoch
    with tables(told) as session:
        session.execute(update(Circle).values(due_since=None))
    with pytest.raises(Refused, match="changing its keys"), told.acting("desk.hq") as (session, sender):
        send_notice(session, sender, office(told, session), "s", "t", datetime.now(UTC))
    told.client(COLLEAGUE).get("/")
    assert newest(told, cairo(told)).circles[0].epoch == before + 1


def test_they_name_themselves_a_custodian(told: World) -> None:
    with tables(told) as session:
        rows = session.query(CustodyShare).all()
        for row in rows:
            row.outer_id, row.outer_fingerprint = uuid.uuid4(), MINE.fingerprint
    told.client(OFFICER).get("/")
    with told.database.main.reading() as session:
        circle = newest(told, cairo(told)).circles[0]
        shares = session.query(CustodyShare).filter_by(circle_id=circle.circle_id).all()
        assert shares
        assert MINE.fingerprint not in {row.outer_fingerprint for row in shares}


# -- changing what is read


def test_they_plant_a_letter(told: World) -> None:
    with tables(told) as session:
        letter = session.query(Letter).one()
        columns = {c.key: getattr(letter, c.key) for c in Letter.__table__.columns}
        session.add(Letter(**(columns | {"id": uuid.uuid4(), "folded_at": None})))
    assert told.client(OFFICER).get("/").text.count(SECRET) == 1
    assert "a letter that nobody sent" in findings(told)


@pytest.mark.parametrize("how", ["taken away", "marked as folded", "shown as waiting"])
def test_they_hide_a_letter(told: World, how: str) -> None:
    with told.acting("desk.hq") as (session, sender):
        letter_id = send_notice(session, sender, office(told, session), "s", "another", datetime.now(UTC)).id
    if how == "shown as waiting":
        told.client(OFFICER).get("/")
    with tables(told) as session:
        letter = session.get_one(Letter, letter_id)
        if how == "taken away":
            session.delete(letter)
        else:
            letter.folded_at = datetime.now(UTC) if how == "marked as folded" else None
    expected = (
        "a letter was taken away" if how == "taken away" else "a letter was marked as done, or as waiting, by no act"
    )
    assert expected in findings(told)


def put_away(world: World, name: str) -> uuid.UUID:
    with world.database.main.reading() as session:
        notice = session.scalars(select(Notice.id)).one()
    assert world.client(name).post(f"/notices/{notice}/put-away").status_code == 303
    return notice


def planted_reading(world: World, notice: uuid.UUID, name: str, read_at: datetime) -> None:
    with tables(world) as session:
        session.add(NoticeReading(notice_id=notice, member_id=member(world, name), read_at=read_at))


def test_they_put_a_notice_away_for_a_colleague(told: World) -> None:
    """It stays on the colleague's Today, headquarters is not told that it was read, and the colleague may read it."""
    notice = put_away(told, OFFICER)
    assert findings(told) == []
    with tables(told) as session:
        read_at = session.get_one(NoticeReading, (notice, member(told, OFFICER))).read_at
    planted_reading(told, notice, COLLEAGUE, read_at)
    assert findings(told) == ["a notice that nobody put away is shown as read"]
    assert SECRET in told.client(COLLEAGUE).get("/").text
    assert SECRET not in told.client(COLLEAGUE).get("/notices").text
    page = told.client("desk.hq").get(f"/offices/{cairo(told)}/notices").text
    assert OFFICER in page
    assert COLLEAGUE not in page
    put_away(told, COLLEAGUE)
    assert SECRET not in told.client(COLLEAGUE).get("/").text
    assert COLLEAGUE in told.client("desk.hq").get(f"/offices/{cairo(told)}/notices").text
    assert findings(told) == []


def test_they_hide_that_a_notice_was_read(told: World) -> None:
    put_away(told, OFFICER)
    with tables(told) as session:
        session.execute(delete(NoticeReading))
    assert findings(told) == ["a notice that was put away is shown as not read"]


def test_what_was_put_away_for_everybody_long_ago_is_told_apart(told: World) -> None:
    """Before each put notices away for themselves one act did it for the whole office: then all rows are of its moment.
    A row of any other moment is planted.
    """
    with told.acting(OFFICER) as (session, _):
        notice, now = session.scalars(select(Notice.id)).one(), datetime.now(UTC)
        record(session, Event.NOTICE_PUT_AWAY, notice=notice)
    for name in (OFFICER, COLLEAGUE):
        planted_reading(told, notice, name, now)
    assert findings(told) == []
    assert SECRET in told.client(COLLEAGUE).get("/notices").text
    planted_reading(told, notice, HEAD, now + timedelta(hours=1))
    assert findings(told) == ["a notice that nobody put away is shown as read"]
    assert SECRET in told.client(HEAD).get("/").text


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("office_id", uuid.UUID(int=5).hex),
        ("sent_at", "2020-01-01 00:00:00.000000"),
        ("folder_id", uuid.UUID(int=6).hex),
    ],
)
def test_they_edit_a_bound_column(told: World, column: str, value: str) -> None:
    with told.database.main.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text(f"UPDATE notices SET {column} = :value"), {"value": value})
    with told.acting(OFFICER) as (session, _), pytest.raises((Tampered, Locked)):
        assert session.scalars(select(Notice)).one().text
    answer = told.client(OFFICER).get("/")
    assert (answer.status_code, SECRET in answer.text) == (200, False)


def test_they_restore_an_older_row(told: World) -> None:
    """It opens, for it was written by us; the check of the trail says that it is not the last one."""
    with told.database.main.reading() as session:
        older = session.execute(text("SELECT sealed_file, version FROM notices")).one()
    with told.acting(OFFICER) as (session, _):
        notice = session.scalars(select(Notice)).one()
        notice.text = "A correction."
        record(session, Event.NOTICE_PUT_AWAY, notice=notice.id)
    with told.database.main.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE notices SET sealed_file = :blob"), {"blob": older.sealed_file})
    assert findings(told) == ["this row was set back to an older state"]


def test_they_take_a_row_away(told: World) -> None:
    with told.database.main.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("DELETE FROM notices"))
    assert findings(told) == ["this row is gone"]


def test_they_rewrite_the_trail(told: World) -> None:
    with told.database.main.reading() as session:
        head = session.scalars(select(AuditHead)).one()
        mailed = DailyCount(head.number, head.hash)
    with tables(told) as session:
        session.execute(delete(AuditEntry).where(AuditEntry.number == mailed.number))
        before = session.get_one(AuditEntry, mailed.number - 1)
        session.execute(update(AuditHead).values(number=before.number, hash=before.hash))
    assert "an entry that was mailed out is missing" in findings(told, mailed)


# -- sessions, locks and codes


def test_they_delete_a_key_ring(told: World) -> None:
    """What the member has pinned is gone: they are asked for the words of the root, and enter nothing before."""
    with tables(told) as session:
        session.execute(delete(KeyRing).where(KeyRing.member_id == member(told, OFFICER)))
    answer = told.client(OFFICER).get("/")
    assert (answer.status_code, answer.location) == (303, "/waiting")
    assert told.client(COLLEAGUE).get("/").status_code == 200


def test_they_exchange_key_rings(told: World) -> None:
    with tables(told) as session:
        rings = {row.member_id: row for row in session.query(KeyRing)}
        mine_, theirs = rings[member(told, OFFICER)], rings[member(told, COLLEAGUE)]
        mine_.sealed, theirs.sealed = theirs.sealed, mine_.sealed
    assert told.client(OFFICER).get("/").status_code == 409


def test_they_set_a_key_ring_and_the_charters_back(told: World) -> None:
    """A member whose pins are set back with the charters cannot know; the check of the trail does."""
    with told.database.main.reading() as session:
        older = session.get_one(KeyRing, member(told, OFFICER)).sealed
        before = newest(told, cairo(told))
    newcomer(told)
    told.client(OFFICER).get("/")
    with tables(told) as session:
        session.get_one(KeyRing, member(told, OFFICER)).sealed = older
        session.execute(
            delete(CharterRow).where(CharterRow.office_id == cairo(told), CharterRow.number > before.number)
        )
    assert told.client(HEAD).get("/").status_code == 409
    assert "a charter was taken away" in findings(told)


def test_they_clear_a_pause(told: World) -> None:
    with told.acting(HEAD) as (session, head):
        suspend_member(session, head, session.get_one(Member, member(told, OFFICER)), datetime.now(UTC))
    with tables(told) as session:
        session.get_one(Member, member(told, OFFICER)).suspended_at = None
    assert "a suspended member was let in again by no act" in findings(told)


@pytest.mark.parametrize("column", ["member_id", "sealed", "id", "everything"])
def test_they_swap_session_rows(told: World, column: str) -> None:
    """The sealed part is tied to its row and to its member: an officer's cookie opens nobody else's session."""
    names = (name_of(told.demonstration.cookies[name]) for name in (OFFICER, "head1.hq"))
    with tables(told) as session:
        one, other = (session.get_one(SessionRow, name) for name in names)
        if column == "id":
            session.execute(delete(SessionRow).where(SessionRow.id == one.id))
            session.execute(update(SessionRow).where(SessionRow.id == other.id).values(id=one.id))
        elif column == "everything":
            one.member_id, one.sealed, one.keeping_sealed = other.member_id, other.sealed, other.keeping_sealed
        else:
            setattr(one, column, getattr(other, column))
    answer = told.client(OFFICER).get("/")
    assert answer.status_code in (303, 401)
    assert SECRET not in answer.text


def test_they_make_a_session_last_longer(told: World) -> None:
    """The end and the second factor are sealed in it; what is clear only says when it was last seen, and a time that
    is still to come opens nothing.
    """
    now = datetime.now(UTC)
    in_a_day = now + timedelta(days=1)
    with tables(told) as session:
        session.execute(update(SessionRow).values(began_at=in_a_day, seen_at=in_a_day))
    assert told.client(OFFICER).get("/").status_code != 200
    over = now + timedelta(hours=told.house.settings.session_hours, minutes=1)
    with time_machine.travel(over), tables(told) as session:
        session.execute(update(SessionRow).values(began_at=over, seen_at=over))
    with time_machine.travel(over):
        assert told.client(OFFICER).get("/").status_code != 200
    in_a_while = now + timedelta(minutes=10)
    with tables(told) as session:
        session.execute(update(SessionRow).values(began_at=in_a_while, seen_at=in_a_while))
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=10)), told.acting("head1.hq") as (_, visitor):
        assert not visitor.has_fresh_factor(datetime.now(UTC))


def test_they_put_back_the_keys_of_a_locked_session(told: World) -> None:
    """From a copy, and with the cookie too: it opens until its own end and no longer (and never without the cookie)."""
    name = name_of(told.demonstration.cookies[OFFICER])
    with told.database.main.reading() as session:
        sealed = session.get_one(SessionRow, name).sealed
    with tables(told) as session:
        session.get_one(SessionRow, name).sealed = None
    assert told.client(OFFICER).get("/").status_code != 200
    with tables(told) as session:
        session.get_one(SessionRow, name).sealed = sealed
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=told.house.settings.session_hours, minutes=1)):
        with tables(told) as session:
            session.execute(update(SessionRow).values(seen_at=datetime.now(UTC)))
        assert told.client(OFFICER).get("/").status_code != 200


def sign_in(world: World, passphrase: str = demo.PASSPHRASE, name: str = OFFICER) -> int:
    browser = world.client()
    browser.get("/sign-in")
    typed = {"sign_in": name, "passphrase": passphrase, "code": demo.current_code(name)}
    return int(browser.post("/sign-in", typed).status_code)


def test_they_reset_the_throttle(told: World) -> None:
    """They may guess faster, and still have to guess a passphrase and a code."""
    for _ in range(8):
        sign_in(told, "a wrong passphrase, with spaces")
    assert sign_in(told) == 429
    with tables(told) as session:
        session.execute(delete(TryBucket))
    assert sign_in(told, "a wrong passphrase, with spaces") == 422
    assert sign_in(told) == 303


@pytest.mark.parametrize(
    ("place", "what"), [(1, "memory"), (5, "iterations"), (9, "lanes"), (10, "salt"), (26, "check")]
)
def test_they_lower_what_a_guess_costs(told: World, place: int, what: str) -> None:
    """The cost stands in the lock, and the lock is tied to it: a cheaper one does not open by the right passphrase."""
    with tables(told) as session:
        row = session.get_one(Member, member(told, OFFICER))
        lock = bytearray(row.passphrase_lock or b"")
        cheaper = {"memory": (8).to_bytes(4), "iterations": (2).to_bytes(4), "lanes": b"\x02"}.get(what, bytes(8))
        lock[place : place + len(cheaper)] = cheaper
        row.passphrase_lock = bytes(lock)
    assert sign_in(told) != 303


def test_they_give_a_member_another_authenticator(told: World) -> None:
    with tables(told) as session:
        row = session.get_one(Member, member(told, OFFICER))
        row.totp_sealed = seal_totp(row.id, MINE, demo.totp_secret(OFFICER))
    assert sign_in(told) == 422


def test_they_copy_a_colleague_s_locks(told: World) -> None:
    with tables(told) as session:
        row, other = (session.get_one(Member, member(told, name)) for name in (HEAD, OFFICER))
        row.passphrase_lock, row.totp_sealed, row.recovery_lock = (
            other.passphrase_lock,
            other.totp_sealed,
            other.recovery_lock,
        )
    assert sign_in(told, name=HEAD) != 303


def test_they_send_reminders_of_one_member_to_another(told: World) -> None:
    with tables(told) as session:
        row, other = (session.get_one(Member, member(told, name)) for name in (HEAD, OFFICER))
        row.address_sealed = other.address_sealed
    with told.database.main.reading() as session, pytest.raises(Tampered):
        open_address(told.house.settings, session.get_one(Member, member(told, HEAD)))


def test_they_show_a_kept_form_to_somebody_else(told: World) -> None:
    with told.acting(OFFICER) as (session, visitor):
        row = KeptForm(member_id=visitor.member_id, kept_at=datetime.now(UTC), sealed=b"")
        content = msgspec.msgpack.encode(kept.Kept("/x", (("text", SECRET),)))
        from hrd_cases.keys.ring import context
        from hrd_cases.vault.envelope import wrap

        row.sealed = wrap(
            visitor.ring.keys.symmetric("kept forms"), content, context("kept form", row.id, visitor.member_id)
        )
        session.add(row)
        row_id = row.id
    with tables(told) as session:
        session.get_one(KeptForm, row_id).member_id = member(told, HEAD)
    answer = told.client(HEAD).get("/not-sent")
    assert SECRET not in answer.text
    with told.acting(HEAD) as (session, visitor), pytest.raises(Tampered):
        kept.read_kept(session.get_one(KeptForm, row_id), visitor.ring.keys)


def test_an_office_without_its_charters_is_closed(told: World) -> None:
    with tables(told) as session:
        session.execute(delete(CharterRow).where(CharterRow.office_id == cairo(told)))
    # They have been there: the charter is gone, and nobody is told to wait for one.
    answer = told.client(OFFICER).get("/")
    assert (answer.status_code, SECRET in answer.text) == (409, False)
    with told.acting("desk.hq") as (session, sender), pytest.raises((Absent, Tampered)):
        send_notice(session, sender, office(told, session), "s", "t", datetime.now(UTC))
    assert "a charter was taken away" in findings(told)


def test_the_control_an_honest_house_has_no_finding(told: World) -> None:
    newcomer(told)
    for name in (OFFICER, COLLEAGUE, HEAD):
        assert told.client(name).get("/").status_code == 200
    with told.acting(HEAD) as (session, head):
        revoke_member(session, head, session.get_one(Member, member(told, OFFICER)), datetime.now(UTC))
    told.client(COLLEAGUE).get("/")
    assert findings(told) == []
    assert new_seed() != MINE.seed
