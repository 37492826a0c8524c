"""The composition root: puts the rooms together. May import anything; nothing but the commands imports it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Flask, g, request
from flask_babel import Babel, get_locale
from flask_login import LoginManager
from sqlalchemy.orm import Session

from hrd_cases import installation, logs
from hrd_cases.accounts import kept
from hrd_cases.accounts.desks import ACCOUNT_DESKS
from hrd_cases.accounts.sessions import Sessions
from hrd_cases.accounts.sign_in import sign_in_page
from hrd_cases.db import Database
from hrd_cases.door import answers, guards
from hrd_cases.door.desk import check_every_route
from hrd_cases.door.house import House, Sent, house, install
from hrd_cases.door.said import said
from hrd_cases.door.visitor import Visitor
from hrd_cases.health import desk as health_desk
from hrd_cases.navigation import navigation_for
from hrd_cases.offices import notices
from hrd_cases.offices.chores import Chores
from hrd_cases.offices.desks import OFFICE_DESKS
from hrd_cases.offices.models import Office
from hrd_cases.oversight.desk import desk as oversight_desk
from hrd_cases.pages import install_pages
from hrd_cases.settings import ROOT, Settings
from hrd_cases.vault import passphrase, selftest

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


def create_app(settings: Settings) -> Flask:
    """The web application of one installation. Raises Unfit if the vault fails its self-test, or a real installation is
    to be started as a demonstration."""
    selftest.check()
    passphrase.slots(settings.home / "slots")
    app = Flask(
        "hrd_cases",
        static_folder=str(ROOT / "assets" / "build"),
        static_url_path="/static",
        template_folder=str(ROOT / "templates"),
        root_path=str(ROOT / "hrd_cases"),
    )
    app.config.update(
        MAX_CONTENT_LENGTH=settings.max_form_bytes,
        # A form stays in memory: what is spooled to disk lies there in clear.
        MAX_FORM_MEMORY_SIZE=settings.max_form_bytes,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        BABEL_DEFAULT_LOCALE=settings.locale,
        BABEL_TRANSLATION_DIRECTORIES="translations",
    )
    built = build_house(settings)
    install(app, built)
    mark = installation.Mark(built.database.main)
    installation.check_mark(settings, mark.is_demonstration())
    Babel(app, locale_selector=_locale, timezone_selector=_zone)
    _sign_in_glue(app)
    install_pages(app, guards.csrf_token, kept_field=guards.kept_field, said=said)
    app.context_processor(lambda: _page_frame(app, settings) | {"demonstration": mark.shown(settings)})
    for desk in (health_desk, *ACCOUNT_DESKS, *OFFICE_DESKS, oversight_desk):
        app.register_blueprint(desk.blueprint)
    answers.install_answers(app, sign_in_page)
    app.after_request(guards.seal_answer)
    check_every_route(app)
    logs.start(settings)
    return app


def build_house(settings: Settings) -> House:
    """Both stores and what the door needs of the rooms around it."""
    database = Database(settings.database_url, settings.shred_url)
    sessions = Sessions(settings, _office_of)
    chores = Chores({notices.ACT: notices.fold})

    def keep(session: Session, visitor: Visitor | None, cookie: str, sent: Sent) -> uuid.UUID | None:
        if visitor is not None:
            return kept.keep_own(session, visitor.member_id, visitor.ring.keys, sent)
        return kept.keep_from_dead_session(session, sessions, cookie, sent)

    def take_kept(session: Session, visitor: Visitor, kept_id: uuid.UUID, path: str) -> None:
        kept.take_kept(session, visitor.member_id, visitor.ring.keys, kept_id, path)

    def touch(session: Session, visitor: Visitor) -> None:
        sessions.touch(session, visitor, request.cookies.get(guards.COOKIE, ""))

    return House(
        settings=settings,
        database=database,
        sessions=sessions,
        find_visitor=sessions.find_visitor,
        keep=keep,
        take_kept=take_kept,
        touch=touch,
        chores_wait=chores.wait,
        do_chores=chores.do,
    )


def _office_of(session: Session, office_id: uuid.UUID) -> tuple[str, str]:
    office = session.get(Office, office_id)
    return (office.seat, office.zone) if office is not None else ("", "UTC")


def _sign_in_glue(app: Flask) -> None:
    """Flask-Login asks us who is there; our own session answers, and nothing of it lives in Flask's."""
    manager = LoginManager()
    manager.session_protection = None
    manager.request_loader(lambda _request: g.get("visitor"))
    manager.init_app(app, add_context_processor=False)


def _locale() -> str:
    visitor: Visitor | None = g.get("visitor")
    settings = house().settings
    languages = [settings.locale, *(language for language in settings.languages if language != settings.locale)]
    if visitor is not None and visitor.language in languages:
        return visitor.language
    return request.accept_languages.best_match(languages) or languages[0]


def _zone() -> str:
    visitor: Visitor | None = g.get("visitor")
    return visitor.zone if visitor is not None else "UTC"


def _page_frame(app: Flask, settings: Settings) -> dict[str, Any]:
    """What the frame of every page asks for; an error page gets it without a visitor, who may be what failed."""
    visitor: Visitor | None = None if g.get("bare") else g.get("visitor")
    locale = str(get_locale() or settings.locale)
    direction = "rtl" if locale.split("_", maxsplit=1)[0] in RIGHT_TO_LEFT else "ltr"
    asset = app.jinja_env.globals["asset"]
    return {
        "public_name": settings.public_name,
        "visitor": visitor,
        "navigation": navigation_for(visitor, request.path) if visitor is not None else [],
        "locale": locale,
        "text_direction": direction,
        "css_href": asset("app.rtl.css" if direction == "rtl" else "app.css"),  # type: ignore[operator]
        "allows": visitor.allows if visitor is not None else lambda *_: False,
    }
