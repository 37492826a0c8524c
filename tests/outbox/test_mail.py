"""The one text, and the conversation with the mail server."""

from __future__ import annotations

import re
import socket
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP
from ipaddress import IPv4Address
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases.errors import Unfit
from hrd_cases.outbox.mail import Line, Outcome, Relay, compose, relay_of
from hrd_cases.settings import Settings
from tests.outbox.sink import Manners, Sink, cutter, free_port, relay_to

NOW = datetime(2026, 3, 2, 9, 41, 17, tzinfo=UTC)
MESSAGE_ID = UUID("3e1c8b6a-0f57-4c1d-9d4e-5b9e1a7c2f10")
RELAY = relay_to(25)

EXPECTED = b"""\
From: Daybook <daybook@example.org>
To: amal@example.org
Subject: Daybook
Date: Mon, 02 Mar 2026 09:41:00 +0000
Message-ID: <3e1c8b6a0f574c1d9d4e5b9e1a7c2f10@example.org>
Auto-Submitted: auto-generated
X-Auto-Response-Suppress: All
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: 7bit
MIME-Version: 1.0

Something is waiting for you in Daybook.

Please open it the way you always do.

This message is always the same. It never holds a link, a name or
an attachment: if one does, do not follow it.
""".replace(b"\n", b"\r\n")


def test_every_reminder_is_this_mail_to_the_byte() -> None:
    assert compose(RELAY, "amal@example.org", MESSAGE_ID, NOW) == EXPECTED


def test_two_reminders_differ_in_recipient_and_message_id_only() -> None:
    one = compose(RELAY, "amal@example.org", uuid4(), NOW).split(b"\r\n")
    two = compose(RELAY, "jonas@example.org", uuid4(), NOW + timedelta(seconds=20)).split(b"\r\n")
    different = {line.split(b":")[0] for line, other in zip(one, two, strict=True) if line != other}
    assert different == {b"To", b"Message-ID"}


def test_the_mail_holds_no_link_and_not_the_name_of_the_machine() -> None:
    mail = compose(RELAY, "amal@example.org", uuid4(), NOW).decode()
    assert not re.search(r"https?:|www\.|href", mail)
    assert socket.gethostname() not in mail
    assert socket.getfqdn() not in mail


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60))
def test_any_public_name_makes_a_mail_in_ascii_with_one_of_each_header(name: str) -> None:
    mail = compose(relay_to(25, public_name=name), "amal@example.org", MESSAGE_ID, NOW)
    assert mail.isascii()
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", mail), "a bare line end could smuggle a second mail"
    read = message_from_bytes(mail, policy=SMTP)
    assert sorted(read.keys()) == sorted(message_from_bytes(EXPECTED, policy=SMTP).keys())


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300))
def test_the_audit_heads_body_stays_a_body(body: str) -> None:
    mail = compose(RELAY, "amal@example.org", MESSAGE_ID, NOW, body)
    assert mail.isascii()
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", mail)
    read = message_from_bytes(mail, policy=SMTP)
    assert sorted(read.keys()) == sorted(message_from_bytes(EXPECTED, policy=SMTP).keys())
    assert read["Subject"] == "Daybook"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"host": "mail.example.org"}, id="in clear to another machine"),
        pytest.param({"tls": "maybe"}, id="no such way"),
        pytest.param({"sender": "Daybook"}, id="no address"),
        pytest.param({"sender": "daybook@example.org\r\nBcc: spy@example.org"}, id="a header in the sender"),
        pytest.param({"public_name": "Daybook\r\nBcc: spy@example.org"}, id="a header in the name"),
    ],
)
def test_a_mail_server_that_is_not_fit_is_refused_at_start(changes: dict) -> None:
    with pytest.raises(Unfit):
        relay_to(25, **changes)


def test_the_settings_name_the_mail_server_and_its_password_stays_out_of_sight(settings: Settings) -> None:
    relay = relay_of(settings)
    assert (relay.host, relay.port, relay.public_name) == ("127.0.0.1", 25, settings.public_name)
    assert relay.verdict == 600, "RFC 5321 4.5.3.2.6: hanging up earlier makes duplicates"
    secret = "correct horse"
    assert secret not in repr(relay_to(25, password=secret))


def handed_over(relay: Relay, address: str = "amal@example.org") -> Outcome | None:
    """What became of one mail; None if there was no conversation."""
    with Line(relay) as line:
        if not line.open():
            return None
        return line.deliver(address, compose(relay, address, uuid4(), NOW))


def test_a_mail_arrives_as_it_was_written(tmp_path: Path, sink: Sink) -> None:
    with Line(sink.relay()) as line:
        assert line.open()
        body = "Head of the chain\n.\n..two dots\nQUIT\n"
        for _ in range(2):
            message = compose(line.relay, "amal@example.org", MESSAGE_ID, NOW, body)
            assert line.deliver("amal@example.org", message) is Outcome.TAKEN
    assert [mail.message.get_content().replace("\r\n", "\n") for mail in sink.taken()] == [body, body]
    assert {mail.to for mail in sink.taken()} == {"amal@example.org"}


