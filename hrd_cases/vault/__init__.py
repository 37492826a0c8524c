"""The vault: envelopes, signatures, passphrases. The only room that imports `cryptography`; knows no Flask and no SQL.

Importing any module of this room first asks `selftest` whether `cryptography` has the parts we stand on: an older
one is refused here with one sentence (`VaultUnfit`), not somewhere deeper with an ImportError.
"""

from hrd_cases.vault import selftest

selftest.require_parts()
