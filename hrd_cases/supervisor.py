"""`make run`: the demonstration on one machine: web server, unattended process and mail catcher.

The seam to the demonstration: `demo.load(settings)` fills an empty installation through the same actions that the
pages use (or finds its own and keeps it; `Unfit` if the installation is a real one); `demo.sign_in_table()` is the text
of the demonstration's sign-ins and of the command that prints a current one-time code.
"""

from __future__ import annotations

import socket
import sys
from pathlib import Path

from hrd_cases import demo, migrate
from hrd_cases.db import Database
from hrd_cases.errors import Unfit
from hrd_cases.private import keep_private
from hrd_cases.settings import Settings, child_environment, find_home, load_settings, make_secrets
from hrd_cases.together import Child, Watch

MARK = "demonstration"
LOOPBACK = "127.0.0.1"


def main() -> int:
    """Prepare and run; returns the exit status. Whatever is unfit is said in one sentence."""
    keep_private()
    try:
        environ = demonstration_environment()
        settings = load_settings(environ=environ)
        refuse_port_in_use(settings)
        say(f"Preparing the demonstration in {settings.home}")
        prepare(settings)
    except Unfit as unfit:
        print(unfit, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    announcement = Announcement(settings)
    status = Watch(children(), environ, say).keep(announcement.made)
    say("Everything has stopped." if status == 0 else "Start it again with `make run`; the lines above say what fell.")
    return status


def demonstration_environment() -> dict[str, str]:
    """The environment of every process of the demonstration, its secrets made. Refuses a real installation's home."""
    environ = child_environment(
        bind=LOOPBACK,
        demonstration="true",
        https="false",
        log_format="console",
        log_level="warning",
        smtp_host=LOOPBACK,
        smtp_port=str(_free_port()),
        smtp_tls="none",
        trusted_hosts=f"{LOOPBACK},localhost",
    )
    home = find_home(environ=environ)
    if (home / "secrets").exists() and not (home / MARK).exists():
        raise Unfit(f"{home} is a real installation: give the demonstration an empty HRD_HOME of its own.")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    (home / MARK).write_text("This is a demonstration: never put a real case into it.\n")
    make_secrets(home)
    return environ


def refuse_port_in_use(settings: Settings) -> None:
    """Raises `Unfit` if another program listens where the web server should, or the port may not be taken."""
    with socket.socket(socket.AF_INET6 if ":" in settings.bind else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.bind, settings.port))
        except OSError:
            raise Unfit(f"Port {settings.port} is taken by another program: `make run PORT=8001` uses 8001.") from None


def prepare(settings: Settings) -> None:
    """Both databases at this code's schema, the demonstration's world in them."""
    database = Database(settings.database_url, settings.shred_url)
    migrate.prepare(database)
    database.dispose()
    demo.load(settings)


def children() -> tuple[Child, ...]:
    """The processes of a demonstration."""
    command = str(Path(sys.executable).with_name("hrd-cases"))
    return (
        Child("mail catcher", (sys.executable, "-m", "hrd_cases.catcher")),
        Child("web server", (command, "serve")),
        Child("unattended process", (command, "scheduler")),
    )


class Announcement:
    """Says where the demonstration is, once the web server answers."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def made(self) -> bool:
        try:
            socket.create_connection((self._settings.bind, self._settings.port), timeout=0.5).close()
        except OSError:
            return False
        address = f"http://{self._settings.bind}:{self._settings.port}"
        say(f"\n{demo.sign_in_table()}\n\nOpen {address} (Ctrl-C stops everything)")
        return True


def say(sentence: str) -> None:
    """A line for whoever watches the terminal."""
    print(sentence, flush=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
