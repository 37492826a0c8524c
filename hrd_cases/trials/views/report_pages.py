"""What the pages of a report do, whoever writes it: an officer for their office, or an observer for another one."""

from __future__ import annotations

import uuid

from flask import request
from werkzeug.wrappers import Response

from hrd_cases.cases.forms.entry import Around, EntryForm, Line
from hrd_cases.door.showing import led_to, shown
from hrd_cases.errors import Absent
from hrd_cases.trials.details import Report
from hrd_cases.trials.forms.report import ReportForm
from hrd_cases.trials.report_draft import ReportDraft
from hrd_cases.trials.report_steps import AFTER, REST, Step

LATER = "later"
"""Of the button with which somebody saves what is half done."""


def page_of(draft: ReportDraft, name: str) -> Step:
    """Raises Absent for a name that none of its pages has."""
    found = draft.step(name)
    if found is None:
        raise Absent("no such page of a report")
    return found


def step_form(
    draft: ReportDraft,
    said: Report,
    around: Around,
    step: Step,
    *,
    made_from: uuid.UUID | None = None,
    unread: bool = False,
) -> ReportForm:
    """The fields of one page; what is half done is not held against whoever comes back later."""
    form = ReportForm.of_step(said, around, step, made_from=made_from, unread=unread)
    form.hearing_on = draft.on
    form.unfinished = request.form.get("do") == LATER
    return form


def step_page(draft: ReportDraft, step: Step, form: EntryForm, *, over: uuid.UUID | None = None) -> Response:
    """One page of it. `over`: as `conflict.typed_over`."""
    return shown("trials/report_step.html", form, sheet=draft, step=step, over=over)


def onward(draft: ReportDraft, step: Step) -> Response:
    """The next page; after the last, to check and file it."""
    if request.form.get("do") == LATER:
        return led_to(f"{draft.desk}.report", **draft.ids)
    if step.name in (AFTER, REST):
        return led_to(f"{draft.desk}.report_file", **draft.ids)
    names = [one.name for one in draft.steps]
    return led_to(f"{draft.desk}.report_step", step=names[names.index(step.name) + 1], **draft.ids)


def beside_items(form: ReportForm) -> list[Line]:
    """What a report says beside its checklist, and beside whether it may be published."""
    apart = {name for item in form.items for name in form.names_of(item)} | {"publish"}
    return [line for line in form.lines() if line.name not in apart]
