"""Who may end whose access, and whose signature on a revocation counts. It asks no database.

Any row of `revocations` keeps its member out. For good, by a charter, somebody is named only whom a row names that was
signed by one who may: whoever writes the tables can plant a row, and sign none.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from functools import lru_cache

from hrd_cases.errors import Tampered
from hrd_cases.keys.charter import Charter, Signer
from hrd_cases.keys.models import Revocation
from hrd_cases.keys.roles import ENDS_ACCESS_ANYWHERE, HEADS
from hrd_cases.vault.identity import KeyPair, verify

SIGNING_LABEL = "revocation"


def sign_ending(row: Revocation, keys: KeyPair) -> None:
    row.signer, row.signature = keys.fingerprint, keys.sign(SIGNING_LABEL, row.digest)


def may_end(signer: Signer, charter: Charter, headquarters: Charter, at: datetime) -> bool:
    """May this member, with these keys, end the access of somebody seated in `charter` now?

    Now, not when they say they did: who was a head until yesterday must not date a revocation back.
    """
    day = at.date()
    if any(seat.holder == signer and seat.role in ENDS_ACCESS_ANYWHERE for seat in headquarters.standing(day)):
        return True
    acting = charter.may_act(at)
    here = (seat for seat in charter.standing(day) if seat.holder == signer)
    return any(seat.role in HEADS or seat.member_id in acting for seat in here)


def signed_by(row: Revocation) -> Signer:
    """Who is said to have signed it."""
    return Signer(row.revoked_by, row.signer or b"")


def is_signed(row: Revocation, bundle: bytes) -> bool:
    return _holds(bundle, row.digest, row.signature or b"")


@lru_cache(maxsize=256)
def _holds(bundle: bytes, digest: bytes, signature: bytes) -> bool:
    with suppress(Tampered):
        verify(bundle, SIGNING_LABEL, digest, signature)
        return True
    return False
