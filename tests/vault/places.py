"""A record of a hearing and where it stands, for the tests of this room."""

from uuid import UUID

from hrd_cases.vault.envelope import Place, RecordCipher

SLEEVE_KEY = bytes(range(32))
SHRED_SECRET = bytes(range(32, 64))
HERE = Place(
    row_id=UUID("11111111-2222-4333-8444-555555555555"),
    folder_id=UUID("99999999-8888-4777-a666-555555555555"),
    sleeve="file",
    bound=b"state=open",
)


def cipher(key_epoch: int = 5) -> RecordCipher:
    return RecordCipher(SLEEVE_KEY, SHRED_SECRET, key_epoch)
