"""What this installation is told from outside. The only module that reads the environment.

Order of authority: config/default.toml < config/local.toml < HRD_* < HRD_*_FILE. Whatever is unknown, missing, of the
wrong kind or unfit stops the start with one sentence (`Unfit`).
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from hrd_cases.errors import Unfit

ROOT = Path(__file__).resolve().parent.parent
CONFIG = ROOT / "config"
SETTING_FILES = ("default.toml", "local.toml")
SERVER_SECRETS = ("pepper", "duty_key", "session_key")
SECRET_BYTES = 32
LOWEST_ARGON_MEMORY_KIB = 65_536
LOWEST_ARGON_ITERATIONS = 3


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One installation. `repr` shows no secret and no URL (which may hold a password); units are in the names."""

    home: Path
    database_url: str = field(repr=False)
    shred_url: str = field(repr=False)
    public_name: str
    bind: str
    port: int
    workers: int
    trusted_hosts: tuple[str, ...]
    trusted_proxies: tuple[str, ...]
    https: bool
    smtp_host: str
    smtp_port: int
    smtp_tls: str
    smtp_user: str
    mail_from: str
    argon_memory_kib: int
    argon_iterations: int
    idle_lock_minutes: int
    session_hours: int
    max_form_bytes: int
    max_document_bytes: int
    clamd_socket: str
    languages: tuple[str, ...]
    locale: str
    log_level: str
    log_format: str
    demonstration: bool
    pepper: bytes = field(repr=False)
    duty_key: bytes = field(repr=False)
    session_key: bytes = field(repr=False)
    smtp_password: str = field(default="", repr=False)


# ---- kinds of value: each takes what TOML or the environment gives and returns the typed value or raises ValueError


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text")
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in value):
        raise ValueError("may hold no line break or control character")
    return value.strip()


def _some_text(value: Any) -> str:
    if not _text(value):
        raise ValueError("may not be empty")
    return _text(value)


def _whole(lowest: int, highest: int) -> Callable[[Any], int]:
    def whole(value: Any) -> int:
        if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
            value = int(value.strip())
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            raise ValueError(f"must be a whole number from {lowest} to {highest}")
        return value

    return whole


def _yes_or_no(value: Any) -> bool:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in words:
        return words[value.strip().lower()]
    raise ValueError("must be true or false")


def _words(value: Any) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list):
        raise ValueError("must be a list")
    words = tuple(_some_text(part) for part in parts)
    if not words:
        raise ValueError("must name at least one")
    return words


def _one_of(*allowed: str) -> Callable[[Any], str]:
    def one_of(value: Any) -> str:
        if value not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return str(value)

    return one_of


def _address(value: Any) -> str:
    try:
        return str(ipaddress.ip_address(_text(value)))
    except ValueError:
        raise ValueError("must be an IP address, such as 127.0.0.1") from None


def _networks(value: Any) -> tuple[str, ...]:
    """Addresses and networks, each as a network: "192.0.2.7/32". None at all is well."""
    if value == [] or (isinstance(value, str) and not value.strip()):
        return ()
    try:
        return tuple(str(ipaddress.ip_network(word)) for word in _words(value))
    except ValueError:
        raise ValueError("must list IP addresses or networks, such as 10.0.0.7 or 10.0.0.0/24") from None


def _database(value: Any) -> str:
    text = _text(value)
    if not text:
        return ""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise ValueError("is no database URL") from None
    if url.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise ValueError("must begin with sqlite:// or postgresql+psycopg://")
    if url.drivername == "sqlite" and not Path(url.database or "").is_absolute():
        raise ValueError("must name a file by its whole path, as sqlite:////srv/main.db")
    return text


_PORT = _whole(1, 65_535)
_KINDS: dict[str, Callable[[Any], Any]] = {
    "home": _some_text,
    "database_url": _database,
    "shred_url": _database,
    "public_name": _some_text,
    "bind": _address,
    "port": _PORT,
    "workers": _whole(1, 64),
    "trusted_hosts": _words,
    "trusted_proxies": _networks,
    "https": _yes_or_no,
    "smtp_host": _some_text,
    "smtp_port": _PORT,
    "smtp_tls": _one_of("none", "starttls", "implicit"),
    "smtp_user": _text,
    "mail_from": _some_text,
    "argon_memory_kib": _whole(LOWEST_ARGON_MEMORY_KIB, 4_194_304),
    "argon_iterations": _whole(LOWEST_ARGON_ITERATIONS, 100),
    "idle_lock_minutes": _whole(1, 60),
    "session_hours": _whole(1, 24),
    "max_form_bytes": _whole(10_000, 10_000_000),
    "max_document_bytes": _whole(100_000, 1 << 40),
    "clamd_socket": _text,
    "languages": _words,
    "locale": _some_text,
    "log_level": _one_of("debug", "info", "warning", "error"),
    "log_format": _one_of("json", "console"),
    "demonstration": _yes_or_no,
}
_FROM_FILES_ONLY = (*SERVER_SECRETS, "smtp_password")


