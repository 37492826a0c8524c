"""What an operator may say, and the sentence that answers what he may not."""

from __future__ import annotations

import dataclasses
import os
import re
import tomllib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrd_cases import settings as rules
from hrd_cases.errors import Unfit
from hrd_cases.settings import CONFIG, ROOT, Settings, find_home, load_settings, make_secrets


@pytest.fixture
def home(tmp_path: Path) -> Path:
    make_secrets(tmp_path / "home")
    return tmp_path / "home"


def load(home: Path, config_dir: Path = CONFIG, /, **environ: str) -> Settings:
    return load_settings(config_dir, {"HRD_HOME": str(home), **environ})


def written(directory: Path, changes: dict[str, str], name: str = "local.toml") -> Path:
    """A configuration directory: the shipped defaults and one more file of `changes` (TOML values)."""
    directory.mkdir(exist_ok=True)
    (directory / "default.toml").write_bytes((CONFIG / "default.toml").read_bytes())
    (directory / name).write_text("".join(f"{key} = {value}\n" for key, value in changes.items()))
    return directory


def test_the_shipped_defaults_are_a_fit_installation(home: Path):
    settings = load(home)
    assert settings.home == home
    assert settings.database_url == f"sqlite:///{home}/hrd-cases.db"
    assert settings.shred_url == f"sqlite:///{home}/shred/shred.db"
    assert (settings.argon_memory_kib, settings.argon_iterations) >= (65_536, 3)
    assert (settings.idle_lock_minutes, settings.session_hours) == (15, 10)
    assert settings.https
    assert not settings.demonstration


def test_every_setting_has_a_kind_and_a_comment():
    kinds = {*rules._KINDS, *rules._FROM_FILES_ONLY}
    assert kinds == {field.name for field in dataclasses.fields(Settings)}
    paragraphs = (CONFIG / "default.toml").read_text().split("\n\n")
    without = [text for text in paragraphs if "=" in text and not text.lstrip().startswith("#")]
    assert not without, f"say in config/default.toml what these are for: {without}"


def test_no_secret_stands_in_the_shipped_configuration():
    for path in CONFIG.glob("*.toml"):
        assert not set(rules._FROM_FILES_ONLY) & tomllib.loads(path.read_text()).keys(), path


def test_authority_grows_from_file_to_environment_to_named_file(home: Path, tmp_path: Path):
    config = written(tmp_path / "config", {"port": "8100", "workers": "5", "public_name": '"Ledger"'})
    port = tmp_path / "port"
    port.write_text("8300\n")
    port.chmod(0o600)
    assert load(home, config).port == 8100
    assert load(home, config, HRD_PORT="8200").port == 8200
    settings = load(home, config, HRD_PORT="8200", HRD_PORT_FILE=str(port))
    assert (settings.port, settings.workers, settings.public_name) == (8300, 5, "Ledger")