@pytest.mark.parametrize(
    ("manners", "outcome"),
    [
        pytest.param(Manners(recipient="550 no such user"), Outcome.NEVER, id="unknown recipient"),
        pytest.param(Manners(recipient="451 try later"), Outcome.LATER, id="greylisted"),
        pytest.param(Manners(recipient="421 closing"), Outcome.LATER, id="closing"),
        pytest.param(Manners(message="554 refused"), Outcome.NEVER, id="message refused"),
        pytest.param(Manners(message="452 disk full"), Outcome.LATER, id="no room"),
        pytest.param(
            Manners(recipient="554 5.7.1 relay access denied"), Outcome.LATER, id="refusing us, at the recipient"
        ),
        pytest.param(Manners(message="554 5.7.1 policy"), Outcome.LATER, id="refusing us, at the message"),
        pytest.param(Manners(sender="553 not you"), Outcome.LATER, id="sender refused: an operator must look"),
        pytest.param(Manners(sender="450 slow down"), Outcome.LATER, id="sender throttled"),
    ],
)
def test_the_servers_answer_decides(tmp_path: Path, manners: Manners, outcome: Outcome) -> None:
    with Sink(tmp_path, manners) as sink:
        assert handed_over(sink.relay()) is outcome
        assert sink.taken() == []


def test_a_server_that_forwards_has_taken_it(tmp_path: Path) -> None:
    with Sink(tmp_path, Manners(recipient="251 will forward")) as sink:
        assert handed_over(sink.relay()) is Outcome.TAKEN


def test_after_a_refusal_the_next_mail_starts_a_new_conversation(tmp_path: Path) -> None:
    with Sink(tmp_path, Manners(recipient="550 no such user", refuses_only="gone")) as sink, Line(sink.relay()) as line:
        outcomes = []
        for address in ("gone@example.org", "amal@example.org"):
            assert line.open()
            outcomes.append(line.deliver(address, compose(line.relay, address, uuid4(), NOW)))
        assert outcomes == [Outcome.NEVER, Outcome.TAKEN]


def test_no_server_is_no_conversation() -> None:
    assert handed_over(relay_to(free_port())) is None


def test_a_silent_server_is_left_after_our_patience() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert handed_over(relay_to(silent.getsockname()[1], patience=0.2)) is None


@pytest.mark.parametrize("after_bytes", [0, 1, 300])
def test_a_server_that_hangs_up_in_the_middle_of_a_message_has_not_taken_it(after_bytes: int) -> None:
    with cutter(after_bytes) as port:
        assert handed_over(relay_to(port)) is Outcome.LATER


def test_a_server_slower_than_our_patience_but_within_its_verdict_has_taken_it(tmp_path: Path) -> None:
    with Sink(tmp_path, Manners(seconds=0.6)) as sink:
        assert handed_over(sink.relay(patience=0.3)) is Outcome.TAKEN


def test_a_server_that_never_gives_its_verdict_is_tried_later(tmp_path: Path) -> None:
    with Sink(tmp_path, Manners(seconds=5)) as sink:
        assert handed_over(sink.relay(verdict=0.3)) is Outcome.LATER


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A certificate for 127.0.0.1 that no authority has signed, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    place = tmp_path_factory.mktemp("tls")
    (place / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (place / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return str(place / "certificate.pem"), str(place / "key.pem")


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_tls_holds_only_to_a_server_whose_certificate_is_trusted(
    tmp_path: Path, certificate: tuple[str, str], tls: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sink(tmp_path, Manners(tls=certificate, starttls=tls == "starttls")) as sink:
        assert handed_over(sink.relay(tls=tls)) is None
        monkeypatch.setenv("SSL_CERT_FILE", certificate[0])
        assert handed_over(sink.relay(tls=tls)) is Outcome.TAKEN
        assert len(sink.taken()) == 1


@pytest.mark.parametrize(
    ("user", "password", "outcome"),
    [("daybook", "correct horse", Outcome.TAKEN), ("daybook", "wrong", None), ("", "", Outcome.LATER)],
)
def test_a_server_that_wants_a_password_gets_ours(
    tmp_path: Path,
    certificate: tuple[str, str],
    user: str,
    password: str,
    outcome: Outcome | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", certificate[0])
    with Sink(tmp_path, Manners(tls=certificate, starttls=True, password="correct horse")) as sink:
        assert handed_over(sink.relay(tls="starttls", user=user, password=password, patience=1)) is outcome


def test_a_server_that_no_longer_offers_starttls_gets_nothing(sink: Sink) -> None:
    assert handed_over(sink.relay(tls="starttls")) is None
    assert sink.taken() == []
