"""What the office shares of a hearing: chosen, looked at as they will see it, sent; extended and taken back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.cases.chains import Standing
from hrd_cases.cases.views.pressed import entry_id_of
from hrd_cases.door.keeping import typed_fields
from hrd_cases.door.passage import passage
from hrd_cases.door.permissions import Permission
from hrd_cases.door.places import AtTheAct
from hrd_cases.door.said import note, say
from hrd_cases.door.showing import confirm, done, led_to, on_what_was_read, shown
from hrd_cases.door.traces import also_about
from hrd_cases.door.visitor import Visitor
from hrd_cases.errors import N_, Absent, Changed, Refused
from hrd_cases.forms import fields_before, typed
from hrd_cases.keys.roles import OfficeKind
from hrd_cases.offices.colleagues import names_of
from hrd_cases.offices.models import Office
from hrd_cases.offices.words import offices_called
from hrd_cases.trials.calendar_words import observer_name
from hrd_cases.trials.details import Hearing
from hrd_cases.trials.docket import Docket, open_docket
from hrd_cases.trials.forms.shares import CHANGE, SEND, ExtendForm, PressForm, RenewForm, RevokeForm, ShareForm, WhyForm
from hrd_cases.trials.models import Proceeding, ProceedingEntry
from hrd_cases.trials.overview import Listed, TrialSheet, clocks_of
from hrd_cases.trials.seen_with_us import Agreement, of_file
from hrd_cases.trials.shares import following, offering, taking_back
from hrd_cases.trials.shares.again import to_share_again
from hrd_cases.trials.shares.given import given_now
from hrd_cases.trials.shares.models import Share
from hrd_cases.trials.shares.rules import Seen, ShareEntry, SharePart, check_until
from hrd_cases.trials.shares.seen import ACTION_WITH
from hrd_cases.trials.views.desk import desk
from hrd_cases.trials.writing import locked_docket
from hrd_cases.vault.envelope import digest

FOR_REPORT = timedelta(days=14)
"""So long after the hearing it is shared unless somebody says otherwise: the observer still reports."""
_CHANGED = (
    N_("What they would see has changed since the preview, and nothing was sent."),
    N_("Read it again as it is now."),
)


def _looks() -> bool:
    """Everything but the press that sends it."""
    return typed(PressForm().act) != SEND


@desk.form(
    "/trials/<uuid:proceeding_id>/hearings/<uuid:hearing_id>/share", needs=AtTheAct(Permission.SHARE_HEARING, _looks)
)
def share(session: Session, visitor: Visitor, proceeding: Proceeding, hearing: ProceedingEntry) -> Response:
    """First it is chosen, then looked at as they will see it, then sent: nothing but what was looked at goes out."""
    docket, now = open_docket(session, proceeding), datetime.now(UTC)
    standing, share_id = docket.hearing(hearing.id), entry_id_of(visitor)
    if request.method == "POST" and any(one.said.share_id == share_id for one in following.shares_of(docket)):
        return _led_to(docket, share_id)
    asked, before = offering.asked(session, docket, now), _before(docket, standing, now)
    form = _form(session, visitor, docket, standing, asked, before)

    def send() -> None:
        _sent(session, visitor, docket, form, asked, share_id)

    if not _looks() and done(form, lambda: on_what_was_read(send, _CHANGED)):
        say(_("Shared. They are told on their Today."))
        return _led_to(open_docket(session, proceeding, anew=True), share_id)
    looks: list[Seen] = []
    may_look = typed(form.act) != CHANGE and not form.errors

    def look() -> None:
        looks.append(_seen(session, visitor, docket, form, asked, now))

    if may_look and (_looked_again(form, look) if request.method == "GET" else done(form, look)):
        also_about(*docket.trial.files)
        stands = _stands(session, visitor, docket, asked, now) if looks[0].asked else {}
        stands.pop(Agreement.AGREED.value, None)
        return _preview(session, visitor, docket, standing, form, looks[0], stands)
    also_about(*docket.trial.files)
    stands = _stands(session, visitor, docket, asked, now)
    values = _around(session, visitor, docket, standing, now) | {"asked": asked, "before": before, "stands": stands}
    values["for_embassies"] = _for_embassies(session, standing.said)
    return shown("trials/share.html", form, **values)


def _looked_again(form: ShareForm, look: Callable[[], None]) -> bool:
    """Pressed after the look, and kept until the authenticator was asked: it is looked at again before it is sent."""
    if not passage().kept_path or _looks() or not form.validate():
        return False
    try:
        look()
    except (Changed, Refused, Absent):
        return False
    return True


def _stands(
    session: Session, by: Visitor, docket: Docket, asked: list[offering.Asked], now: datetime
) -> dict[str, list[Listed]]:
    """The files by how the consent to be seen with us stands."""
    return TrialSheet(session, by, docket).by_stand(of_file(one.file, now) for one in asked)


def _for_embassies(session: Session, said: Hearing) -> str:
    """What an embassy is asked, by who is to observe it already."""
    if said.observer is None or said.nobody_goes:
        return str(_("An embassy is asked to observe the hearing, and says whether somebody comes."))
    member_id = said.observer.member_id
    name = observer_name(said.observer, names_of(session, [member_id] if member_id is not None else []))
    if said.waits_for_embassy:
        told = _(
            "%(name)s was asked to observe the hearing, and has not accepted. Until the observer is withdrawn, another "
            "embassy is told of it, and not asked.",
            name=name,
        )
    else:
        told = _(
            "%(name)s is to observe the hearing already: an embassy is told of it, and not asked to observe it.",
            name=name,
        )
    return str(told)


def _led_to(docket: Docket, share_id: uuid.UUID) -> Response:
    given_id = following.share_of(docket, share_id).id
    return led_to("trials.shared", proceeding_id=docket.proceeding.id, given_id=given_id)


def _before(docket: Docket, hearing: Standing[Hearing], now: datetime) -> ShareEntry | None:
    """What was shared of an earlier hearing of its chain, where this one is shared likewise."""
    wanted = request.args.get("as", type=uuid.UUID)
    return next((one.said for one in to_share_again(docket, hearing, now) if one.id == wanted), None)


def _form(
    session: Session,
    by: Visitor,
    docket: Docket,
    hearing: Standing[Hearing],
    asked: list[offering.Asked],
    before: ShareEntry | None,
) -> ShareForm:
    form = ShareForm()
    may = [one for one in asked if one.may]
    offices, now = _offices(session, by, docket, hearing), datetime.now(UTC)
    form.among([(one, name) for one, _kind, name in offices], [(one.case.id, one.name) for one in may])
    kinds = {one: kind for one, kind, _name in offices}
    form.knows(asked, kinds, lambda on: check_until(on, hearing.said.when, now))
    if not any(one.asks for one in asked):
        del form.still_wanted
    if request.method == "GET" and not fields_before():
        form.begin(hearing.said.when.on + FOR_REPORT, hearing.entry.id, before)
    return form


def _offices(
    session: Session, by: Visitor, docket: Docket, hearing: Standing[Hearing]
) -> list[tuple[uuid.UUID, OfficeKind, str]]:
    """Embassies, then headquarters."""
    found = offering.could_go_to(session, by, docket, hearing, datetime.now(UTC))
    called = offices_called(session, by, found)
    return [(one, kind, called[one]) for one, kind in sorted(found.items(), key=lambda one: (one[1], called[one[0]]))]


def _seen(
    session: Session, by: Visitor, docket: Docket, form: ShareForm, asked: list[offering.Asked], now: datetime
) -> Seen:
    return offering.look(session, by, docket, docket.hearing(_made_from(form)), asked, form.chosen(), now)


def _made_from(form: ShareForm) -> uuid.UUID:
    try:
        return uuid.UUID(typed(form.made_from))
    except ValueError as error:
        raise Absent("no version of this hearing") from error


def _digest(seen: Seen) -> str:
    return digest("preview of a share", msgspec.msgpack.encode(seen)).hex()


def _sent(
    session: Session,
    by: Visitor,
    docket: Docket,
    form: ShareForm,
    asked: list[offering.Asked],
    share_id: uuid.UUID,
) -> None:
    now = datetime.now(UTC)
    seen = _seen(session, by, docket, form, asked, now)
    if _digest(seen) != typed(form.seen):
        raise Refused.of(_CHANGED)
    chosen, made_from = form.chosen(), _made_from(form)
    offering.share(session, by, docket.proceeding, made_from, chosen, now, share_id=share_id, looked_at=seen)


def _preview(
    session: Session,
    by: Visitor,
    docket: Docket,
    hearing: Standing[Hearing],
    form: ShareForm,
    seen: Seen,
    stands: dict[str, list[Listed]],
) -> Response:
    """Exactly what they will see, by the same template; what was typed goes along. Where somebody is asked to go:
    who has not agreed to be seen with them (`stands`).
    """
    chosen = form.chosen()
    office = session.get_one(Office, chosen.office_id)
    # What is sent is what was looked at: the hearing as it stands now.
    ours = {"made_from": str(docket.hearing(_made_from(form)).entry.id)}
    typed_here = typed_fields() or fields_before()
    kept = [(name, ours.get(name, value)) for name, value in typed_here if name not in ("act", "seen")]
    now = datetime.now(UTC)
    return shown(
        "trials/share_preview.html",
        seen=seen,
        stands=stands,
        clocks=clocks_of(seen.when, office.zone),
        kept=kept,
        digest=_digest(seen),
        no_charges=SharePart.CHARGES in chosen.parts and bool(docket.trial.charges) and not seen.charges,
        until=check_until(chosen.until_on, hearing.said.when, now),
        office=offices_called(session, by, [office.id]).get(office.id, ""),
        **_around(session, by, docket, hearing, now),
    )


def _around(session: Session, by: Visitor, docket: Docket, hearing: Standing[Hearing], now: datetime) -> dict[str, Any]:
    """The hearing, and with whom it is shared already."""
    there = list(reversed(following.shares_of(docket, hearing.id)))
    too_late = {kind: offering.too_late_for(kind, hearing.said, now) for kind in ACTION_WITH}
    return {
        "docket": docket,
        "hearing": hearing,
        "there": there,
        "too_late": {kind.value: why for kind, why in too_late.items() if why is not None},
        "offices": offices_called(session, by, (one.said.office_id for one in there)),
        "now": now,
    }


# -- one that was given


@desk.get("/trials/<uuid:proceeding_id>/shares/<uuid:given_id>", needs=Permission.WORK_ON_CASE)
def shared(session: Session, visitor: Visitor, proceeding: Proceeding, given: ProceedingEntry) -> Response:
    """What was shared, with whom, until when, what they answered; and taking it back."""
    docket = open_docket(session, proceeding)
    standing = docket.about(given.id, ShareEntry)
    said = standing.said
    members = [one for one in (said.by, said.answered_by) if one is not None]
    return shown(
        "trials/shared.html",
        clocks=clocks_of(said.shared.when, visitor.zone),
        names=names_of(session, members),
        **_one(session, visitor, docket, standing),
    )


@desk.form("/trials/<uuid:proceeding_id>/shares/<uuid:given_id>/revoke", needs=Permission.WORK_ON_CASE)
def revoke_share(session: Session, visitor: Visitor, proceeding: Proceeding, given: ProceedingEntry) -> Response:
    docket, form, now = open_docket(session, proceeding), RevokeForm(), datetime.now(UTC)
    standing = docket.about(given.id, ShareEntry)
    said = standing.said
    if done(
        form, lambda: taking_back.revoke(session, visitor, proceeding, said.share_id, typed(form.reason), now), "reason"
    ):
        say(_("Taken back. They open it no more."))
        return led_to("trials.shared", proceeding_id=proceeding.id, given_id=standing.id)
    back = url_for("trials.shared", proceeding_id=proceeding.id, given_id=standing.id)
    return shown("trials/share_revoke.html", form, back=back, **_one(session, visitor, docket, standing))


@desk.form("/shares/given/<uuid:share_id>/revoke", needs=Permission.WORK_ON_CASE)
def revoke_given(session: Session, visitor: Visitor, share: Share) -> Response:
    """What no trial that can be read tells of, or what is damaged itself: what opens it goes all the same."""
    form, now = RevokeForm(), datetime.now(UTC)
    del form.reason  # nothing is left to write it in
    if done(form, lambda: taking_back.take_back(session, visitor, share, now)):
        say(_("Taken back. They open it no more."))
        return led_to("trials.given_shares")
    return shown("trials/share_revoke.html", form, office="", back=url_for("trials.given_shares"))


@desk.form("/trials/<uuid:proceeding_id>/shares/<uuid:given_id>/why", needs=Permission.WORK_ON_CASE)
def why_revoked(session: Session, visitor: Visitor, proceeding: Proceeding, given: ProceedingEntry) -> Response:
    """Why it was taken back, written afterwards."""
    docket, form, now = open_docket(session, proceeding), WhyForm(), datetime.now(UTC)
    standing = docket.about(given.id, ShareEntry)
    said = standing.said
    if done(form, lambda: taking_back.say_why(session, visitor, proceeding, said.share_id, typed(form.reason), now)):
        say(_("Recorded."))
        return led_to("trials.shared", proceeding_id=proceeding.id, given_id=standing.id)
    return shown("trials/share_why.html", form, **_one(session, visitor, docket, standing))


@desk.form("/trials/<uuid:proceeding_id>/shares/<uuid:given_id>/extend", needs=Permission.SHARE_HEARING)
def extend_share(session: Session, visitor: Visitor, proceeding: Proceeding, given: ProceedingEntry) -> Response:
    docket, form, now = open_docket(session, proceeding), ExtendForm(), datetime.now(UTC)
    standing = docket.about(given.id, ShareEntry)
    said = standing.said
    asked = offering.asked_of(session, docket, said, now)
    form.knows(asked, said.kind, lambda on: offering.longer(said, on, now))

    def act() -> None:
        assert form.until_on.data is not None  # noqa: S101 - the form asked for it
        on, wanted = form.until_on.data, typed(form.still_wanted)
        offering.extend(session, visitor, proceeding, said.share_id, on, wanted, now)

    if done(form, act):
        say(_("Extended. They are told."))
        return led_to("trials.shared", proceeding_id=proceeding.id, given_id=standing.id)
    also_about(*said.files)
    return shown("trials/share_extend.html", form, asked=asked, **_one(session, visitor, docket, standing))


@desk.form("/trials/<uuid:proceeding_id>/shares/<uuid:given_id>/renew", needs=Permission.SHARE_HEARING)
def renew_share(session: Session, visitor: Visitor, proceeding: Proceeding, given: ProceedingEntry) -> Response:
    """What the trial says by now, looked at as they will see it, then sent."""
    docket, form, now = open_docket(session, proceeding), RenewForm(), datetime.now(UTC)
    standing = docket.about(given.id, ShareEntry)
    said, seen = standing.said, offering.renewed(session, docket, standing.said)

    def act() -> None:
        if _digest(seen) != typed(form.seen):
            raise Refused.of(_CHANGED)
        offering.renew(session, visitor, proceeding, said.share_id, seen, typed(form.still_wanted), now)

    if done(form, lambda: on_what_was_read(act, _CHANGED), "still_wanted"):
        say(_("Sent. They are told on their Today."))
        return led_to("trials.shared", proceeding_id=proceeding.id, given_id=standing.id)
    form.seen.data = _digest(seen)
    clocks = clocks_of(seen.when, session.get_one(Office, said.office_id).zone)
    return shown("trials/share_renew.html", form, seen=seen, clocks=clocks, **_one(session, visitor, docket, standing))


def _one(session: Session, by: Visitor, docket: Docket, standing: Standing[ShareEntry]) -> dict[str, Any]:
    said = standing.said
    office = offices_called(session, by, [said.office_id]).get(said.office_id, "")
    return {"docket": docket, "given_id": standing.id, "given": said, "office": office, "now": datetime.now(UTC)}


@desk.form("/trials/<uuid:proceeding_id>/shares/<uuid:given_id>/send-again", needs=Permission.WORK_ON_CASE)
def send_share_again(session: Session, visitor: Visitor, proceeding: Proceeding, given: ProceedingEntry) -> Response:
    """The newest version, where that office could not receive it."""
    docket = open_docket(session, proceeding)
    standing = docket.about(given.id, ShareEntry)
    said = standing.said
    sent: list[bool] = []

    def act() -> None:
        held = locked_docket(session, proceeding)
        standing = following.share_of(held, said.share_id)
        if standing.said.waits_to_be_told:
            following.send_again(session, visitor, held, standing, datetime.now(UTC))
            sent.append(True)

    def after() -> Response:
        say(_("Sent.")) if sent else note(_("They have it already."))
        return led_to("trials.shared", proceeding_id=proceeding.id, given_id=standing.id)

    return confirm(
        act,
        after,
        title=_("Send the newest version again"),
        name=_one(session, visitor, docket, standing)["office"],
        says=[_("That office was changing its keys. Until it has the newest version it sees nothing of this share.")],
        button=_("Send it again"),
        back=("trials.shared", {"proceeding_id": proceeding.id, "given_id": standing.id}),
    )


# -- all that the office gave


@desk.get("/shares/given", needs=Permission.SEE_CASES)
def given_shares(session: Session, visitor: Visitor) -> Response:
    """Everything of the office that others can open now, the one that ends first on top."""
    now = datetime.now(UTC)
    mine = [one for one in visitor.seats if visitor.allows(Permission.WORK_ON_CASE, one)]
    rows, damaged = given_now(session, mine, now)
    called = offices_called(session, visitor, (one.to_office_id for one in rows))
    return shown("trials/shares_given.html", rows=rows, offices=called, damaged=len(damaged), now=now)
