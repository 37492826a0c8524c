"""What Cairo shares of a hearing, for the walk of every page: with embassies, which are asked, and headquarters."""

from __future__ import annotations

from typing import Any

from hrd_cases.trials.life import Act
from hrd_cases.trials.shares.rules import ShareEntry
from tests.trials.sharing_world import DESK, HQ, OBSERVER, OTHER_EMBASSY, OTHER_OBSERVER, Sharer, agreed
from tests.trials.trying import OFFICER, in_days
from tests.world import World

# By endpoint: who walks there, and the address. {names} are those of `addresses`.
WALK: dict[str, tuple[str, str]] = {
    "trials.share": (OFFICER, "/trials/{trial}/hearings/{hearing}/share"),
    "trials.shared": (OFFICER, "/trials/{trial}/shares/{given}"),
    "trials.renew_share": (OFFICER, "/trials/{trial}/shares/{given}/renew"),
    "trials.why_revoked": (OFFICER, "/trials/{trial}/shares/{given}/why"),
    "trials.revoke_share": (OFFICER, "/trials/{trial}/shares/{given}/revoke"),
    "trials.revoke_given": (OFFICER, "/shares/given/{received}/revoke"),
    "trials.extend_share": (OFFICER, "/trials/{trial}/shares/{given}/extend"),
    "trials.send_share_again": (OFFICER, "/trials/{trial}/shares/{given}/send-again"),
    "trials.given_shares": (OFFICER, "/shares/given"),
    "shares.index": (OBSERVER, "/shares"),
    "shares.show": (OBSERVER, "/shares/{received}"),
    "shares.accept": (OBSERVER, "/shares/{received}/accept"),
    "shares.decline": (OBSERVER, "/shares/{received}/decline"),
    "shares.report": (OBSERVER, "/shares/{received}/report"),
    "shares.report_step": (OBSERVER, "/shares/{received}/report/items-1"),
    "shares.report_file": (OBSERVER, "/shares/{received}/report/file"),
    "shares.noted": (OBSERVER, "/shares/{received}/read"),
    "shares.calendar": (OBSERVER, "/shares/hearings"),
    "shares.sheet": (OBSERVER, "/shares/hearings/sheet"),
}

# The same pages where they look different: (who, address, status).
ALSO = [
    (OBSERVER, "/", 200),
    (DESK, "/", 200),
    (DESK, "/shares", 200),
    (DESK, "/shares/{told}", 200),
    (OTHER_OBSERVER, "/shares", 200),
    (OTHER_OBSERVER, "/shares/{over}", 200),
    (OTHER_OBSERVER, "/shares/{received}", 404),
    (OBSERVER, "/shares/{received}/report/came", 200),
    (OBSERVER, "/shares/{received}/report/rest", 200),
    (OBSERVER, "/shares/{received}/report/nothing", 404),
    (OTHER_OBSERVER, "/shares/{received}/report/room", 404),
    (OBSERVER, "/shares/hearings?view=week", 200),
    (OBSERVER, "/shares/hearings?view=list", 200),
    (OTHER_OBSERVER, "/shares/hearings", 200),
    (OTHER_OBSERVER, "/shares/{received}/calendar.ics", 404),
    (OTHER_OBSERVER, "/shares/{over}/calendar.ics", 404),
    (OFFICER, "/shares/hearings", 403),
    (OFFICER, "/trials/{trial}/shares/{ended}", 200),
]


def addresses(world: World) -> dict[str, object]:
    """Whatever {names} the addresses have; the shares are made on the way. Of two defenders one agreed to nothing."""
    no: dict[str, Any] = {"share_embassies": "refused", "share_headquarters": "refused"}
    files = [agreed(world), agreed(world, "سلمى عبد الرحمن المثال", **no)]
    sharer = Sharer(world, files, death_penalty_possible=True, number="12/2026", counsel="A lawyer", place="New Cairo")
    only: dict[str, Any] = {"files": (files[0].id,)}
    received, over = sharer.share(**only), sharer.share(OTHER_EMBASSY, **only)
    told = sharer.share(HQ, **only)
    for who in (OBSERVER, OTHER_OBSERVER, DESK):
        with world.acting(who):
            pass
    sharer.revoke(over)
    sharer.accept(received)
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(12))
    sharer.tried.act(sharer.hearing_id, Act.MOVE, new=in_days(12, None))
    with world.acting(OBSERVER):
        pass

    def entry(share_id: object) -> object:
        return sharer.tried.seen(
            lambda docket: next(one.id for one in docket.all(ShareEntry) if one.said.share_id == share_id)
        )

    known = {"trial": sharer.tried.id, "hearing": sharer.hearing_id, "received": received, "over": over, "told": told}
    return known | {"given": entry(received), "ended": entry(over)}
