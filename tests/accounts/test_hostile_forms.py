"""Bad input in every field of every form of this room: an answer in words, never a broken page."""

from __future__ import annotations

from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hrd_cases.accounts import tries
from hrd_cases.accounts.models import KeptForm
from hrd_cases.door.permissions import Permission
from hrd_cases.door.places import places
from tests.accounts.walk import NEW_PASSPHRASE, Person, enrolled, hidden, invitation
from tests.world import BASE, World

NAUGHTY = [
    b"", b" ", b"\0", b"a\0b", b"\xff\xfe", b"\xed\xa0\x80", "\u202e\u2066\u200b".encode(), "é́̂".encode() * 500,
    "ﷺ".encode() * 600, b"' OR 1=1 --", b'"><script>alert(1)</script>', b"{{7*7}}", b"%s%n%(name)s", b"../../etc",
    b"\r\nSet-Cookie: x=y", b"=1+1", b"NaN", b"-1", b"99999999999999999999", "١٢٣٤٥٦".encode(), "０".encode() * 6,
    b"A" * 100_000, ("🧨" * 300).encode(), b"[]", b"null", b"\x1b[31m", "İıſß".encode(), b"0" * 5000,
]  # fmt: skip

SIGN_IN = ("sign_in", "passphrase", "code")
FORMS: dict[str, dict[str, tuple[str, ...]]] = {
    "stranger": {
        "/sign-in": SIGN_IN,
        "/unlock": ("passphrase", "code", "here", "pressed"),
        "/enrol": ("sign_in", "code"),
        "/enrol/passphrase": ("ticket", "new", "again"),
        "/recover/passphrase": ("sign_in", "recovery_code", "code"),
        "/recover/authenticator": ("sign_in", "passphrase", "recovery_code"),
    },
    "officer": {
        "/second-factor": ("code", "here"),
        "/account/language": ("language",),
        "/account/mail-changed": ("change",),
        "/account/passphrase": ("passphrase", "new", "again"),
        "/account/authenticator": ("passphrase", "code"),
        "/account/recovery-code": ("passphrase", "code"),
        "/account/keys": ("passphrase", "code", "new", "again"),
        "/account/sessions": ("which", "kept_form"),
    },
    "newcomer": {"/steps/authenticator": ("code",)},
    "nearly": {"/steps/recovery-code": ("recovery_code",)},
    "waiting": {"/waiting": ("words",)},
}
CASES = [(who, path) for who, forms in FORMS.items() for path in forms]


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is slowed down: every try reaches the form."""
    monkeypatch.setattr(tries, "take_a_try", lambda *_: None)


@pytest.fixture
def people(world: World, unhurried: None) -> dict[str, Person]:
    newcomer, nearly = Person(world, "new.one", NEW_PASSPHRASE), Person(world, "new.two", NEW_PASSPHRASE)
    for person in (newcomer, nearly):
        page = person.send("/enrol", sign_in=person.sign_in, code=invitation(world, person.sign_in))
        ticket = hidden(page.text, "ticket")
        person.send("/enrol/passphrase", ticket=ticket, new=NEW_PASSPHRASE, again=NEW_PASSPHRASE)
    nearly.take_authenticator_step()
    officer = Person(world, "officer.cairo")
    officer.sign_in_now()
    stranger = Person(world, "nobody")
    stranger.open("/sign-in")
    return {
        "stranger": stranger, "officer": officer, "newcomer": newcomer, "nearly": nearly, "waiting": enrolled(world),
    }  # fmt: skip


def send(person: Person, path: str, fields: dict[str, bytes]) -> int:
    """A form as bytes: what no honest browser would send goes too."""
    token = person.browser.token().encode()
    body = "&".join(f"{name}={quote_from_bytes(value)}" for name, value in ({"csrf_token": token} | fields).items())
    answer = person.browser.client.post(
        path, base_url=BASE, data=body.encode(), content_type="application/x-www-form-urlencoded",
        headers={"Sec-Fetch-Site": "same-origin"},
    )  # fmt: skip
    return int(answer.status_code)


@pytest.mark.parametrize("who", FORMS)
def test_no_field_breaks_a_page(people: dict[str, Person], who: str) -> None:
    person = people[who]
    for path, fields in FORMS[who].items():
        assert send(person, path, {}) < 500
        for field in fields:
            others = {other: b"x" for other in fields if other != field}
            for naughty in NAUGHTY:
                assert send(person, path, others | {field: naughty}) < 500, (path, field, naughty[:40])


@settings(max_examples=40)
@given(data=st.data())
def test_any_bytes_in_any_field_get_an_answer(people: dict[str, Person], data: st.DataObject) -> None:
    who, path = data.draw(st.sampled_from(CASES))
    value = st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass"))
    fields = {field: data.draw(value) for field in FORMS[who][path]}
    assert send(people[who], path, fields) < 500


def test_addresses_of_nothing_lead_nowhere(people: dict[str, Person]) -> None:
    officer = people["officer"]
    for name in ("not-a-uuid", "00000000-0000-0000-0000-000000000000", "%00", "..%2f"):
        assert officer.open(f"/not-sent/{name}").status_code == 404
        assert officer.send(f"/not-sent/{name}/throw-away").status_code == 404
        assert officer.send("/account/language", language="fr", kept_form=name).status_code in (303, 409)


def test_a_field_sent_twice_or_in_thousands_breaks_nothing(people: dict[str, Person]) -> None:
    officer = people["officer"]
    token = officer.browser.token()
    for body in (f"csrf_token={token}" + "&language=fr" * 3, f"csrf_token={token}" + "&x=1" * 5000):
        answer = officer.browser.client.post(
            "/account/language", base_url=BASE, data=body, content_type="application/x-www-form-urlencoded",
            headers={"Sec-Fetch-Site": "same-origin"},
        )  # fmt: skip
        assert answer.status_code < 500


def test_every_form_of_this_room_is_in_the_table(world: World) -> None:
    mine = ("sign_in.", "enrol.", "steps.", "waiting.", "recover.", "account.", "sessions.", "kept.")
    rules = {
        rule.rule for rule in world.app.url_map.iter_rules()
        if rule.endpoint.startswith(mine) and "POST" in (rule.methods or ())
    }  # fmt: skip
    tried = {path for forms in FORMS.values() for path in forms}
    without_fields = {"/leave", "/sign-out", "/not-sent/<uuid:form_id>/throw-away", "/steps/passphrase"}
    assert rules == tried | without_fields


def test_forms_of_this_room_with_secrets_are_none_that_are_kept(world: World) -> None:
    kept = {name for name, place in places.items() if place.keeps and place.needs is Permission.OWN_ACCOUNT}
    assert kept == {"account.language"}
    with world.database.main.reading() as session:
        assert session.query(KeptForm).count() == 0
