"""Checked before anything else: where a request comes from, how large it is, and that its form was made for this
cookie.
"""

from __future__ import annotations

import base64
import secrets
import uuid
from collections.abc import Callable, Mapping
from typing import IO
from urllib.parse import urlsplit

from flask import Request, Response, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import BadRequest

from hrd_cases.door.arrivals import Beating, Begin, read_form
from hrd_cases.door.house import house
from hrd_cases.door.passage import passage
from hrd_cases.errors import StaleToken, TooLarge
from hrd_cases.vault.envelope import derive, equal

COOKIE = "__Host-session"
TOKEN_FIELD = "csrf_token"  # noqa: S105 - the name of a form field
KEPT_FIELD = "kept_form"
FORM_TYPE = "application/x-www-form-urlencoded"
FILES_TYPE = "multipart/form-data"
FILES_AT_ONCE = 20
"""Of one form, each as large as a document may be."""
COOKIE_BYTES = 32

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
    "X-Robots-Tag": "noindex, nofollow",
}


def cookie() -> str:
    """The cookie of this request, or the one its answer will set; "" for a cross-site request, which never gets one."""
    here = passage()
    if here.cookie is None:
        given = request.cookies.get(COOKIE, "")
        here.cookie = given if _well_formed(given) else ("" if cross_site(request) else new_cookie())
        here.sets_cookie = here.cookie != given and bool(here.cookie)
    return here.cookie


def _well_formed(value: str) -> bool:
    return len(value) == 43 and value.replace("-", "a").replace("_", "a").isalnum() and value.isascii()


def new_cookie() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(COOKIE_BYTES)).decode().rstrip("=")


def exchange_cookie(value: str) -> None:
    """Give the browser another cookie with this answer: at sign-in, unlocking and sign-out."""
    passage().cookie, passage().sets_cookie = value, True


def csrf_token() -> str:
    """The token of every form of this cookie: no cookie, no token."""
    return token_of(cookie()) if cookie() else ""


def token_of(value: str) -> str:
    """The form token that belongs to a cookie."""
    return derive(value.encode(), "csrf").hex()


def cross_site(incoming: Request) -> bool:
    """Sent by another site? Browsers say so themselves; an old one that says nothing is judged by its Origin."""
    site = incoming.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = incoming.headers.get("Origin")
    try:
        return origin is not None and urlsplit(origin).netloc != incoming.host
    except ValueError:
        return True


class UnspooledRequest(Request):
    """A request whose files no library takes: what Werkzeug would spool to disk lies there in clear."""

    def _get_file_stream(self, *_: object, **__: object) -> IO[bytes]:
        raise BadRequest


def check_before_body(largest: int | None = None, *, files: bool = False) -> None:
    """A form of another site, or larger than its route takes (`largest` bytes, or as any form), is refused unread. One
    with files may have so many of the largest, unless its route says how much it takes.
    """
    if cross_site(request) or request.headers.get("Origin", "same") == "null":
        raise StaleToken("this form came from another site")
    settings = house().settings
    length, limit = request.content_length, settings.max_form_bytes if largest is None else largest
    if files and largest is None:
        limit += FILES_AT_ONCE * settings.max_document_bytes
    if length is None or length > limit:
        raise TooLarge
    request.max_content_length = request.max_form_memory_size = limit


def read_body(files: Begin | None, beat: Callable[[], None]) -> None:
    """Read the form now, while no transaction is open: whoever sends slowly keeps nobody waiting but themselves. Its
    files go to `files` as they come, once its token was seen; `beat` is called now and then meanwhile.
    """
    if files is not None and request.mimetype == FILES_TYPE:
        _read_files(files, beat)
    elif request.mimetype not in ("", FORM_TYPE):
        raise StaleToken("not a form of ours")
    request.form  # noqa: B018 - reads and keeps it


def _read_files(files: Begin, beat: Callable[[], None]) -> None:
    boundary = request.mimetype_params.get("boundary", "").encode()
    came = read_form(Beating(request.stream, beat), boundary, files, _token_first, house().settings.max_form_bytes)
    passage().files = came.files
    vars(request).update(form=ImmutableMultiDict(came.fields), files=ImmutableMultiDict())  # as Werkzeug keeps them


def _token_first(fields: Mapping[str, str]) -> None:
    if not _fits(fields.get(TOKEN_FIELD, "")):
        raise StaleToken("a form with files begins with its token")


def abandon_files() -> None:
    """What was not kept goes; what was kept is its document's by now."""
    for _, file in passage().files:
        file.abandon()


def token_fits(*earlier: str) -> bool:
    """Does the form carry the token of the cookie it came with, or one of these?"""
    return _fits(request.form.get(TOKEN_FIELD, ""), *earlier)


def _fits(token: str, *earlier: str) -> bool:
    given = token.encode()
    sent = request.cookies.get(COOKIE, "")
    if not _well_formed(sent):
        return False
    return equal(given, token_of(sent).encode()) or any(equal(given, token.encode()) for token in earlier)


def kept_id() -> uuid.UUID | None:
    """Which kept form the form of this request was made from."""
    try:
        return uuid.UUID(request.form.get(KEPT_FIELD, ""))
    except ValueError:
        return None


def kept_field() -> str:
    """What a form shown again carries, so that the kept form it was made from goes when it is sent at last."""
    return str(passage().taken or "")


def kept_path() -> str:
    """Where a kept form goes that is shown to be changed at another address than its own; "" for every other form."""
    return passage().kept_path


def seal_answer(answer: Response) -> Response:
    """What every answer carries, errors included."""
    for name, value in HEADERS.items():
        answer.headers[name] = value
    if house().settings.https:
        answer.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    if request.endpoint != "static" or answer.status_code >= 400:
        answer.headers["Cache-Control"] = "no-store"
    answer.headers["Server"] = "web"  # or the server would say its name
    if passage().sets_cookie and not cross_site(request):
        answer.set_cookie(COOKIE, cookie(), max_age=None, path="/", secure=True, httponly=True, samesite="Strict")
    return answer
