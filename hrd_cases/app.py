"""The composition root: puts the rooms together. May import anything; only what starts the house imports it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Flask, request
from flask_babel import Babel, get_locale
from flask_login import LoginManager
from sqlalchemy.orm import Session

from hrd_cases import installation, logs
from hrd_cases.accounts.desks import ACCOUNT_DESKS
from hrd_cases.accounts.kept import KeptForms
from hrd_cases.accounts.sessions import Sessions
from hrd_cases.accounts.sign_in import sign_in_page, slowed_page
from hrd_cases.cases import filing
from hrd_cases.cases.desks import CASE_DESKS
from hrd_cases.cases.figures import FIGURES
from hrd_cases.cases.late_rounds import ROUNDS as LATE
from hrd_cases.db import Database
from hrd_cases.documents.desks import DOCUMENT_DESKS
from hrd_cases.door import answers, guards
from hrd_cases.door.desk import check_every_route
from hrd_cases.door.house import House, house, install
from hrd_cases.door.passage import passage
from hrd_cases.door.said import said
from hrd_cases.grants import answering, sheets
from hrd_cases.grants.desks import GRANT_DESKS
from hrd_cases.grants.rounds import ROUNDS as GRANTS
from hrd_cases.health import desk as health_desk
from hrd_cases.navigation import navigation_for
from hrd_cases.offices import notices
from hrd_cases.offices.chores import Chores
from hrd_cases.offices.desks import OFFICE_DESKS
from hrd_cases.offices.models import Office
from hrd_cases.oversight.desk import desk as oversight_desk
from hrd_cases.pages import install_pages
from hrd_cases.settings import ROOT, Settings
from hrd_cases.today.views import desk as today_desk
from hrd_cases.trials.desks import TRIAL_DESKS
from hrd_cases.trials.mending import ROUNDS
from hrd_cases.trials.shares import arriving
from hrd_cases.trials.shares import letters as share_letters
from hrd_cases.trials.shares.answers import fold_answer, fold_report
from hrd_cases.trials.shares.attending_rounds import ROUNDS as ATTENDING
from hrd_cases.vault import passphrase, selftest
from hrd_cases.vault.slots import for_strangers

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


def create_app(settings: Settings) -> Flask:
    """The web application of one installation. Raises Unfit if the vault fails its self-test, or a real installation is
    to be started as a demonstration."""
    selftest.check()
    passphrase.slots(settings.home / "slots", strangers=for_strangers(settings.workers))
    app = Flask(
        "hrd_cases",
        static_folder=str(ROOT / "assets" / "build"),
        static_url_path="/static",
        template_folder=str(ROOT / "templates"),
        root_path=str(ROOT / "hrd_cases"),
    )
    app.request_class = guards.UnspooledRequest
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
    install_pages(app, guards.csrf_token, kept_field=guards.kept_field, said=said, kept_path=guards.kept_path)
    app.jinja_env.globals["usual_hours"] = (FIGURES.hours_opens, FIGURES.hours_closes)
    app.context_processor(lambda: _page_frame(app, settings) | {"demonstration": mark.shown(settings)})
    of_rooms = (*ACCOUNT_DESKS, *OFFICE_DESKS, *DOCUMENT_DESKS, *CASE_DESKS, *TRIAL_DESKS, *GRANT_DESKS)
    for desk in (health_desk, today_desk, *of_rooms, oversight_desk):
        app.register_blueprint(desk.blueprint)
    answers.install_answers(app, sign_in_page, slowed_page)
    app.after_request(guards.seal_answer)
    check_every_route(app)
    logs.start(settings)
    return app


def build_house(settings: Settings) -> House:
    """Both stores and what the door needs of the rooms around it."""
    database = Database(settings.database_url, settings.shred_url)
    sessions = Sessions(settings, _office_of)
    chores = Chores(
        {
            notices.ACT: notices.fold,
            filing.FILED: filing.fold,
            filing.SOURCES: filing.fold_sources,
            share_letters.OFFERED: arriving.fold,
            share_letters.CHANGED: arriving.fold,
            share_letters.ENDED: arriving.fold_end,
            share_letters.ANSWERED: fold_answer,
            share_letters.REPORTED: fold_report,
            sheets.ACT: sheets.fold,
            answering.ACT: answering.fold,
        },
        (ROUNDS, ATTENDING, LATE, GRANTS),
        known_by_rows=share_letters.ACTS,
    )
    return House(settings, database, sessions, KeptForms(sessions), chores)


def _office_of(session: Session, office_id: uuid.UUID) -> tuple[str, str]:
    office = session.get(Office, office_id)
    return (office.seat, office.zone) if office is not None else ("", "UTC")


def _sign_in_glue(app: Flask) -> None:
    """Flask-Login asks us who is there; our own session answers, and nothing of it lives in Flask's."""
    manager = LoginManager()
    manager.session_protection = None
    manager.request_loader(lambda _request: passage().visitor)
    manager.init_app(app, add_context_processor=False)


def _locale() -> str:
    visitor = passage().visitor
    settings = house().settings
    languages = [settings.locale, *(language for language in settings.languages if language != settings.locale)]
    if visitor is not None and visitor.language in languages:
        return visitor.language
    return request.accept_languages.best_match(languages) or languages[0]


def _zone() -> str:
    visitor = passage().visitor
    return visitor.zone if visitor is not None else "UTC"


def _page_frame(app: Flask, settings: Settings) -> dict[str, Any]:
    """What the frame of every page asks for; an error page gets it without a visitor, who may be what failed."""
    visitor = passage().shown_to
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
