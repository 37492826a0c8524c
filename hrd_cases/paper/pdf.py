"""A page of ours as a PDF of A4 sheets; and one that only a passphrase opens."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import structlog

from hrd_cases.errors import N_, Refused
from hrd_cases.sandbox.asking import ask

SECONDS = 120.0
MOST = 64 * 1024 * 1024
_PROCESS = "hrd_cases.paper.process"
_WHOLE = (b"%PDF-", b"%%EOF")
_TOO_MUCH = (
    N_("This could not be put on paper: there is too much of it, or the fonts are missing on the server."),
    N_("Choose fewer parts. If that does not help, tell whoever runs the server."),
)

log = structlog.get_logger()


def drawn(page: str, style: str) -> bytes:
    """The PDF of a whole HTML page. Refused where the process that draws it gives no whole file in SECONDS; it gives
    none of a page that names an address.
    """
    made = ask(_PROCESS, (), (style.encode(), b"\0", page.encode()), seconds=SECONDS, most=MOST)
    if not made.startswith(_WHOLE[0]) or not made.rstrip().endswith(_WHOLE[1]):
        log.warning("a process that draws paper gave no file")
        raise Refused.of(_TOO_MUCH)
    return made


def locked(content: bytes, passphrase: str) -> bytes:
    """The same PDF, encrypted with AES-256 (PDF 2.0, revision 6): its texts and what it says of itself."""
    kept = BytesIO()
    with pikepdf.open(BytesIO(content)) as opened:
        opened.save(
            kept, encryption=pikepdf.Encryption(owner=passphrase, user=passphrase, R=6, aes=True, metadata=True)
        )
    return kept.getvalue()
