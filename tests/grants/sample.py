"""What the sample world says of money."""

from __future__ import annotations

import json
from decimal import Decimal

from hrd_cases.settings import CONFIG

_SAID = json.loads((CONFIG / "world.json").read_text(encoding="utf-8"))["rates_per_eur"]
MONTH: str = _SAID["month"]
RATES = {currency: Decimal(rate) for currency, rate in _SAID.items() if currency != "month"}
STORED = {(currency, MONTH): rate for currency, rate in RATES.items()}
FILE = "\n".join(["currency,month,rate", *(f"{currency},{MONTH},{rate}" for currency, rate in RATES.items())])