def load_settings(config_dir: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this installation. Raises `Unfit` with one sentence for the operator."""
    environ = os.environ if environ is None else environ
    config_dir = CONFIG if config_dir is None else config_dir
    written = _from_toml(config_dir) | _from_environment(environ)
    values: dict[str, Any] = {name: _typed(name, *written[name]) for name in _KINDS}
    home = _absolute(values["home"], environ)
    values |= {
        "home": home,
        "database_url": values["database_url"] or f"sqlite:///{home / 'hrd-cases.db'}",
        "shred_url": values["shred_url"] or f"sqlite:///{home / 'shred' / 'shred.db'}",
    }
    _fit_together(values)
    settings = Settings(**values, **_secrets(home, environ))
    if len({settings.pepper, settings.duty_key, settings.session_key}) < len(SERVER_SECRETS):
        raise Unfit("The pepper, the duty key and the session key must be three different secrets.")
    return settings


def find_home(config_dir: Path | None = None, environ: Mapping[str, str] | None = None) -> Path:
    """Where this installation keeps its files, before it has any secrets. Raises `Unfit`."""
    environ = os.environ if environ is None else environ
    written = _from_toml(CONFIG if config_dir is None else config_dir) | _from_environment(environ)
    return _absolute(_typed("home", *written["home"]), environ)


def make_secrets(home: Path) -> None:
    """Make the three server secrets under `home`/secrets (0700, files 0600) where they do not exist yet."""
    directory = home / "secrets"
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in SERVER_SECRETS:
        path = directory / name
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(SECRET_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())


def child_environment(**settings: str) -> dict[str, str]:
    """This process's environment with `HRD_<NAME>` set for each of `settings`: for processes that we start."""
    return os.environ | {f"HRD_{name.upper()}": value for name, value in settings.items()}


def is_loopback(address: str) -> bool:
    """Only this machine reaches `address` (an IP address)."""
    return ipaddress.ip_address(address).is_loopback


def _from_toml(config_dir: Path) -> dict[str, tuple[Any, str]]:
    """Setting → (value, where it is written)."""
    found: dict[str, tuple[Any, str]] = {}
    for name in SETTING_FILES:
        path = config_dir / name
        if not path.exists() and name != SETTING_FILES[0]:
            continue
        try:
            written = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError:
            raise Unfit(f"The settings file {path} cannot be read.") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            raise Unfit(f"The settings file {path} is not valid TOML.") from None
        for key, value in written.items():
            if key in _FROM_FILES_ONLY:
                raise Unfit(f"{path} holds the secret {key}: put it in a file of its own (HRD_{key.upper()}_FILE).")
            if key not in _KINDS:
                raise Unfit(f"{path} has the unknown setting {key}.")
            found[key] = (value, f"{key} in {path}")
    for key in _KINDS:
        if key not in found:
            raise Unfit(f"The setting {key} is missing from {config_dir / SETTING_FILES[0]}.")
    return found


def _from_environment(environ: Mapping[str, str]) -> dict[str, tuple[Any, str]]:
    plain: dict[str, tuple[Any, str]] = {}
    filed: dict[str, tuple[Any, str]] = {}
    for variable in sorted(name for name in environ if name.startswith("HRD_")):
        in_file = variable.endswith("_FILE")
        key = variable.removeprefix("HRD_").removesuffix("_FILE").lower()
        if key in _FROM_FILES_ONLY and in_file:
            continue
        if key in _FROM_FILES_ONLY:
            raise Unfit(f"{variable} holds a secret: put it in a file and name that in {variable}_FILE.")
        if key not in _KINDS:
            raise Unfit(f"{variable} is no setting of this system.")
        if in_file:
            filed[key] = (_read_private(Path(environ[variable])), variable)
        else:
            plain[key] = (environ[variable], variable)
    return plain | filed


def _typed(key: str, value: Any, where: str) -> Any:
    try:
        return _KINDS[key](value)
    except ValueError as error:
        raise Unfit(f"The setting {where} {error}.") from None


def _absolute(home: str, environ: Mapping[str, str]) -> Path:
    # What an operator types is relative to where he stands; what the file says, to the application.
    return (Path.cwd() if "HRD_HOME" in environ else ROOT).joinpath(home).resolve()


def _fit_together(values: Mapping[str, Any]) -> None:
    on_loopback = is_loopback(values["bind"])
    if values["demonstration"] and not on_loopback:
        raise Unfit("A demonstration listens on loopback only: set bind to 127.0.0.1.")
    if not values["https"] and not on_loopback:
        raise Unfit("Without https the server may listen on loopback only: set https, or bind to 127.0.0.1.")
    if values["smtp_tls"] == "none" and values["smtp_host"] not in {"127.0.0.1", "::1", "localhost"}:
        raise Unfit("Mail may leave this machine only over TLS: set smtp_tls to starttls or implicit.")
    if values["locale"] not in values["languages"]:
        raise Unfit("The setting locale must be one of the languages.")
    if values["shred_url"] == values["database_url"]:
        raise Unfit("The shred store must be another database than the main store: set shred_url.")


def _secrets(home: Path, environ: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in SERVER_SECRETS:
        named = environ.get(f"HRD_{name.upper()}_FILE")
        path = Path(named) if named else home / "secrets" / name
        try:
            found[name] = bytes.fromhex(_read_private(path))
        except ValueError:
            raise Unfit(f"The secret file {path} must hold hexadecimal digits.") from None
        if len(found[name]) < SECRET_BYTES:
            raise Unfit(
                f"The secret file {path} must hold at least {SECRET_BYTES} bytes, as {SECRET_BYTES * 2} digits."
            )
    if "HRD_SMTP_PASSWORD_FILE" in environ:
        found["smtp_password"] = _read_private(Path(environ["HRD_SMTP_PASSWORD_FILE"]))
    return found


def _read_private(path: Path) -> str:
    """The text of a file that other accounts may neither read nor change."""
    try:
        if path.stat().st_mode & 0o027:
            raise Unfit(f"Other accounts may read or change {path}: make it private (chmod 600).")
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise Unfit(f"The file {path} does not exist: `hrd-cases init` makes a new installation's secrets.") from None
    except (OSError, UnicodeDecodeError):
        raise Unfit(f"The file {path} cannot be read.") from None