@pytest.mark.parametrize(
    ("name", "said", "meant"),
    [
        ("https", "false", False),
        ("https", "Yes", True),
        ("workers", " 7 ", 7),
        ("trusted_hosts", "a.example, b.example", ("a.example", "b.example")),
        ("languages", "en,ar", ("en", "ar")),
        ("trusted_proxies", "", ()),
        ("trusted_proxies", "10.0.0.7, fd00::/8", ("10.0.0.7/32", "fd00::/8")),
        ("bind", "::1", "::1"),
        ("public_name", "  Daybook ", "Daybook"),
        ("database_url", "postgresql+psycopg://hrd@/hrd?host=/run/pg", "postgresql+psycopg://hrd@/hrd?host=/run/pg"),
        ("database_url", "", "sqlite:///{home}/hrd-cases.db"),
    ],
)
def test_the_environment_s_words_become_values(home: Path, name: str, said: str, meant: object):
    meant = meant.format(home=home) if isinstance(meant, str) else meant
    assert getattr(load(home, CONFIG, **{f"HRD_{name.upper()}": said}), name) == meant


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"HRD_PORTS": "1"}, "HRD_PORTS is no setting of this system."),
        ({"HRD_PORT": "many"}, "The setting HRD_PORT must be a whole number from 1 to 65535."),
        ({"HRD_PORT": "70000"}, "The setting HRD_PORT must be a whole number from 1 to 65535."),
        ({"HRD_PORT": "²"}, "The setting HRD_PORT must be a whole number from 1 to 65535."),
        ({"HRD_TRUSTED_PROXIES": "proxy.example"}, "must list IP addresses or networks, such as 10.0.0.7"),
        ({"HRD_TRUSTED_PROXIES": "10.0.0.7/8"}, "must list IP addresses or networks"),
        ({"HRD_HTTPS": "maybe"}, "The setting HRD_HTTPS must be true or false."),
        ({"HRD_BIND": "localhost"}, "The setting HRD_BIND must be an IP address, such as 127.0.0.1."),
        ({"HRD_BIND": "0.0.0.0", "HRD_HTTPS": "no"}, "Without https the server may listen on loopback only"),
        ({"HRD_BIND": "0.0.0.0", "HRD_DEMONSTRATION": "yes"}, "A demonstration listens on loopback only"),
        ({"HRD_ARGON_MEMORY_KIB": "1024"}, "HRD_ARGON_MEMORY_KIB must be a whole number from 65536"),
        ({"HRD_ARGON_ITERATIONS": "1"}, "HRD_ARGON_ITERATIONS must be a whole number from 3"),
        ({"HRD_SMTP_TLS": "ssl"}, "HRD_SMTP_TLS must be one of none, starttls, implicit."),
        ({"HRD_SMTP_HOST": "mail.example"}, "Mail may leave this machine only over TLS"),
        ({"HRD_LOCALE": "de"}, "The setting locale must be one of the languages."),
        ({"HRD_LANGUAGES": " , "}, "The setting HRD_LANGUAGES may not be empty."),
        ({"HRD_PUBLIC_NAME": ""}, "The setting HRD_PUBLIC_NAME may not be empty."),
        ({"HRD_PUBLIC_NAME": "A\nBcc: x"}, "HRD_PUBLIC_NAME may hold no line break or control character."),
        ({"HRD_DATABASE_URL": "mysql://x/y"}, "HRD_DATABASE_URL must begin with sqlite:// or postgresql+psycopg://."),
        (
            {"HRD_DATABASE_URL": "sqlite://"},
            "HRD_DATABASE_URL must name a file by its whole path, as sqlite:////srv/main.db.",
        ),
        ({"HRD_DATABASE_URL": "sqlite:///main.db"}, "must name a file by its whole path"),
        ({"HRD_DATABASE_URL": "nonsense"}, "The setting HRD_DATABASE_URL is no database URL."),
        (
            {"HRD_DATABASE_URL": "sqlite:////x", "HRD_SHRED_URL": "sqlite:////x"},
            "must be another database than the main",
        ),
        ({"HRD_PEPPER": "00" * 32}, "HRD_PEPPER holds a secret: put it in a file and name that in HRD_PEPPER_FILE."),
        ({"HRD_SMTP_PASSWORD": "x"}, "HRD_SMTP_PASSWORD holds a secret"),
        ({"HRD_PORT_FILE": "/nowhere/port"}, "The file /nowhere/port does not exist"),
        ({"HRD_PORT_FILE": "/"}, "cannot be read|make it private"),
    ],
)
def test_an_unfit_environment_is_answered_by_one_sentence(home: Path, environ: dict[str, str], sentence: str):
    with pytest.raises(Unfit, match=sentence if "|" in sentence else re.escape(sentence)) as refused:
        load(home, CONFIG, **environ)
    assert "\n" not in str(refused.value)
    assert str(refused.value).endswith(".") or ": " in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"prot": "8000"}, "local.toml has the unknown setting prot."),
        ({"pepper": '"00"'}, "holds the secret pepper: put it in a file of its own (HRD_PEPPER_FILE)."),
        ({"port": '"8000x"'}, "must be a whole number from 1 to 65535."),
        ({"port": "true"}, "must be a whole number from 1 to 65535."),
        ({"workers": "2.0"}, "must be a whole number from 1 to 64."),
        ({"https": "1"}, "must be true or false."),
        ({"languages": "[]"}, "must name at least one."),
        ({"languages": "[1]"}, "must be text."),
        ({"trusted_hosts": "7"}, "must be a list."),
        ({"port": "="}, "is not valid TOML."),
    ],
)
def test_an_unfit_file_is_answered_by_one_sentence(home: Path, tmp_path: Path, changes: dict[str, str], sentence: str):
    with pytest.raises(Unfit, match=re.escape(sentence)):
        load(home, written(tmp_path / "config", changes))


def test_a_missing_setting_stops_the_start(home: Path, tmp_path: Path):
    config = written(tmp_path / "config", {})
    kept = [line for line in (CONFIG / "default.toml").read_text().splitlines() if not line.startswith("port =")]
    (config / "default.toml").write_text("\n".join(kept))
    with pytest.raises(Unfit, match="The setting port is missing from"):
        load(home, config)


