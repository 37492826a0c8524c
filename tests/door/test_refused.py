"""What a rule says no with: marked where it is raised, said in the reader's language where it is shown."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from hrd_cases.door.permissions import BEFORE_A_SEAT, EVERY_ROLE, RULES, Permission
from hrd_cases.door.words import WHO_CAN
from hrd_cases.errors import N_, Refused
from hrd_cases.forms import in_words
from hrd_cases.keys.roles import CASEWORKERS, Role
from hrd_cases.settings import ROOT
from tests.world import World

GUESSED = Refused(
    N_("This passphrase would soon be guessed: it is %(strength)s."),
    N_("Add a word or two that have nothing to do with each other."),
    strength=N_("very weak"),
)


@pytest.fixture(scope="module")
def reader() -> Flask:
    app = Flask("hrd_cases", root_path=str(ROOT / "hrd_cases"))
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(app)
    return app


def test_an_operator_reads_it_in_english_with_its_values():
    assert str(GUESSED) == (
        "This passphrase would soon be guessed: it is very weak. "
        "Add a word or two that have nothing to do with each other."
    )


def test_a_reader_s_language_holds_for_the_sentence_and_for_the_words_in_it(reader: Flask):
    with reader.test_request_context(), force_locale("fr"):
        reason, who_can = in_words(GUESSED)
    assert "passphrase" not in reason
    assert "very weak" not in reason
    assert "%(" not in reason
    assert "Add a word" not in who_can


def test_what_somebody_typed_is_never_taken_for_a_sentence_of_ours(reader: Flask):
    refused = Refused(N_("%(name)s has no seat here."), name="very weak")
    with reader.test_request_context(), force_locale("fr"):
        assert "very weak" in in_words(refused)[0]


@pytest.mark.parametrize("typed", ["100 %", "%(name)s", "%s"])
def test_what_somebody_typed_stands_in_a_refusal_as_typed(typed: str):
    assert str(Refused(N_("%(name)s has no seat here."), name=typed)) == f"{typed} has no seat here."


def test_a_sentence_without_values_may_hold_a_percent_sign():
    assert str(Refused(N_("Only 50 % are left."))) == "Only 50 % are left."


# -- who can do what one's own role may not

NAMED = {
    "head of that office": {Role.HEAD},
    "heads? at headquarters": {Role.HEADQUARTERS_HEAD},
    "approvers? at headquarters": {Role.HEADQUARTERS_APPROVER},
    "headquarters desk": {Role.HEADQUARTERS_DESK},
    "caseworkers": CASEWORKERS,
    "observers?": {Role.EMBASSY_OBSERVER},
    "administrators?": {Role.ADMINISTRATOR},
    "auditors?": {Role.AUDITOR},
}


def test_who_can_is_said_for_everything_that_can_be_refused():
    assert set(WHO_CAN) == set(Permission)


@pytest.mark.parametrize("permission", sorted(RULES))
def test_who_can_names_nobody_who_may_not_and_forgets_nobody_who_may_everywhere(reader: Flask, permission: Permission):
    """Whoever reads it is refused for their role: a sentence that names the reader's own role would be false."""
    with reader.test_request_context(), force_locale("en"):
        words = str(WHO_CAN[permission]).lower()
    named = {role for word, roles in NAMED.items() if re.search(rf"\b{word}\b", words) for role in roles}
    rule = RULES[permission]
    assert named <= rule.here | rule.anywhere
    assert rule.anywhere == EVERY_ROLE or rule.anywhere <= named
    assert ("head of that office" in words) <= (Role.HEAD in rule.here)
    assert ("that office" in words) == bool(rule.here)
    assert permission not in BEFORE_A_SEAT


@pytest.mark.parametrize(
    ("path", "words"),
    [("/running", "Administrators and auditors see what is running."), ("/trail", "Only auditors read the trail.")],
)
def test_a_refusal_names_who_can_and_never_sends_the_head_to_the_head(world: World, path: str, words: str):
    answer = world.client("head.cairo").get(path)
    assert answer.status_code == 403
    assert words in answer.text
    assert "the head of your office" not in answer.text
