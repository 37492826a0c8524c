"""Sign-in, unlocking, a fresh second factor, sign-out and quick exit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.accounts.carried import CARRIED, carry, keep_carried
from hrd_cases.accounts.credentials import use_code
from hrd_cases.accounts.forms import CodeForm, SignInForm, UnlockForm
from hrd_cases.accounts.kept import how_many_wait
from hrd_cases.accounts.models import Member
from hrd_cases.accounts.tries import (
    FAILED,
    NOBODY,
    Try,
    begin_session,
    by_passphrase,
    count_own_try,
    may_try,
    member_called,
    own_cookie,
    proven_with_code,
    room_for_a_code,
    sessions,
    typed_name,
    typed_secret,
)
from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.door import guards
from hrd_cases.door.desk import Desk
from hrd_cases.door.house import Sent, house
from hrd_cases.door.keeping import keeps_here, texts_again, typed_fields, typed_here, typed_texts
from hrd_cases.door.passage import passage
from hrd_cases.door.permissions import Permission
from hrd_cases.door.places import place_at
from hrd_cases.door.said import note
from hrd_cases.door.showing import led_to, shown
from hrd_cases.door.traces import after_refusal
from hrd_cases.door.visitor import Visitor
from hrd_cases.forms import typed
from hrd_cases.vault.passphrase import WrongPassphrase

desk = Desk("sign_in")

KEPT = "/not-sent/"
OUT = "out"
"""In the address of the sign-in page: somebody has just signed out here."""
ENDED = "ended"
"""In the address of the sign-in page: a page was asked for in a browser whose session is over, or never began."""
SAME_WORDS = _l("The sign-in name, the passphrase or the code is not right.")
"""One sentence for an unknown name, a wrong passphrase and a wrong code: none of them is told apart."""
PRESS_AGAIN = _l("What you pressed has not been done. Read it once more, then press the button.")


def sign_in_page() -> Response:
    """What someone meets who is not signed in: the sign-in page, or the unlocking page of their own session."""
    passage().bare = True
    with house().database.main.reading() as session:
        owner = sessions().member_of(session, own_cookie())
        locked = sessions().is_locked(session, own_cookie())
    if not locked or owner is None:
        if request.method == "POST":
            return _signed_out_before(carries=owner is None)
        return redirect(url_for("sign_in.sign_in") + (f"?{ENDED}=1" if own_cookie() else ""), 303)
    if owner.enrolled_at is None:
        return led_to("enrol.begin")  # nothing unlocks a half-made enrolment: the code begins it again
    typed, pressed = _sent_in_vain()
    kept = bool(typed and passage().form_kept)
    lost = typed_texts() if typed and not kept else None
    here = "" if typed else own_page(request.path)
    return _unlock_form(UnlockForm.empty(), 401, kept=kept, pressed=pressed, lost=lost, here=here)


def _signed_out_before(*, carries: bool) -> Response:
    """The sign-in page, which says that nothing was sent, with every text of it to be copied: its browser may have
    forgotten them, and the cookie too. `carries`: whose it was is known of those alone whose access was ended, and it
    comes next for nobody else.
    """
    typed, _pressed = _sent_in_vain()
    lost = typed_texts() if typed else None
    return _sign_in_form(SignInForm.empty(), 401, unsent=True, lost=lost, carried=_carried_here() if carries else "")


def _sign_in_form(form: SignInForm, status: int = 200, **page: Any) -> Response:
    """`unsent`: a form was sent in vain. `lost`: its texts that were not kept; None if nothing was lost. `carried`: the
    form that comes next."""
    nothing: dict[str, Any] = {"unsent": False, "lost": None, "carried": "", "out": False, "ended": False, "slowed": 0}
    return shown("accounts/sign_in.html", form, status, **{**nothing, **page})


def slowed_page(seconds: int) -> Response | None:
    """The sign-in page once more for whoever tried too often there and has a form that comes next: it is carried along.
    None elsewhere."""
    if request.endpoint != "sign_in.sign_in" or (lost := texts_again()) is None or not request.form.get(CARRIED):
        return None
    passage().bare = True
    return _sign_in_form(SignInForm(), 429, lost=lost, carried=request.form[CARRIED], slowed=seconds)


def _carried_here() -> str:
    """The form of this request, to be carried along; "" if it may not be kept, or was not made for this cookie."""
    if not (keeps_here() and typed_here() and guards.token_fits()):
        return ""
    return carry(Sent(request.path, typed_fields(), None), house().settings.max_form_bytes)


def _unlock_form(form: UnlockForm, status: int = 200, **page: Any) -> Response:
    nothing: dict[str, Any] = {"kept": False, "pressed": False, "lost": None, "here": ""}
    return shown("accounts/unlock.html", form, status, **{**nothing, **page})


def _sent_in_vain() -> tuple[bool, bool]:
    """(was something typed, was a button only pressed) in a form whose session was gone?"""
    posted = request.method == "POST"
    typed = posted and typed_here()
    return typed, posted and not typed


def own_page(path: str) -> str:
    """The address, if it is a page of ours, written as we write it: a path that names no host however it is read."""
    return path if place_at(path, "GET") is not None else ""


def first_page(session: Session, member: Member, back: str = "") -> Response:
    """Where a session begins: what was not sent yet, the page they were on, or Today."""
    if how_many_wait(session, member.id):
        return led_to("kept.index")
    return redirect(own_page(back) or url_for("today.show"), 303)


# -- sign-in


def try_passphrase(session: Session) -> Try:
    name = typed_name()
    attempt = may_try(name)
    member = member_called(session, name)
    return room_for_a_code(by_passphrase(session, attempt, member, typed_secret("passphrase")), "passphrase")


@desk.form("/sign-in", needs=Permission.ANYONE, prepare=try_passphrase, keeps=False, audited=False)
def sign_in(session: Session, visitor: Visitor | None, prepared: Try = FAILED) -> Response:
    form = SignInForm()
    if request.method == "GET":
        if visitor is not None:
            return led_to("today.show")
        return _sign_in_form(form, out=OUT in request.args, ended=ENDED in request.args)
    member = _begun(session, prepared, typed(form.code))
    if member is None:
        form.refuse_whole(str(SAME_WORDS), "sign_in", "passphrase", "code")
        return _sign_in_form(form, lost=texts_again(), carried=request.form.get(CARRIED, ""))
    record(session, Event.SIGNED_IN)
    carried = keep_carried(session, member, prepared.seed or b"", request.form.get(CARRIED, ""))
    return led_to("kept.show", form_id=carried) if carried is not None else first_page(session, member)


def _begun(session: Session, tried: Try, code: str) -> Member | None:
    """The member whose session began, or None if anything was wrong."""
    now = datetime.now(UTC)
    try:
        member = proven_with_code(session, tried, code, now)
    except WrongPassphrase:
        after_refusal(Event.SIGN_IN_FAILED, member=tried.member_id or NOBODY)
        return None
    begin_session(session, member, tried.seed or b"", now)
    return member


# -- unlocking


def try_locked_passphrase(session: Session) -> Try:
    """The passphrase of whoever's session this was."""
    member = sessions().member_of(session, own_cookie())
    attempt = may_try(member.sign_in if member is not None else "")
    return room_for_a_code(by_passphrase(session, attempt, member, typed_secret("passphrase")), "passphrase")


