"""A trial in Cairo for the walk of every page: of two files, with hearings in a chain and one that is ahead."""

from __future__ import annotations

import uuid

from sqlalchemy import select, update

from hrd_cases.outbox.models import DUE, Reminder
from hrd_cases.trials.details import Observer
from hrd_cases.trials.life import Act
from tests.cases.acting import Filed
from tests.trials.reporting import a_report
from tests.trials.trying import DEPUTY, OFFICER, Tried, in_days
from tests.world import World

ELSEWHERE = "officer.minsk"

# By endpoint: who walks there, and the address. {names} are those of `addresses`.
WALK: dict[str, tuple[str, str]] = {
    "trials.begin": (OFFICER, "/cases/{alone}/trials/new"),
    "trials.join": (OFFICER, "/cases/{alone}/trials/join"),
    "trials.show": (OFFICER, "/trials/{trial}"),
    "trials.history": (OFFICER, "/trials/{trial}/before"),
    "trials.correct": (OFFICER, "/trials/{trial}/correct"),
    "trials.stage": (OFFICER, "/trials/{trial}/stage/investigation"),
    "trials.files": (OFFICER, "/trials/{trial}/files"),
    "trials.take_off": (OFFICER, "/trials/{trial}/files/{second}/off"),
    "trials.calendar": (OFFICER, "/hearings"),
    "trials.sheet": (OFFICER, "/hearings/sheet"),
    "trials.which_trial": (OFFICER, "/hearings/new"),
    "trials.who_goes": (OFFICER, "/hearings/who-goes"),
    "trials.report": (OFFICER, "/trials/{trial}/hearings/{reported}/report"),
    "trials.report_step": (OFFICER, "/trials/{trial}/hearings/{reported}/report/items-1"),
    "trials.report_file": (OFFICER, "/trials/{trial}/hearings/{reported}/report/file"),
    "trials.report_history": (OFFICER, "/trials/{trial}/hearings/{reported}/report/before"),
    "trials.report_review": (DEPUTY, "/trials/{trial}/hearings/{reported}/report/review"),
    "trials.report_changes": (DEPUTY, "/trials/{trial}/hearings/{reported}/report/changes"),
    "trials.schedule": (OFFICER, "/trials/{trial}/hearings/new"),
    "trials.hearing": (OFFICER, "/trials/{trial}/hearings/{hearing}"),
    "trials.hearing_history": (OFFICER, "/trials/{trial}/hearings/{adjourned}/before"),
    "trials.correct_hearing": (OFFICER, "/trials/{trial}/hearings/{hearing}/correct"),
    "trials.briefing": (OFFICER, "/trials/{trial}/hearings/{hearing}/briefing"),
    "trials.result": (OFFICER, "/trials/{trial}/hearings/{hearing}/result"),
    "trials.observer": (OFFICER, "/trials/{trial}/hearings/{hearing}/observer"),
    "trials.hearing_act": (OFFICER, "/trials/{trial}/hearings/{hearing}/act/move"),
    "trials.chase": (OFFICER, "/trials/{trial}/hearings/{waits}/chase"),
    "trials.prepare": (OFFICER, "/trials/{trial}/hearings/{hearing}/preparation"),
    "trials.prepared": (OFFICER, "/trials/{trial}/preparation/{task}"),
    "trials.take_off_prepared": (OFFICER, "/trials/{trial}/preparation/{task}/remove"),
    "trials.trend": (OFFICER, "/trials/{trial}/checklist"),
    "today.reminder": (OFFICER, "/reminders/{reminder}"),
}

# The same pages where they look different: (who, address, status).
ALSO = [
    (OFFICER, "/cases/{second}", 200),
    (OFFICER, "/cases/{second}/print", 200),
    (OFFICER, "/cases/{second}/timeline/1", 200),
    (OFFICER, "/hearings?view=week", 200),
    (OFFICER, "/hearings?view=list", 200),
    (OFFICER, "/trials/{trial}/stage/judgment", 200),
    (OFFICER, "/trials/{trial}/hearings/{reported}/report/room", 200),
    (OFFICER, "/trials/{trial}/hearings/{reported}/report/after", 200),
    (DEPUTY, "/trials/{trial}/hearings/{reported}/report", 200),
    (OFFICER, "/trials/{trial}/hearings/{hearing}/report", 200),
    (OFFICER, "/trials/{trial}/hearings/{adjourned}", 200),
    (OFFICER, "/trials/{trial}/hearings/{waits}", 200),
    (OFFICER, "/trials/{trial}/hearings/{reported}", 200),
    (OFFICER, "/trials/{trial}/hearings/{reported}/result", 200),
    (OFFICER, "/trials/{trial}/hearings/{waits}/act/set_next", 200),
    (DEPUTY, "/trials/{trial}/hearings/{hearing}/act/accept", 409),
    (OFFICER, "/trials/{trial}/hearings/{adjourned}/observer", 409),
    (ELSEWHERE, "/trials/{trial}", 404),
]

# Answer GET and are no pages of their own.
NO_PAGES = {
    "trials.calendar_entry": "an entry for one's own calendar; it stands on the hearing's page",
    "shares.calendar_entry": "the same, of a hearing that was shared; it stands on the page of the share",
}


def addresses(world: World) -> dict[str, object]:
    """Whatever {names} the addresses have; the trial is made on the way."""
    for member in (OFFICER, DEPUTY, "head.cairo", ELSEWHERE):
        with world.acting(member):
            pass
    files = [Filed(world, OFFICER, "EG", name) for name in ("سلمى عبد الرحمن المثال", "A. Sample", "B. Sample")]
    tried = Tried(world, files[:2], stage="trial", number="12/2026", death_penalty_possible=True, counsel="A lawyer")
    first = tried.schedule(when=in_days(0, None), observer=Observer(member_id=tried.member(OFFICER)))
    following = tried.act(first, Act.ADJOURN, reason="accused_not_brought", new=in_days(9)).next_id
    waits = tried.schedule(3)
    tried.act(waits, Act.ADJOURN_SINE_DIE, reason="judge_absent")
    reported = a_report(tried, OFFICER)
    found: dict[str, object] = {"second": files[1].id, "alone": files[2].id, "reported": reported}
    assert following is not None
    found |= {"waits": waits, "task": tried.seen(lambda docket: docket.preparation(following)[0].id)}
    found["reminder"] = _reminder_that_is_due(tried, following)
    return found | {"trial": tried.id, "hearing": following, "adjourned": first}


def _reminder_that_is_due(tried: Tried, hearing_id: uuid.UUID) -> uuid.UUID:
    """One of a hearing to its officer."""
    mine = Reminder.id.in_(tried.hearing(hearing_id).reminders) & (Reminder.member_id == tried.member(OFFICER))
    with tried.world.database.main.writing() as session:
        found = session.scalars(select(Reminder.id).where(mine).order_by(Reminder.slot_at)).first()
        session.execute(update(Reminder).where(Reminder.id == found).values(state=DUE))
    assert found is not None
    return found
