"""One constant text, and one conversation with the mail server.

The text names nothing and nobody and holds no link: a mail without content but with a link is what a phisher would
send.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from enum import Enum
from typing import Self
from uuid import UUID

from hrd_cases.errors import Unfit
from hrd_cases.outbox.points import crash_point
from hrd_cases.outbox.rules import deliverable, is_permanent
from hrd_cases.settings import Settings

TEXT = """\
Something is waiting for you in {public_name}.

Please open it the way you always do.

This message is always the same. It never holds a link, a name or
an attachment: if one does, do not follow it.
"""
_ASCII = SMTP.clone(cte_type="7bit")  # not every mail server on the way takes eight bits
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Outcome(Enum):
    """What became of one mail: taken by the mail server, to be tried later, or refused for good."""

    TAKEN = "taken"
    LATER = "later"
    NEVER = "never"


@dataclass(frozen=True)
class Relay:
    """Our mail server, and how we appear to it. Raises Unfit if mail would leave this machine in clear.

    `patience`: seconds for each step. `verdict`: seconds for the answer to a whole message; RFC 5321 4.5.3.2.6 asks for
    ten minutes, because whoever hangs up earlier gets the mail delivered again and again.
    """

    host: str
    port: int
    tls: str
    sender: str
    public_name: str
    user: str = ""
    password: str = field(default="", repr=False)
    patience: float = 60
    verdict: float = 600

    def __post_init__(self) -> None:
        if self.tls not in {"none", "starttls", "implicit"}:
            raise Unfit("smtp_tls must be none, starttls or implicit.")
        if self.tls == "none" and self.host not in LOOPBACK:
            raise Unfit("Mail may leave this machine only over TLS: set smtp_tls to starttls or implicit.")
        if not deliverable(self.sender):
            raise Unfit("mail_from must be one plain mail address.")
        if any(ord(letter) < 32 or ord(letter) == 127 for letter in self.public_name):
            raise Unfit("public_name may hold no line break or control character.")

    @property
    def domain(self) -> str:
        """What we call ourselves: never the machine's own name."""
        return self.sender.rpartition("@")[2]


def relay_of(settings: Settings) -> Relay:
    """The mail server that the settings name. Raises Unfit."""
    return Relay(
        host=settings.smtp_host,
        port=settings.smtp_port,
        tls=settings.smtp_tls,
        sender=settings.mail_from,
        public_name=settings.public_name,
        user=settings.smtp_user,
        password=settings.smtp_password,
    )


def compose(relay: Relay, address: str, message_id: UUID, now: datetime, body: str | None = None) -> bytes:
    """A whole message with CRLF line ends: the constant text, or `body` (the daily count, the daily mail).

    The date tells no seconds and no zone. Raises ValueError if `body` holds half a surrogate pair.
    """
    message = EmailMessage(policy=_ASCII)
    message["From"] = Address(relay.public_name, addr_spec=relay.sender)
    message["To"] = Address(addr_spec=address)
    message["Subject"] = relay.public_name
    message["Date"] = now.replace(second=0, microsecond=0)
    message["Message-ID"] = f"<{message_id.hex}@{relay.domain}>"
    # No out-of-office answers (RFC 3834; Exchange has its own): they would tell others who is absent.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(body if body is not None else TEXT.format(public_name=relay.public_name))
    return message.as_bytes()


class Line:
    """One conversation with the mail server for a round of mails; opened when first needed, and again when broken."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._smtp is not None:
            # The mails are settled: no use in waiting long for a farewell.
            with contextlib.suppress(OSError, smtplib.SMTPException):
                _wait_at_most(self._smtp, 1)
                self._smtp.quit()
            self._hang_up()

    def open(self) -> bool:
        """Connected, over TLS if the settings say so, and signed in. False if the mail server is away or refuses us."""
        if self._smtp is not None:
            return True
        try:
            self._smtp = self._connected()
        except (OSError, smtplib.SMTPException):
            return False
        crash_point("connect")
        return True

    def deliver(self, address: str, message: bytes) -> Outcome:
        """Hand over one message. Anything but the server's clear yes or no means: try later."""
        assert self._smtp is not None, "open() first"  # noqa: S101
        try:
            outcome = self._hand_over(self._smtp, address, message)
        except (OSError, smtplib.SMTPException):
            outcome = Outcome.LATER
        if outcome is not Outcome.TAKEN:
            self._hang_up()  # simpler and surer than to find out what state the conversation is in
        return outcome

    def _hand_over(self, smtp: smtplib.SMTP, address: str, message: bytes) -> Outcome:
        if smtp.mail(self.relay.sender)[0] != 250:
            return Outcome.LATER  # it refuses us, not this mail: an operator must look
        code, words = smtp.rcpt(address)
        if code not in {250, 251}:
            return _refused(code, words)
        code, words = smtp.docmd("DATA")
        if code != 354:
            return _refused(code, words)
        stuffed = re.sub(rb"(?m)^\.", b"..", message)
        smtp.send(stuffed[: len(stuffed) // 2])
        crash_point("DATA")
        smtp.send(stuffed[len(stuffed) // 2 :] + b".\r\n")
        _wait_at_most(smtp, self.relay.verdict)
        code, words = smtp.getreply()
        if code != 250:
            return _refused(code, words)
        crash_point("250")
        _wait_at_most(smtp, self.relay.patience)
        return Outcome.TAKEN

    def _connected(self) -> smtplib.SMTP:
        relay = self.relay
        secure = ssl.create_default_context() if relay.tls != "none" else None
        smtp: smtplib.SMTP
        if relay.tls == "implicit":
            smtp = smtplib.SMTP_SSL(relay.host, relay.port, relay.domain, timeout=relay.patience, context=secure)
        else:
            smtp = smtplib.SMTP(relay.host, relay.port, relay.domain, timeout=relay.patience)
        try:
            # A message goes out in two parts: else the second would wait 40 ms for the server's delayed answer.
            if smtp.sock is not None:
                smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if relay.tls == "starttls":
                smtp.starttls(context=secure)
            smtp.ehlo_or_helo_if_needed()
            if relay.user:
                smtp.login(relay.user, relay.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _hang_up(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _wait_at_most(smtp: smtplib.SMTP, seconds: float) -> None:
    if smtp.sock is not None:
        smtp.sock.settimeout(seconds)


def _refused(code: int, words: bytes) -> Outcome:
    return Outcome.NEVER if is_permanent(code, words) else Outcome.LATER
