"""A gallery of every macro, for tests and for eyes: `python -m tests.pages.gallery`, then http://127.0.0.1:8111/ltr/today.

A small Flask application of its own: it needs no database and no key. Everything in it is invented.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import cast

from flask import Flask, Response, abort, current_app, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Form,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length

from hrd_cases.forms import DayField
from hrd_cases.offices.words import own_office
from hrd_cases.pages import install_pages
from hrd_cases.settings import ROOT

PORT = 8111
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
PAGES = ("today", "sign-in", "form", "form-errors", "lists", "members", "notes", "panel", "long", "bare")
ERRORS = (400, 403, 404, 409, 413, 429, 500)


@dataclass(frozen=True)
class Member:
    sign_in: str
    role: str
    state: str
    kind: str
    nights: int


MEMBERS = (
    Member("amira.haddad", "Liaison officer", "Ready", "good", 12),
    Member("jonas.lindqvist", "Head of delegation", "Waiting for the key", "waiting", 3),
    Member("a.very.long.sign-in.name.that.never.seems.to.end", "Finance officer", "Revoked", "danger", 1204),
)


class GalleryForm(Form):
    """One field of every kind; the labels are as long as real ones."""

    sign_in = StringField(
        "Sign-in name",
        [InputRequired("Write the sign-in name")],
        description="Small letters and dots, for example amira.haddad",
    )
    what = TextAreaField("What happened", [InputRequired("Say in a sentence what happened")])
    passphrase = PasswordField("Passphrase", [Length(15, 256, "The passphrase needs at least 15 characters")])
    code = StringField("One-time code", [InputRequired("Write the code your authenticator shows now")])
    country = SelectField(
        "Country",
        choices=[SelectChoice("EG", "Egypt", optgroup="North Africa"), SelectChoice("FJ", "Fiji", optgroup="Pacific")],
    )
    language = SelectField("Language", choices={"en": "English", "ar": "العربية"})
    role = RadioField(
        "Role",
        [InputRequired("Choose a role")],
        choices={"officer": "Liaison officer", "head": "Head of delegation", "finance": "Finance officer"},
        description="What this person will do in the office",
    )
    again = RadioField("Do you want a reminder?", choices={"yes": "Yes", "no": "No"}, default="no")
    circles = SelectMultipleField(
        "Circles",
        [InputRequired("Choose at least one circle")],
        choices={"casework": "Casework", "sources": "Sources"},
    )
    printed = BooleanField("I have printed the recovery code and put it away", [InputRequired("Print the code first")])
    from_on = DayField("Acting from", [InputRequired("Write the day from which")], description="For example 27 3 2026")
    amount = StringField("Amount")


NAVIGATION = (
    SimpleNamespace(text="Today", href="/ltr/today", current=True),
    SimpleNamespace(text="Office", href="/ltr/lists", current=False),
    SimpleNamespace(text="Members", href="/ltr/members", current=False),
    SimpleNamespace(text="Audit", href="/ltr/long", current=False),
    SimpleNamespace(text="Your account", href="/ltr/form", current=False),
)
ARABIC_NAVIGATION = tuple(
    SimpleNamespace(text=text, href=item.href.replace("ltr", "rtl"), current=item.current)
    for text, item in zip(("اليوم", "المكتب", "الأعضاء", "سجل التدقيق", "حسابك"), NAVIGATION, strict=True)
)
VISITOR = SimpleNamespace(
    sign_in="amira.haddad", office_name="Delegation in Cairo", suspended=False, allows=lambda *_: False
)


def create_gallery() -> Flask:
    """The gallery's application: pages at /ltr/… and /rtl/…, errors at /ltr/error/404."""
    app = Flask(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "assets" / "build"),
        static_url_path="/assets",
    )
    app.secret_key = "gallery"
    Babel(
        app, locale_selector=lambda: "ar" if _direction() == "rtl" else "en", timezone_selector=lambda: "Africa/Cairo"
    )
    install_pages(app, csrf_token=lambda: "token-of-the-gallery")
    app.jinja_env.loader = ChoiceLoader(
        [FileSystemLoader(ROOT / "templates"), FileSystemLoader(ROOT / "tests" / "pages" / "templates")]
    )
    app.context_processor(_frame)
    app.add_template_filter(own_office)
    app.jinja_env.globals["page_address"] = lambda number: f"/ltr/lists?page={number}"
    app.add_url_rule("/<direction>/<name>", "page", show_page, methods=["GET", "POST"])
    app.add_url_rule("/<direction>/error/<int:code>", "error", show_error)
    app.add_url_rule("/leave", "leave", lambda: redirect("/ltr/bare", 303), methods=["POST"])
    app.after_request(_with_policy)
    return app


def show_page(direction: str, name: str) -> ResponseReturnValue:
    """One page of the gallery."""
    if name not in PAGES or direction not in {"ltr", "rtl"}:
        abort(404)
    return render_template(f"gallery/{name}.html", **_content(name))


def show_error(direction: str, code: int) -> ResponseReturnValue:
    """An error page as the application shows it when it can say nothing more, or (409) everything."""
    if code not in ERRORS or direction not in {"ltr", "rtl"}:
        abort(404)
    g.bare = code == 500
    versions = [
        {
            "label": "Summary",
            "theirs": "Released on Monday.\nThe family confirmed it.",
            "yours": "Still held, says the lawyer.",
        }
    ]
    words = {"who_can": "The head of your office: Jonas Lindqvist."} if code == 403 else {}
    return render_template(f"errors/{code}.html", seconds=95, versions=versions if code == 409 else None, **words), code


def _content(name: str) -> dict[str, object]:
    content: dict[str, object] = {"members": MEMBERS, "now": datetime(2026, 11, 21, 12, 5, tzinfo=UTC)}
    if name in {"form", "form-errors", "sign-in"}:
        content["form"] = {"form": _filled, "form-errors": _refused, "sign-in": _signing_in}[name]()
    return content


def _filled() -> GalleryForm:
    return GalleryForm(data={"from_on": date(2026, 3, 27), "role": "head", "circles": ["casework"]})


def _refused() -> GalleryForm:
    sent = {"sign_in": "", "from_on-day": "31", "from_on-month": "2", "from_on-year": "2026", "what": ""}
    form = GalleryForm(MultiDict(sent))
    form.validate()
    form.form_errors.append("These words do not fit together")
    return form


def _signing_in() -> GalleryForm:
    form = GalleryForm(MultiDict({"sign_in": "amira", "code": "1"}))
    form.sign_in.errors = ["The sign-in name, the passphrase or the code is wrong"]
    return form


def _frame() -> dict[str, object]:
    rtl = _direction() == "rtl"
    bare = getattr(g, "bare", False) or request.path.endswith(("bare", "sign-in"))
    asset = cast("Callable[[str], str]", current_app.jinja_env.globals["asset"])
    return {
        "public_name": "Daybook",
        "demonstration": not bare or request.path.endswith("sign-in"),
        "navigation": () if bare else ARABIC_NAVIGATION if rtl else NAVIGATION,
        "visitor": None if bare else VISITOR,
        "text_direction": "rtl" if rtl else "ltr",
        "locale": "ar" if rtl else "en",
        "css_href": asset("app.rtl.css" if rtl else "app.css"),
    }


def _direction() -> str:
    return "rtl" if request.path.startswith("/rtl/") else "ltr"


def _with_policy(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["Cache-Control"] = "no-store"
    return response


if __name__ == "__main__":
    create_gallery().run(port=PORT, debug=False)
