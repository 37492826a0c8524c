"""The application of a journey, as the server's processes load it: the world in HRD_TEST_HOME, cheap passphrases."""

import os
from pathlib import Path

from hrd_cases.app import create_app
from tests.compiled import compiled_once
from tests.throw_away import throw_away_settings

settings = throw_away_settings(Path(os.environ["HRD_TEST_HOME"]), port=int(os.environ["HRD_TEST_PORT"]))
app = compiled_once(create_app(settings))
