"""Settings of an installation that lasts for one test. A process of the tests that takes them reaches loopback only.

Servers and writers in processes of their own begin with this: it must not bring pytest along, nor the browser.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hrd_cases.settings import CONFIG, Settings, load_settings, make_secrets
from tests.loopback import only_loopback

only_loopback()


def throw_away_settings(home: Path, **changes: object) -> Settings:
    """Settings as `settings` gives them, in `home`, with `changes`; the Argon cost is far below what may run."""
    make_secrets(home)
    loaded = load_settings(CONFIG, {"HRD_HOME": str(home), "HRD_HTTPS": "false", "HRD_DEMONSTRATION": "false"})
    cheap: dict[str, object] = {"argon_memory_kib": 64, "argon_iterations": 1}
    return replace(loaded, **(cheap | changes))  # type: ignore[arg-type]
