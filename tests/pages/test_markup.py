"""Every macro and every error page, both directions: nothing inline, nothing from elsewhere, labels, ids, headings."""

import re

import pytest
from flask.testing import FlaskClient

from tests.pages.gallery import ERRORS, PAGES
from tests.pages.markup import faults

EVERYTHING = [*PAGES, *(f"error/{code}" for code in ERRORS)]
GOOD = '<!DOCTYPE html><html lang="en" dir="ltr"><head><title>T – P</title></head><body><h1>T</h1>{}</body></html>'


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("name", EVERYTHING)
def test_a_page_keeps_what_our_markup_promises(gallery: FlaskClient, name: str, direction: str) -> None:
    answer = gallery.get(f"/{direction}/{name}")
    assert faults(answer.text) == []
    assert f'dir="{direction}"' in answer.text
    assert answer.text.count("\n<main") + answer.text.count(" <main") == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("<script>1</script>", "<script> is not allowed"),
        ('<p style="color:red">a</p>', "inline code"),
        ('<p onclick="go()">a</p>', "inline code"),
        ('<a href="https://example.org/">a</a>', "leads out of this server"),
        ('<a href="//example.org/">a</a>', "leads out of this server"),
        ('<a href="javascript:go()">a</a>', "leads out of this server"),
        ('<img src="data:image/png;base64,AAAA" alt="">', "leads out of this server"),
        ('<p id="a">a</p><p id="a">b</p>', "is there 2 times"),
        ('<label for="nobody">a</label>', "nothing has the id 'nobody'"),
        ('<input name="x" autocomplete="off" spellcheck="false">', "has no label"),
        ('<label for="x">X</label><input id="x" name="x" autocomplete="off">', "does not say spellcheck"),
        ("<p>a<div>b</div></p>", "inside <p>"),
        ("<div><p>a</div>", "closes"),
        ("<h3>a</h3>", "h3 follows h1"),
        ("<h1>a</h1>", "2 first headings"),
        ('<form method="post"></form>', "a POST form without a token"),
        ('<form method="post"><input type="hidden" name="step"></form>', "not the token"),
        ('<a href="/x"><span></span></a>', "says nothing"),
        ("<table><tr><th>a</th></tr></table>", "without scope"),
        ("<button>a</button>", "without type"),
        ('<img src="/x.png">', "without alt"),
        ('<a href="/x"><button type="submit">a</button></a>', "inside another thing to press"),
        ('<p class="a" class="b">a</p>', "twice"),
    ],
)
def test_the_check_finds_each_planted_fault(wrong: str, said: str) -> None:
    assert faults(GOOD.format("")) == []
    assert any(said in fault for fault in faults(GOOD.format(wrong))), faults(GOOD.format(wrong))


def test_the_title_is_the_pages_title_then_the_neutral_name(gallery: FlaskClient) -> None:
    assert "<title>Invite a member – Daybook</title>" in gallery.get("/ltr/form").text
    assert "<title>Error: Invite a member – Daybook</title>" in gallery.get("/ltr/form-errors").text


def test_a_name_in_the_heading_does_not_reach_the_title(gallery: FlaskClient) -> None:
    page = gallery.get("/ltr/today").text
    assert "<title>Today – Daybook</title>" in page
    assert "What needs me now</h1>" in page


def test_leave_and_sign_out_are_forms_and_only_for_who_is_signed_in(gallery: FlaskClient) -> None:
    inside, outside = gallery.get("/ltr/today").text, gallery.get("/ltr/bare").text
    for path in ("/leave", "/sign-out"):
        assert re.search(rf'<form[^>]+method="post" action="{path}">\s*<input type="hidden" name="csrf_token"', inside)
        assert path not in outside
    assert "<nav" not in outside


def test_the_token_comes_before_the_files_of_a_multipart_form(gallery: FlaskClient) -> None:
    page = gallery.get("/ltr/form").text
    form = page[page.index('enctype="multipart/form-data"') :]
    assert re.findall(r'name="([^"]+)"', form)[0] == "csrf_token"


def test_a_passphrase_or_a_code_is_never_shown_again(gallery: FlaskClient) -> None:
    page = gallery.get("/ltr/sign-in").text
    for field in re.findall(r'<input[^>]+(?:type="password"|one-time-code)[^>]*>', page):
        assert "value=" not in field
    assert len(re.findall('type="password"', page)) == 1


def test_each_line_of_the_error_summary_leads_to_its_field(gallery: FlaskClient) -> None:
    page = gallery.get("/ltr/form-errors").text
    targets = re.findall(r'<li><a href="#([^"]+)">', page)
    assert len(targets) == 10
    for target in targets:
        assert re.search(rf'<(input|select|textarea)[^>]+id="{target}"', page), target
        assert f'id="{target}-error"' in page, target
    assert "<li>These words do not fit together</li>" in page


def test_what_members_wrote_is_text_not_markup(gallery: FlaskClient) -> None:
    from wtforms import Form, StringField

    class Hostile(Form):
        name = StringField('<b onclick="x()">Label</b>', description="<i>hint</i>")

    hostile = Hostile(data={"name": '"><script>alert(1)</script>'})
    hostile.name.errors = ["<u>error</u>"]
    with gallery.application.test_request_context("/ltr/form"):
        source = '{% import "components/fields.html" as fields %}{{ fields.text(form.name) }}'
        html = gallery.application.jinja_env.from_string(source).render(form=hostile)
    assert not re.search("<(b|i|u|script)[ >]", html)


@pytest.mark.parametrize("code", ERRORS)
def test_an_error_page_stands_with_nothing_but_the_frame(gallery: FlaskClient, code: int) -> None:
    app = gallery.application
    bare = {
        "public_name": "Daybook",
        "demonstration": False,
        "navigation": [],
        "visitor": None,
        "text_direction": "ltr",
        "locale": "en",
        "css_href": "/assets/app.css",
    }
    with app.test_request_context("/"):
        html = app.jinja_env.get_template(f"errors/{code}.html").render(bare)
        told = app.jinja_env.get_template(f"errors/{code}.html").render(
            bare, reason="The file is closed.", who_can="The head of the office.", seconds=None, versions=None
        )
    assert faults(html) == []
    assert faults(told) == []
    assert "The file is closed." in told
    assert "The head of the office." in told


def test_waiting_is_told_in_words(gallery: FlaskClient) -> None:
    assert "You can try again in 2 minutes." in gallery.get("/ltr/error/429").text


def test_both_versions_are_shown_when_somebody_was_quicker(gallery: FlaskClient) -> None:
    page = gallery.get("/ltr/error/409").text
    assert "Released on Monday.\nThe family confirmed it." in page
    assert "Still held, says the lawyer." in page
