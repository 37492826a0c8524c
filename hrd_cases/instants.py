"""How a struct of ours says when: what names no zone is no instant, and is not read, whoever sealed or signed it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