@desk.form("/unlock", needs=Permission.ANYONE, prepare=try_locked_passphrase, keeps=False, audited=False)
def unlock(session: Session, visitor: Visitor | None, prepared: Try = FAILED) -> Response:
    """After idling: the passphrase and a code open the same work again, under a new cookie."""
    form, here, pressed = UnlockForm(), request.form.get("here", ""), "pressed" in request.form
    if visitor is not None:
        return first_page(session, session.get_one(Member, visitor.member_id), here)
    if request.method == "GET":
        return _unlock_form(form)
    member = _begun(session, prepared, typed(form.code))
    if member is None:
        form.refuse_whole(_("The passphrase or the code is not right."), "passphrase", "code")
        kept = "kept" in request.form
        return _unlock_form(form, kept=kept, pressed=pressed, lost=texts_again(), here=own_page(here))
    record(session, Event.SESSION_UNLOCKED)
    if pressed and own_page(here):
        note(PRESS_AGAIN)
    return first_page(session, member, here)


# -- leaving


@desk.form("/sign-out", needs=Permission.ANYONE, keeps=False, audited=False, always=True)
def sign_out(session: Session, visitor: Visitor | None) -> Response:
    """End the session here. The keys go with it; the browser is told to forget the site."""
    own = visitor is not None and not visitor.suspended
    return _leave(session, visitor, Event.SIGNED_OUT, url_for("sign_in.sign_in") + (f"?{OUT}=1" if own else ""))


@desk.form("/leave", needs=Permission.ANYONE, keeps=False, audited=False, always=True)
def leave(session: Session, visitor: Visitor | None) -> Response:
    """Quick exit: the session ends and a page without meaning is shown."""
    return _leave(session, visitor, Event.LEFT_QUICKLY, url_for("sign_in.blank"))


def _leave(session: Session, visitor: Visitor | None, event: Event, target: str) -> Response:
    if request.method == "GET":
        return redirect(target)
    sessions().end(session, own_cookie())
    if visitor is not None:
        record(session, event)
    guards.exchange_cookie(guards.new_cookie())
    answer = make_response(redirect(target, 303))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@desk.get("/blank", needs=Permission.ANYONE, audited=False)
def blank() -> Response:
    """Where a quick exit ends: an empty page under a neutral title."""
    return make_response(render_template("accounts/blank.html"))


# -- a fresh second factor


@desk.form("/second-factor", needs=Permission.OWN_ACCOUNT, prepare=count_own_try, keeps=False)
def second_factor(session: Session, visitor: Visitor) -> Response:
    """The authenticator once more, before an act that asks for it. The page that asked leads to exactly what asked: the
    one form that was kept for it, or the page whose button was pressed."""
    form, row = CodeForm(), session.get_one(Member, visitor.member_id)
    asked = request.method == "GET"
    here = sessions().held(session, own_cookie()).after_factor if asked else request.form.get("here", "")
    page: dict[str, Any] = {"here": own_page(here), "kept": here.startswith(KEPT)}
    if asked:
        return shown("accounts/second_factor.html", form, **page)
    now = datetime.now(UTC)
    try:
        use_code(session, row, visitor.ring.keys, typed(form.code), now)
    except WrongPassphrase:
        after_refusal(Event.SIGN_IN_FAILED, member=visitor.member_id)
        form.refuse(_("This code is wrong, or it was used already. Wait for the next one."), "code")
        return shown("accounts/second_factor.html", form, **page)
    with sessions().holding(session, own_cookie()) as held:
        held.second_factor_at, held.after_factor = now, ""
    record(session, Event.SECOND_FACTOR_GIVEN)
    if page["here"] and not page["kept"]:
        note(PRESS_AGAIN)
    return redirect(page["here"] or url_for("today.show"), 303)
