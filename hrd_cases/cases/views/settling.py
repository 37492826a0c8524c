"""Where what a rule asks for is written: the form that settles a task, and the one for the three points."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _

from hrd_cases.cases.consent_gate import NOT_CONFIRMED
from hrd_cases.cases.details import Task
from hrd_cases.cases.file import File
from hrd_cases.cases.views.desk import desk


class Place(NamedTuple):
    """What its link says, and where it leads."""

    says: str
    href: str


def settled_at(task: Task, file: File) -> Place | None:
    """The form that ends a task of a rule; None for a task that somebody ends by saying so."""
    ids: dict[str, Any] = {"case_id": file.case.id}
    if task.waits_for_assessment:
        return Place(_("Assess it"), url_for("cases.risk", **ids))
    if not task.asks_the_file:
        return None
    if task.rule == "ask_consent":
        return Place(_("Record what they say"), url_for("cases.conversation", **ids))
    if task.rule == "confirm_eligibility":
        return points_at(file)
    if task.rule == "sort_incident":
        unsorted = next((one for one in file.incidents if not one.said.types and not one.said.other_type), None)
        return _written(file, _("Say what kind it is"), "incident", unsorted, "types")
    return _written(file, _("Write how to reach them"), "person", file.defender, "ways")


def points_at(file: File) -> Place:
    """Where the three points are said by which somebody is a defender at risk."""
    ids: dict[str, Any] = {"case_id": file.case.id, "_anchor": "is_defender"}
    if file.last_profile_id is None:
        return Place(_("Say the three points"), url_for("cases.add", kind="profile", **ids))
    return Place(_("Say the three points"), url_for("cases.correct", entry_id=file.last_profile_id, **ids))


def mended_at(instead: str, file: File) -> Place | None:
    """Where what the gate asks for instead is done, if it is one form."""
    return points_at(file) if instead == NOT_CONFIRMED[1] else None


def _written(file: File, says: str, kind: str, standing: Any, field: str) -> Place:
    ids: dict[str, Any] = {"case_id": file.case.id, "_anchor": field}
    if standing is None:
        return Place(says, url_for("cases.add", kind=kind, **ids))
    return Place(says, url_for("cases.correct", entry_id=standing.id, **ids))


desk.blueprint.add_app_template_filter(settled_at)
desk.blueprint.add_app_template_filter(mended_at)