def test_without_any_configuration_the_start_is_refused(home: Path, tmp_path: Path):
    with pytest.raises(Unfit, match="cannot be read"):
        load(home, tmp_path)


def test_other_files_beside_the_settings_are_not_settings(home: Path, tmp_path: Path):
    assert load(home, written(tmp_path / "config", {"countries": "[]"}, name="countries.toml")).port == 8000


@given(name=st.sampled_from(sorted(rules._KINDS)), said=st.text(st.characters(exclude_categories=["Cs"])))
def test_whatever_is_said_is_understood_or_refused(tmp_path_factory: pytest.TempPathFactory, name: str, said: str):
    home = tmp_path_factory.getbasetemp() / "said"
    make_secrets(home)
    with suppress(Unfit):  # and nothing else
        load_settings(CONFIG, {"HRD_HOME": str(home), f"HRD_{name.upper()}": said})


# ---- secrets


def test_secrets_are_made_once_for_the_owner_alone(tmp_path: Path):
    home = tmp_path / "home"
    make_secrets(home)
    first = load(home)
    make_secrets(home)
    assert load(home) == first
    assert (home / "secrets").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (home / "secrets").iterdir()} == {0o600}
    assert len(first.pepper) == len(first.duty_key) == len(first.session_key) == 32


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o622, 0o666, 0o620])
def test_a_secret_that_others_may_read_or_change_refuses_the_start(home: Path, mode: int):
    (home / "secrets" / "pepper").chmod(mode)
    with pytest.raises(Unfit, match=r"Other accounts may read or change .*pepper: make it private \(chmod 600\)\."):
        load(home)


def test_a_group_may_read_a_secret_that_it_is_given(home: Path):
    (home / "secrets" / "pepper").chmod(0o440)
    assert load(home).pepper


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "at least 32 bytes, as 64 digits"),
        (b"ab" * 31, "at least 32 bytes"),
        (b"not hex", "hexadecimal"),
        (b"\xff\xfe", "cannot be read"),
    ],
)
def test_a_weak_or_damaged_secret_refuses_the_start(home: Path, content: bytes, sentence: str):
    (home / "secrets" / "duty_key").write_bytes(content)
    with pytest.raises(Unfit, match=sentence):
        load(home)


def test_a_missing_secret_names_the_command_that_makes_it(tmp_path: Path):
    with pytest.raises(Unfit, match=r"secrets/pepper does not exist: `hrd-cases init` makes"):
        load(tmp_path / "nothing")


def test_one_secret_may_not_serve_twice(home: Path):
    with pytest.raises(Unfit, match="three different secrets"):
        load(home, HRD_DUTY_KEY_FILE=str(home / "secrets" / "pepper"))


def test_the_session_key_may_live_elsewhere(home: Path, tmp_path: Path):
    elsewhere = tmp_path / "session_key"
    elsewhere.write_text("5a" * 48)
    elsewhere.chmod(0o400)
    (home / "secrets" / "session_key").unlink()
    assert load(home, HRD_SESSION_KEY_FILE=str(elsewhere)).session_key == b"\x5a" * 48


def test_repr_shows_no_secret_and_no_url(home: Path, tmp_path: Path):
    password = tmp_path / "password"
    password.write_text("open sesame")
    password.chmod(0o600)
    url = tmp_path / "url"
    url.write_text("postgresql+psycopg://hrd:topsecret@db/hrd")
    url.chmod(0o600)
    settings = load(home, HRD_SMTP_PASSWORD_FILE=str(password), HRD_DATABASE_URL_FILE=str(url))
    assert settings.smtp_password == "open sesame"
    for secret in ("open sesame", "topsecret", repr(settings.pepper)[2:-1], settings.pepper.hex()):
        assert secret not in repr(settings)


# ---- where the home is


def test_an_operator_s_home_is_where_he_stands_the_file_s_home_beside_the_application(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    assert find_home(CONFIG, {"HRD_HOME": "here"}) == tmp_path / "here"
    assert find_home(CONFIG, {}) == ROOT / "var"


def test_children_get_this_environment_and_what_is_added(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HRD_PORT", "1")
    child = rules.child_environment(port="2", https="false")
    assert (child["HRD_PORT"], child["HRD_HTTPS"], child["PATH"]) == ("2", "false", os.environ["PATH"])
