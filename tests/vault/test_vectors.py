"""Published test vectors, through the vault's own functions: not one is answered wrongly, and a false one is caught."""

import pytest

from tests.vault import by_hand, vectors

AT_LEAST = {
    "AES-256-GCM": 700,
    "ML-KEM-768": 1000,
    "ML-DSA-65": 100,
    "Ed25519": 1024,
    "Argon2id": 6,
    "HKDF-SHA256": 4,
    "HPKE letters": 8,
    "HPKE messages": 257,
}


@pytest.mark.parametrize("family", AT_LEAST)
def test_every_published_vector_is_answered_right(family: str) -> None:
    tried, failed = vectors.wrong(vectors.FAMILIES[family]())
    assert failed == []
    assert tried >= AT_LEAST[family]


def test_there_are_enough_of_them() -> None:
    assert AT_LEAST.keys() == vectors.FAMILIES.keys()
    assert sum(AT_LEAST.values()) >= 1_500


def _bit_changed(text: str) -> str:
    return f"{int(text[0], 16) ^ 1:x}{text[1:]}"


def test_a_planted_wrong_vector_is_caught() -> None:
    gcm = next(vectors.responses("ciphers/AES/GCM/gcmEncryptExtIV256.rsp", "Count"))
    mlkem = next(vectors.responses("asymmetric/MLKEM/kat_MLKEM_768.rsp", "count"))
    mldsa = next(vectors.responses("asymmetric/MLDSA/kat_MLDSA_65_det_pure.rsp", "count"))
    argon = next(vectors.responses("KDF/argon2id.txt", "COUNT"))
    hkdf = next(vectors.responses("KDF/rfc-5869-HKDF-SHA256.txt", "COUNT"))
    letter = next(vectors.published_hpke())
    letter["encryptions"][0]["ct"] = _bit_changed(letter["encryptions"][0]["ct"])
    planted = [
        vectors.Vector("right", lambda: vectors.hkdf_right(hkdf)),
        vectors.Vector("tag", lambda: vectors.gcm_right(gcm | {"Tag": _bit_changed(gcm["Tag"])})),
        vectors.Vector("passes", lambda: vectors.gcm_right(gcm | {"FAIL": ""})),
        vectors.Vector("secret", lambda: vectors.mlkem_right(mlkem | {"ss": _bit_changed(mlkem["ss"])})),
        vectors.Vector("rejection", lambda: vectors.mlkem_right(mlkem | {"ss_n": _bit_changed(mlkem["ss_n"])})),
        vectors.Vector("signature", lambda: vectors.mldsa_right(mldsa | {"sm": _bit_changed(mldsa["sm"])})),
        vectors.Vector("stretched", lambda: vectors.argon_right(argon | {"output": _bit_changed(argon["output"])})),
        vectors.Vector("derived", lambda: vectors.hkdf_right(hkdf | {"OKM": _bit_changed(hkdf["OKM"])})),
        vectors.Vector("letter", lambda: vectors.hpke_right(letter)),
        vectors.Vector("signed", lambda: vectors.ed25519_right(bytes(32), bytes(32), b"", bytes(64))),
    ]
    tried, failed = vectors.wrong(planted)
    assert tried == len(planted)
    assert failed == [vector.name for vector in planted[1:]]


def test_x_wing_written_by_hand_agrees_with_the_published_vector() -> None:
    [fields] = [each for each in vectors.published_hpke() if (each["kem_id"], each["kdf_id"]) == (0x647A, 1)]
    seed, enc, info = (bytes.fromhex(fields[key]) for key in ("skRm", "enc", "info"))
    shared = by_hand.xwing_decapsulated(seed, enc)
    key, base_nonce = by_hand.hpke_schedule(shared, info, aead_id=3)
    assert shared.hex() == fields["shared_secret"]
    assert key.hex() == fields["key"]
    assert base_nonce.hex() == fields["base_nonce"]
