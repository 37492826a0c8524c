"""What an open session holds, sealed in its row: keys, and the steps its member still owes."""

from __future__ import annotations

import uuid
from enum import StrEnum

import msgspec

from hrd_cases.accounts.credentials import new_totp_secret
from hrd_cases.accounts.models import Member
from hrd_cases.instants import Instant
from hrd_cases.vault.passphrase import new_recovery_code


class Step(StrEnum):
    """Something to finish before anything else: nothing but the steps opens until the last one is done (ASVS 2.3.1)."""

    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a step
    AUTHENTICATOR = "authenticator"
    RECOVERY_CODE = "recovery_code"


class Held(msgspec.Struct, array_like=True):
    """The member's seed, opened circle seeds, when the second factor was given, and what waits to be confirmed.

    `recovery_code` is shown until it is typed back, `totp` until a code confirms it. `strength` (3 or 4) is that of a
    passphrase chosen in this session, 0 if none was. `earlier` are the form tokens of the session this one continues.
    `said` is what the next page says of the act before it. `after_factor` is where a second factor leads that was asked
    for last. `sought` is what was last searched for, so that one can come back to what was found.

    Whose keys these are it does not say: whoever has the session key can seal anything here.
    """

    seed: bytes
    second_factor_at: Instant
    ends_at: Instant
    seeds: list[tuple[uuid.UUID, int, bytes]] = []
    recovery_code: str = ""
    totp: bytes = b""
    steps: list[Step] = []
    strength: int = 0
    earlier: list[str] = []
    said: list[tuple[str, str]] = []
    after_factor: str = ""
    sought: str = ""

    def __repr__(self) -> str:
        return "<Held>"

    @property
    def step(self) -> Step | None:
        """The step to take now."""
        return self.steps[0] if self.steps else None

    def owe(self, *steps: Step) -> None:
        """These steps come before anything else, in this order."""
        self.steps = list(steps)
        self._offer()

    def done(self, step: Step) -> None:
        self.steps = [owed for owed in self.steps if owed is not step]
        self._offer()

    def _offer(self) -> None:
        """What the step's page shows is made when the step begins: reading a page makes nothing."""
        if self.step is Step.AUTHENTICATOR:
            self.offer_authenticator()
        if self.step is Step.RECOVERY_CODE:
            self.offer_recovery_code()

    def offer_authenticator(self) -> None:
        """A secret that is shown until a code confirms it."""
        self.totp = self.totp or new_totp_secret()

    def offer_recovery_code(self) -> None:
        """A code that is shown until it is typed back."""
        self.recovery_code = self.recovery_code or new_recovery_code()


def owed_by(member: Member) -> tuple[Step, ...]:
    """The steps that a member's row says are unfinished."""
    authenticator = (Step.AUTHENTICATOR,) if member.totp_sealed is None else ()
    recovery = (Step.RECOVERY_CODE,) if member.recovery_lock is None else ()
    return (*authenticator, *recovery)
