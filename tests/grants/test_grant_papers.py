"""Documents of a grant through its pages: finance has them and no file, caseworkers have them too, headquarters none;
and by cryptography finance opens these and no other.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from hrd_cases.audit.events import Event
from hrd_cases.audit.trail import record
from hrd_cases.audit.verify import verify_store
from hrd_cases.documents.keeping import CUSTODY, content
from hrd_cases.documents.models import Document
from hrd_cases.errors import Locked
from hrd_cases.grants.models import Grant
from hrd_cases.keys.models import Folder, FolderKind
from tests.cases.acting import sentences
from tests.cases.typed import fields_of, fill
from tests.documents.hostile import FILES
from tests.documents.paging import TEXT, Papers, pdf
from tests.grants.asking import WHO, Asked
from tests.grants.test_deciding_pages import page
from tests.grants.test_paying_pages import RELEASED, signed
from tests.grants.test_what_acts_need import walk

HEAD, OFFICER, DEPUTY, FINANCE = WHO["head"], WHO["officer"], WHO["colleague"], WHO["finance"]
FINANCE2, APPROVER, ELSEWHERE = WHO["finance2"], WHO["approver"], WHO["stranger"]
BOTH = ["world", "world_on_postgres"]
PATHS = ("", "/describe", "/remove", "/file", "/cleaned", "/pages/1", "/pages/1/picture")


@pytest.fixture
def asked(request: pytest.FixtureRequest) -> Asked:
    """Submitted. On SQLite, unless a test says on which."""
    asked = Asked(request.getfixturevalue(getattr(request, "param", "world")))
    asked.act("submit", "officer")
    return asked


on_both = pytest.mark.parametrize("asked", BOTH, indirect=True)


def papers_of(asked: Asked, sort: str = "proof") -> Papers:
    return Papers(asked.world, asked.id, sort)


# -- who


@on_both
def test_finance_adds_a_proof_that_whoever_works_on_the_file_opens_too(asked: Asked) -> None:
    papers, proof = papers_of(asked), pdf(2)
    document_id = papers.added("transfer.pdf", proof, note="Bank 4711", who=FINANCE)
    for who in (FINANCE, FINANCE2, OFFICER, DEPUTY, HEAD):
        assert papers.get(f"/{document_id}/file", who).data == proof, who
        assert papers.get(f"/{document_id}/pages/2/picture", who).status_code == 200, who
        assert papers.get(f"/{document_id}/cleaned", who).status_code == 200, who
        said = page(asked, who)
        assert "transfer.pdf Proof of payment · PDF document" in said, who
        assert f"· {FINANCE} Bank 4711" in said, "who added it"
    told = [one.event for one in papers.trail(document_id, *CUSTODY)]
    assert (told.count("document_added"), told.count("document_exported"), told.count("document_opened")) == (1, 10, 5)
    assert f"{FINANCE2} What Downloaded: the original" in sentences(papers.get(f"/{document_id}", OFFICER).text)


@pytest.mark.parametrize(
    ("who", "knows"),
    [(FINANCE, True), (OFFICER, True), (HEAD, True), (ELSEWHERE, False), (APPROVER, False), ("head1.hq", False),
     ("head.minsk", False), ("auditor.hq", False), ("observer.a", False)],
)  # fmt: skip
def test_who_knows_of_them(asked: Asked, who: str, knows: bool) -> None:
    papers = papers_of(asked)
    document_id = papers.added("transfer.pdf", pdf(), who=FINANCE)
    assert papers.get("", who).status_code == (200 if knows else 404)
    for path in PATHS:
        assert papers.get(f"/{document_id}{path}", who).status_code == (200 if knows else 404), path
    assert papers.add(("another.txt", TEXT), who=who).status_code == (303 if knows else 404)


def test_headquarters_sees_none_by_its_decision_sheet(asked: Asked) -> None:
    own = Asked(asked.world, who="head", allotted=1)
    own.act("submit", "head")
    own.act("verify", "finance")
    papers = papers_of(own, "request")
    document_id = papers.added("quote.pdf", pdf(), who=FINANCE)
    own.tell_headquarters()
    assert "quote.pdf" not in page(own, APPROVER)
    assert papers.get("", APPROVER).status_code == 404
    assert papers.get(f"/{document_id}/file", APPROVER).status_code == 404


def test_of_a_draft_finance_knows_nothing(asked: Asked) -> None:
    asked.begin("officer")
    papers = papers_of(asked, "request")
    papers.added("quote.pdf", pdf())
    assert papers.get("", FINANCE).status_code == 404
    asked.write(payee="Other Chambers")
    asked.act("submit", "officer")
    assert "quote.pdf" in page(asked, FINANCE), "what is written in the draft takes no document away"
    asked.act("change", "officer")
    assert "quote.pdf" in page(asked, FINANCE), "nor does a change"


def test_finance_opens_no_document_of_the_file(asked: Asked) -> None:
    papers = papers_of(asked)
    transfer = pdf()
    ours = papers.added("transfer.pdf", transfer, who=FINANCE)
    of_file = Papers(asked.world, asked.file.id).added("statement.txt", TEXT)
    assert Papers(asked.world, asked.file.id).get("", FINANCE).status_code == 404
    with asked.world.acting(FINANCE) as (session, _):
        assert b"".join(content(papers.storage, session.get_one(Document, ours))) == transfer
        with pytest.raises(Locked):
            session.get_one(Document, of_file).described  # noqa: B018 - opened
        with pytest.raises(Locked):
            session.get_one(Grant, asked.id).story  # noqa: B018 - opened


@pytest.mark.parametrize("who", [ELSEWHERE, APPROVER, "head1.hq", "desk.hq"])
def test_no_keys_of_another_office_open_them(asked: Asked, who: str) -> None:
    document_id = papers_of(asked).added("transfer.pdf", pdf(), who=FINANCE)
    with asked.world.acting(who) as (session, _), pytest.raises(Locked):
        session.get_one(Document, document_id).described  # noqa: B018 - opened


def test_a_row_that_calls_a_file_payments_seals_nothing_for_finance(asked: Asked) -> None:
    """Whoever writes the tables has no file sealed anew for the finance circle."""
    file = Papers(asked.world, asked.file.id)
    file.added("statement.txt", TEXT)
    with asked.world.database.main.writing() as session:
        folder_id = session.scalars(select(Document.folder_id)).one()
        session.execute(update(Folder).where(Folder.id == folder_id).values(kind=FolderKind.PAYMENTS.value))
    later = file.added("later.txt", TEXT + b".")
    with asked.world.acting(FINANCE) as (session, _), pytest.raises(Locked):
        session.get_one(Document, later).described  # noqa: B018 - opened


# -- what becomes of them


def test_each_says_what_it_is_and_that_is_corrected(asked: Asked) -> None:
    papers = Papers(asked.world, asked.id)
    answer = papers.add(("a.txt", TEXT), note="Typed at length.", who=FINANCE)
    assert answer.status_code == 422
    said = sentences(answer.text)
    assert "Choose what it is." in said
    assert "The files have to be chosen again" in said
    assert "Typed at length." in answer.text
    assert list(papers.storage.lying()) == []
    assert papers.add(("a.txt", TEXT), sort="another", who=FINANCE).status_code == 422
    document_id = papers.added("a.txt", TEXT, sort="proof", who=FINANCE)
    wrong = fill(asked.world.client(FINANCE), f"{papers.path}/{document_id}/describe", sort="receipt")
    assert wrong.status_code == 303
    assert "a.txt Receipt · plain text" in page(asked, OFFICER)
    assert papers.told(lambda found: [one.paper.sort for one in found.filed[0].versions]) == ["proof", "receipt"]


@pytest.mark.parametrize(("who", "told"), [(OFFICER, True), (HEAD, True), (FINANCE, False)])
def test_whoever_has_the_file_is_told_that_finance_sees_what_they_add(asked: Asked, who: str, told: bool) -> None:
    sentence = "Finance of your office sees these. What it must not see is put with the case file."
    assert (sentence in sentences(papers_of(asked).get("", who).text)) == told


def test_a_case_file_asks_for_no_sort(asked: Asked) -> None:
    file = Papers(asked.world, asked.file.id)
    assert 'name="sort"' not in file.get().text
    assert 'name="sort"' in papers_of(asked).get().text


@on_both
def test_of_two_who_correct_one_the_second_sees_what_the_first_wrote(asked: Asked) -> None:
    papers = papers_of(asked)
    document_id = papers.added("a.txt", TEXT, who=FINANCE)
    form = {"made_from": papers.made_from(document_id), "name": "theirs.txt", "sort": "proof"}
    assert papers.post(f"/{document_id}/describe", form, FINANCE).status_code == 303
    answer = papers.post(f"/{document_id}/describe", form | {"name": "mine.txt"})
    assert answer.status_code == 422
    assert "What stands now: theirs.txt" in sentences(answer.text)
    assert "mine.txt" in answer.text


@pytest.mark.parametrize(("who", "may"), [(FINANCE, True), (HEAD, True), (FINANCE2, False), (OFFICER, False)])
def test_taken_away_by_whoever_added_it_or_the_head(asked: Asked, who: str, may: bool) -> None:
    papers = papers_of(asked)
    document_id = papers.added("a.txt", TEXT, who=FINANCE)
    typed = {"made_from": papers.made_from(document_id), "reason": "Of another payment."}
    assert papers.post(f"/{document_id}/remove", typed, who).status_code == (303 if may else 422)
    assert len(papers.rows()) == len(list(papers.storage.lying())) == (0 if may else 1)
    if may:
        assert "No document yet." in page(asked, FINANCE)
        assert "Of another payment." in sentences(papers.get(f"/{document_id}", FINANCE).text)
        assert [one.event for one in papers.trail(document_id, *CUSTODY)] == ["document_added", "document_removed"]


def test_of_a_grant_that_has_ended_nothing_is_taken_away(asked: Asked) -> None:
    papers = papers_of(asked, "request")
    document_id = papers.added("a.txt", TEXT)
    asked.act("withdraw", "officer")
    typed = {"made_from": papers.made_from(document_id), "reason": "Twice."}
    answer = papers.post(f"/{document_id}/remove", typed)
    assert answer.status_code == 422
    assert "Nothing is taken away from a grant that has ended" in sentences(answer.text)
    assert papers.get(f"/{document_id}/file", FINANCE).data == TEXT


@pytest.mark.parametrize("act", ["stop", "ask_back", "take_back"])
def test_what_lay_there_when_a_step_was_signed_is_evidence(asked: Asked, act: str) -> None:
    """Of steps that are nobody's duty too: the bank's word that money came back stays."""
    walked = Asked(asked.world)
    walked.by_parts = act == "stop"
    before = {
        "stop": (*RELEASED, ("pay_part", "finance")),
        "ask_back": (*RELEASED, ("pay", "finance")),
        "take_back": (*RELEASED, ("pay", "finance"), ("ask_back", "finance")),
    }
    walk(walked, before[act])
    papers = papers_of(walked)
    document_id = papers.added("bank.txt", TEXT, who=FINANCE)
    typed = {"made_from": papers.made_from(document_id), "reason": "Wrong."}
    if act == "stop":
        walked.act(act, "head")
    else:
        walked.act(act, "finance", amount=Decimal(2))
    answer = papers.post(f"/{document_id}/remove", typed, FINANCE)
    assert answer.status_code == 422
    assert "A step of the grant was signed while this lay with it" in sentences(answer.text)
    assert papers.get(f"/{document_id}/file", FINANCE).data == TEXT


def test_a_question_makes_evidence_of_nothing(asked: Asked) -> None:
    papers = papers_of(asked)
    document_id = papers.added("a.txt", TEXT, who=FINANCE)
    asked.act("ask", "head")
    typed = {"made_from": papers.made_from(document_id), "reason": "Of another payment."}
    assert papers.post(f"/{document_id}/remove", typed, FINANCE).status_code == 303


def test_whoever_signs_signs_the_proof_that_they_saw(asked: Asked) -> None:
    """Somebody takes the proof away and puts another in its place while the page lies open."""
    walked = Asked(asked.world)
    walk(walked, RELEASED)
    papers, finance = papers_of(walked), walked.world.client(FINANCE)
    seen = papers.added("read.txt", TEXT, who=FINANCE2)
    path = f"/grants/{walked.id}/sign/pay"
    form = fields_of(finance.get(path).text) | {"text": "Bank 4711"}
    papers.post(f"/{seen}/remove", {"made_from": papers.made_from(seen), "reason": "Wrong."}, FINANCE2)
    papers.added("other.txt", TEXT[::-1], who=FINANCE2)
    answer = finance.post(path, form)
    assert answer.status_code == 422
    assert "What you have read has changed meanwhile" in sentences(answer.text)
    assert "other.txt" in sentences(answer.text)
    assert "Bank 4711" in answer.text
    assert walked.state == "released"


def test_what_somebody_adds_themselves_while_the_page_is_open_stops_no_press(asked: Asked) -> None:
    walked = Asked(asked.world)
    walk(walked, RELEASED)
    path, finance = f"/grants/{walked.id}/sign/pay", walked.world.client(FINANCE)
    form = fields_of(finance.get(path).text) | {"text": "Bank 4711"}
    papers_of(walked).added("transfer.pdf", pdf(), who=FINANCE)
    assert finance.post(path, form).status_code == 303
    assert walked.state == "paid"


def test_the_timeline_of_the_file_tells_of_each(asked: Asked) -> None:
    papers = papers_of(asked)
    document_id = papers.added("a.txt", TEXT, who=FINANCE)
    typed = {"made_from": papers.made_from(document_id), "reason": "Twice."}
    assert papers.post(f"/{document_id}/remove", typed, FINANCE).status_code == 303
    said = sentences(asked.world.client(OFFICER).get(f"/cases/{asked.file.id}/timeline/1").text)
    assert "A document of the grant: a.txt" in said
    assert "A document of the grant was taken away: a.txt" in said


# -- one way in


@on_both
def test_two_who_add_the_first_at_once_put_them_in_one_folder(asked: Asked) -> None:
    papers = papers_of(asked)
    people = {OFFICER: "a.txt", FINANCE: "b.txt"}
    for who in people:
        papers.get("", who)

    def add(who: str) -> int:
        return int(papers.add((people[who], TEXT + who.encode()), who=who).status_code)

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(add, people)) == [303, 303]
    assert papers.told(lambda found: {one.paper.name for one in found.standing}, FINANCE) == {"a.txt", "b.txt"}
    with asked.world.database.main.reading() as session:
        assert len(session.scalars(select(Folder).where(Folder.kind == FolderKind.PAYMENTS.value)).all()) == 1
    for one in papers.rows():
        assert papers.get(f"/{one.id}/file", HEAD).status_code == 200


@on_both
def test_what_breaks_off_leaves_nothing(asked: Asked) -> None:
    papers = papers_of(asked)
    before = asked.seen(lambda opened: opened.payment)
    assert papers.add(("a.txt", TEXT), who=FINANCE, ends=False).status_code >= 400
    assert papers.rows() == []
    assert [one for one in papers.storage.lying() if one.whole] == []
    assert asked.seen(lambda opened: opened.payment) == before


@pytest.mark.parametrize("name", sorted(FILES)[::6])
def test_hostile_files_go_the_same_way(asked: Asked, name: str) -> None:
    papers, file = papers_of(asked), FILES[name]
    answer = papers.add((file.name.replace('"', "%22"), file.make()), who=FINANCE)
    assert answer.status_code == (303 if file.kept_as else 422)
    assert len(papers.rows()) == len(list(papers.storage.lying())) == (1 if file.kept_as else 0)


def test_what_somebody_put_there_beside_us_is_told(asked: Asked) -> None:
    papers = papers_of(asked)
    ours = papers.added("a.txt", TEXT, who=FINANCE)
    other = papers.added("b.txt", TEXT + b".", who=FINANCE)
    with asked.world.acting(FINANCE) as (session, _):
        grant = session.get_one(Grant, asked.id)
        kept, payment = next(one for one in grant.payment.papers if one.paper.document_id == ours), grant.payment
        grant.payment = type(payment)(
            **{name: getattr(payment, name) for name in payment.__struct_fields__} | {"papers": (kept,)}
        )
        record(session, Event.GRANT_DRAFTED, grant=asked.id)
    said = sentences(papers.get("", FINANCE).text)
    assert "1 document lies here that nobody added through these pages." in said
    assert papers.get(f"/{other}", FINANCE).status_code == 404


def test_the_trail_has_everything_that_was_sealed(asked: Asked) -> None:
    papers = papers_of(asked)
    document_id = papers.added("a.txt", TEXT, who=FINANCE)
    papers.post(
        f"/{document_id}/describe",
        {"made_from": papers.made_from(document_id), "name": "b.txt", "sort": "proof"},
        FINANCE,
    )
    database = asked.world.database
    assert verify_store(database.main, shred=database.shred).findings == []
    assert [one.fields["folder"] for one in papers.trail(document_id, Event.DOCUMENT_ADDED)] == [
        str(papers.rows()[0].folder_id)
    ]


# -- where they are needed


def test_whoever_pays_sees_which_proof_there_is(asked: Asked) -> None:
    walked = Asked(asked.world)
    walk(walked, RELEASED)
    assert "Documents No proof yet. Add a proof of payment" in page(walked, FINANCE, "/sign/pay")
    link = f'href="/records/{walked.id}/documents?sort=proof"'
    assert link in walked.world.client(FINANCE).get(f"/grants/{walked.id}/sign/pay").text
    chosen = walked.world.client(FINANCE).get(f"/records/{walked.id}/documents?sort=proof").text
    assert re.search(r'value="proof"\s+autocomplete="off" checked', chosen)
    signed(walked, "pay", FINANCE, text="Bank 4711")
    papers_of(walked).added("transfer.pdf", pdf(), who=FINANCE)
    assert "Documents transfer.pdf" in page(walked, OFFICER, "/sign/arrive")


def test_whoever_records_receipts_sees_those_that_are_there(asked: Asked) -> None:
    walked = Asked(asked.world)
    walk(walked, (*RELEASED, ("pay", "finance"), ("arrive", "officer")))
    assert "Documents No receipt yet. Add receipts" in page(walked, OFFICER, "/sign/receipt")
    papers_of(walked, "receipt").added("counsel.pdf", pdf(), note="First instalment", who=OFFICER)
    papers_of(walked, "proof").added("transfer.txt", TEXT, who=FINANCE)
    said = page(walked, OFFICER, "/sign/receipt")
    assert "Documents counsel.pdf" in said
    assert "First instalment" in said
    assert "transfer.txt" not in said


def test_a_document_of_another_grant_is_none_of_this_one(asked: Asked) -> None:
    papers = papers_of(asked)
    papers.added("a.txt", TEXT, who=FINANCE)
    asked.begin("officer")
    other = papers_of(asked, "request").added("b.txt", TEXT + b".")
    assert papers.get(f"/{other}").status_code == 404
