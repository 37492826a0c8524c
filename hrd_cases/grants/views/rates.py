"""The rates of a month: a file that is chosen or pasted, looked at, then taken in whole or not at all."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.door.passage import passage
from hrd_cases.door.permissions import Permission
from hrd_cases.door.places import AtTheAct
from hrd_cases.door.said import note, say
from hrd_cases.door.showing import led_to, outcome, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Refused
from hrd_cases.forms import clean, typed
from hrd_cases.grants import rate_table
from hrd_cases.grants.forms.budgets import RatesForm, TakeRatesForm
from hrd_cases.grants.funds import FUNDS
from hrd_cases.grants.rates import MOST_BYTES, text_of
from hrd_cases.grants.views.desk import desk

MOST_SAID = 20
"""Lines of which is said what is wrong with them: whoever has more has another file."""
_ONE_FILE = (N_("These are several files."), N_("Choose one."))
_NO_FILE = (N_("There is no file, and nothing was pasted."), N_("Choose the file of the month, or paste it."))


class Chosen:
    """The file as it comes: kept in memory alone, and not more of it than can be one of rates."""

    def __init__(self, _name: str) -> None:
        self.content = b""

    def write(self, part: bytes) -> int:
        self.content += part[: MOST_BYTES + 1 - len(self.content)]
        return len(part)

    def abandon(self) -> None:
        self.content = b""


@desk.form(
    "/grants/rates",
    needs=AtTheAct(Permission.GIVE_MONEY, lambda: True),
    files=Chosen,
    largest=4 * MOST_BYTES,
    keeps=False,
)
def rates(session: Session) -> Response:
    """First it is looked at: what is new, and what is far from the month before. Nothing is written."""
    form = RatesForm()
    looked = outcome(form, lambda: _looked_at(session, form), "content")
    if looked is None or form.errors:
        return _page(session, form)
    if not looked.of.changes:
        note(_("Every rate of this file was there already."))
        return led_to("grants.rates")
    take = TakeRatesForm().shows(*looked.of.changes, typed(form.content))
    return shown(
        "grants/rates_preview.html",
        take=take,
        again=form,
        content=typed(form.content),
        changes=looked.of.changes,
        far=sum(one.far for one in looked.of.changes),
        far_percent=FUNDS.rates_far_percent,
    )


@desk.form("/grants/rates/take", needs=Permission.GIVE_MONEY, largest=4 * MOST_BYTES)
def take_rates(session: Session, visitor: Visitor) -> Response:
    """Exactly what was looked at is taken in; where that is another by now, it is looked at again."""
    now, form = datetime.now(UTC), TakeRatesForm()
    changes: list[Any] = []
    with suppress(Refused):
        changes = rate_table.look_at(session, form.said, now).changes
    form.shows(*changes, typed(form.content))
    taken = outcome(form, lambda: rate_table.take_in_by(session, visitor, form.said, now))
    if taken is not None:
        say(ngettext("%(num)d rate is taken in.", "%(num)d rates are taken in.", taken.of))
        return led_to("grants.rates")
    again = RatesForm()
    for sentence in form.form_errors:
        again.refuse(str(sentence))
    return _page(session, again)


def _page(session: Session, form: RatesForm) -> Response:
    back = url_for("grants.budgets"), str(_("Budgets"))
    return shown("grants/rates.html", form, known=rate_table.newest(session), back=back)


def _looked_at(session: Session, form: RatesForm) -> rate_table.LookedAt:
    """What is wrong with a line is said with the others, at the text: so whoever corrects it sees all of them."""
    chosen = [file.content for name, file in passage().files if name == "file" and isinstance(file, Chosen)]
    if len(chosen) > 1:
        raise Refused.of(_ONE_FILE)
    if chosen:
        form.content.data = as_typed(text_of(chosen[0]))
    if not typed(form.content):
        raise Refused.of(_NO_FILE)
    looked = rate_table.look_at(session, typed(form.content).encode(), datetime.now(UTC))
    for why in looked.wrong[:MOST_SAID]:
        form.refuse(why, "content")
    more = len(looked.wrong) - MOST_SAID
    if more > 0:
        form.refuse(ngettext("%(num)d more line is wrong.", "%(num)d more lines are wrong.", more), "content")
    return looked


def as_typed(text: str) -> str:
    """A file's text as a form sends it back: whoever takes it in sends what was looked at."""
    return clean(text).replace("\r\n", "\n").replace("\r", "\n").strip()
