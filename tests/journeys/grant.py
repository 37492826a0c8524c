"""Emergency grants of Cairo for the walk of every page: a draft, one that was asked about, one that is on its way."""

from __future__ import annotations

import uuid

from tests.grants.asking import WHO, Asked
from tests.world import World

CHIEF = "head1.hq"
OFFICER, FINANCE, HEAD, APPROVER = WHO["officer"], WHO["finance"], WHO["head"], WHO["approver"]

# By endpoint: who walks there, and the address. {names} are those of `addresses`.
WALK: dict[str, tuple[str, str]] = {
    "grants.begin": (OFFICER, "/cases/{money}/grants/new"),
    "grants.show": (OFFICER, "/grants/{asked}"),
    "grants.request": (OFFICER, "/grants/{draft}/request"),
    "grants.lines": (OFFICER, "/grants/{draft}/lines"),
    "grants.paid": (OFFICER, "/grants/{draft}/payee"),
    "grants.submit": (OFFICER, "/grants/{draft}/submit"),
    "grants.change": (OFFICER, "/grants/{approved}/change"),
    "grants.say_of": (OFFICER, "/grants/{asked}/act/answer"),
    "grants.sign": (HEAD, "/grants/{verified}/sign/approve"),
    "grants.to_headquarters": (OFFICER, "/grants/{heads}/headquarters"),
    "grants.waiting": (HEAD, "/grants"),
    "grants.budgets": (CHIEF, "/grants/budgets"),
    "grants.figures": (CHIEF, "/grants/figures"),
    "grants.give": (CHIEF, "/grants/budgets/give"),
    "grants.move": (CHIEF, "/grants/budgets/move"),
    "grants.rates": (CHIEF, "/grants/rates"),
    "grants.take_rates": (CHIEF, "/grants/rates/take"),
}
NO_PAGES = {"grants.ledger": "a file to be saved"}

# The same pages where they look different: (who, address, status).
ALSO = [
    (OFFICER, "/grants/{draft}", 200),
    (HEAD, "/grants/{verified}", 200),
    (OFFICER, "/grants/{verified}/sign/approve", 409),
    (HEAD, "/grants/{verified}/sign/approve_less", 200),
    (HEAD, "/grants/{verified}/sign/reject", 200),
    (FINANCE, "/grants/{approved}", 200),
    (FINANCE, "/grants/{approved}/sign/commit", 200),
    (FINANCE, "/grants/{asked}/sign/verify", 200),
    (FINANCE, "/grants/{asked}/sign/send_back", 200),
    (FINANCE, "/grants/{released}/sign/pay", 200),
    (OFFICER, "/grants/{paid}", 200),
    (OFFICER, "/grants/{paid}/sign/receipt", 200),
    (FINANCE, "/grants/{paid}/sign/ask_back", 200),
    (HEAD, "/grants/{heads}", 200),
    (APPROVER, "/grants/{heads}", 200),
    (APPROVER, "/grants", 200),
    (FINANCE, "/grants", 200),
    (HEAD, "/grants/budgets", 200),
    (OFFICER, "/grants/{approved}", 200),
    (FINANCE, "/grants/{asked}", 200),
    (HEAD, "/grants/{asked}", 200),
    (OFFICER, "/grants/{approved}/act/withdraw", 200),
    (OFFICER, "/grants/{approved}/request", 409),
    (OFFICER, "/grants/{empty}/submit", 200),
    (OFFICER, "/grants/{empty}/lines", 200),
    (OFFICER, "/cases/{money}", 200),
    (OFFICER, "/cases/{money}/timeline/1", 200),
]
RELEASED = (
    ("submit", "officer"), ("verify", "finance"), ("approve", "head"), ("commit", "finance"), ("release", "head")
)  # fmt: skip


def addresses(world: World) -> dict[str, uuid.UUID]:
    """What the addresses name."""
    asked = Asked(world)
    asked.act("submit", "officer")
    asked.act("ask", "finance", text="Which of the three counsel is paid first?")
    first = asked.id
    asked.begin("officer")
    asked.act("submit", "officer")
    asked.act("verify", "finance")
    asked.act("approve", "head")
    approved = asked.id
    asked.begin("officer")
    asked.write(purpose="medical")
    asked.act("submit", "officer")
    asked.act("assess", "colleague")
    asked.act("verify", "finance")
    verified = asked.id
    asked.begin("head")
    asked.write("head", purpose="communications")
    asked.act("submit", "head")
    asked.act("verify", "finance")
    asked.tell_headquarters()
    heads = asked.id
    asked.begin("officer")
    asked.write(purpose="digital_security")
    for act, who in RELEASED:
        asked.act(act, who)
    released = asked.id
    asked.begin("officer")
    asked.write(purpose="urgent_relocation")
    for act, who in (*RELEASED, ("pay", "finance"), ("arrive", "officer")):
        asked.act(act, who)
    paid = asked.id
    asked.begin("officer")
    draft = asked.id
    asked.begin("officer")
    asked.write(lines=(), why_now="", payee="", danger="")
    decided = {"approved": approved, "verified": verified, "heads": heads}
    decided |= {"released": released, "paid": paid}
    return decided | {"asked": first, "draft": draft, "empty": asked.id, "money": asked.file.id}
