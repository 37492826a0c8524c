"""Members of an office: invited, written to, vouched for, suspended and restored, and how their access ends."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from hrd_cases.accounts.models import Member
from hrd_cases.accounts.newcomers import VALID_FOR
from hrd_cases.accounts.waiting import who_calls
from hrd_cases.door.desk import Desk
from hrd_cases.door.house import house
from hrd_cases.door.permissions import Permission
from hrd_cases.door.said import note, say, to_do
from hrd_cases.door.showing import confirm, done, led_to, outcome, shown
from hrd_cases.door.visitor import Visitor
from hrd_cases.forms import typed
from hrd_cases.keys.charter import Charter
from hrd_cases.keys.models import CircleGrant
from hrd_cases.keys.roles import OfficeKind, Role
from hrd_cases.offices import drafts, seating
from hrd_cases.offices import members as actions
from hrd_cases.offices.colleagues import (
    Access,
    Colleague,
    charter_of,
    colleague,
    colleagues,
    handed_over,
    names_of,
    place_of,
    stands_of,
)
from hrd_cases.offices.forms import AddressForm, InviteForm, WordsForm, role_choices, sent_with
from hrd_cases.offices.models import Office
from hrd_cases.offices.words import OVERTAKEN, ROLE_DOES
from hrd_cases.vault.envelope import digest
from hrd_cases.vault.words import six_words

desk = Desk("members")


@desk.get("/offices/<uuid:office_id>/members", needs=Permission.SEE_STAFF)
def index(session: Session, visitor: Visitor, office: Office) -> Response:
    charter = charter_of(visitor, office.id)
    everybody = colleagues(session, visitor, charter, office.id, datetime.now(UTC))
    here = [one for one in everybody if one.access is not Access.GONE]
    gone = [one for one in everybody if one.access is Access.GONE]
    heard = {one.member.id for one in here if seating.hears(visitor, charter, one.member)}
    return shown("offices/members.html", office=office, here=here, gone=gone, charter=charter, heard=heard)


@desk.get("/offices/members/<uuid:member_id>", needs=Permission.SEE_STAFF)
def show(session: Session, visitor: Visitor, member: Member) -> Response:
    office = place_of(session, visitor, member)
    charter = charter_of(visitor, office.id)
    handed = [one for one in handed_over(session, charter) if one.member_id == member.id] if charter else []
    return shown(
        "offices/member.html",
        office=office,
        one=_colleague(session, visitor, charter, member),
        charter=charter,
        handed=handed,
        names=names_of(session, {one.by for one in handed}),
        beside=_beside(session, visitor, charter, member),
        not_ended_yet=any(who.member_id == member.id for who in actions.not_ended_yet(visitor, office.id)),
        heard=seating.hears(visitor, charter, member),
        role=seating.role_of_newcomer(charter, member, visitor.today),
        two=_takes_two(visitor, charter, member),
    )


def _beside(session: Session, visitor: Visitor, charter: Charter | None, member: Member) -> str:
    """What becomes of a change that waits if this visitor seats the member ("" if none waits): `overtaken`, or `first`:
    it has to be signed or withdrawn before."""
    if charter is None or not drafts.in_the_way(session, visitor, member.office_id):
        return ""
    alone = seating.signs_alone(visitor, member.office_id) and not _takes_two(visitor, charter, member)
    return "overtaken" if alone else "first"


def _takes_two(visitor: Visitor, charter: Charter | None, member: Member) -> bool:
    """Do two heads at headquarters give and take this colleague's seat?"""
    return seating.needs_two(seating.role_of_newcomer(charter, member, visitor.today))


def _colleague(session: Session, visitor: Visitor, charter: Charter | None, member: Member) -> Colleague:
    stands = stands_of(session, visitor, charter)
    return colleague(session, charter, stands, member, visitor.today, datetime.now(UTC))


# -- invitations


@desk.form("/offices/<uuid:office_id>/members/invite", needs=Permission.INVITE_MEMBER)
def invite(session: Session, office: Office) -> Response:
    form = InviteForm()
    form.role.choices = role_choices(OfficeKind(office.kind))
    if (made := outcome(form, lambda: _invite(session, office, form), "sign_in")) is not None:
        return _code_page(session, office, *made.of)
    hints = {role.value: str(does) for role, does in ROLE_DOES.items()}
    return shown("offices/invite.html", form, office=office, hints=hints)


def _invite(session: Session, office: Office, form: InviteForm) -> tuple[Member, str]:
    named, role, address = typed(form.sign_in), Role(form.role.data), typed(form.address)
    return actions.invite_member(session, house().settings, office, named, role, address, datetime.now(UTC))


def _code_page(session: Session, office: Office, member: Member, code: str) -> Response:
    """The code, shown once: it is kept nowhere, and no mail ever carries it. The same form sent again (a page loaded
    anew) makes no other code, which would void the one just read out: it leads to a page that says so."""
    if not code:
        return led_to("members.invitation", member_id=member.id)
    until, calls = datetime.now(UTC) + VALID_FOR, who_calls(session, Role(member.invited_role), office.id)
    return shown("offices/code.html", office=office, member=member, code=code, until=until, calls=calls)


@desk.get("/offices/members/<uuid:member_id>/invitation", needs=Permission.INVITE_MEMBER)
def invitation(session: Session, visitor: Visitor, member: Member) -> Response:
    """An open invitation, whose code nobody can be shown again."""
    found = actions.open_invitation(session, member, datetime.now(UTC))
    office = place_of(session, visitor, member)
    return shown("offices/invitation.html", office=office, member=member, invitation=found)


@desk.form("/offices/members/<uuid:member_id>/invite-again", needs=Permission.INVITE_MEMBER)
def invite_again(session: Session, visitor: Visitor, member: Member) -> Response:
    codes: list[str] = []
    office = place_of(session, visitor, member)
    lost = member.enrolled_at is not None
    replaced = actions.open_invitation(session, member, datetime.now(UTC))
    instead_of = digest("invitation", replaced.made_at.isoformat().encode()).hex() if replaced is not None else ""
    if sent_with("instead_of") not in (None, instead_of):
        return led_to("members.invitation", member_id=member.id)
    return confirm(
        lambda: codes.append(
            actions.renew_invitation(session, house().settings, visitor, member, datetime.now(UTC))
        ),
        lambda: _code_page(session, office, member, codes[0]),
        hidden={"instead_of": instead_of},
        title=_("Make a new invitation code"),
        name=member.sign_in,
        says=[
            _("The old code is worth nothing from now on. The new one is shown once, for 48 hours."),
            _("They make new keys with it. A head must hear their six words again before anything opens.")
            if lost
            else _("They come in with it as with the first one."),
        ],
        warning=_("Only for a colleague who lost passphrase and recovery code: their present keys end as soon as they "
                  "use the code.") if lost else "",
        button=_("Make a new code"),
        back=("members.show", {"member_id": member.id}),
    )  # fmt: skip


@desk.form("/offices/members/<uuid:member_id>/withdraw", needs=Permission.INVITE_MEMBER)
def withdraw(session: Session, member: Member) -> Response:
    office_id, name = member.office_id, member.sign_in
    return confirm(
        lambda: actions.withdraw_invitation(session, member),
        lambda: _led_saying(_("The invitation of %(name)s is withdrawn.", name=name), "members.index", office_id),
        title=_("Withdraw an invitation"),
        name=name,
        says=[_("The code is worth nothing from now on. You can invite again under the same name.")],
        button=_("Withdraw the invitation"),
        back=("members.show", {"member_id": member.id}),
    )


def _led_saying(words: str, endpoint: str, row_id: uuid.UUID) -> Response:
    """On to a member's or an office's page, which says what was done."""
    say(words)
    return led_to(endpoint, **{"office_id" if endpoint == "members.index" else "member_id": row_id})


@desk.form("/offices/members/<uuid:member_id>/address", needs=Permission.INVITE_MEMBER)
def address(session: Session, visitor: Visitor, member: Member) -> Response:
    form = AddressForm()
    if done(form, lambda: _correct_address(session, member, typed(form.address)), "address"):
        return _led_saying(
            _("Mail for %(name)s goes to the new address.", name=member.sign_in), "members.show", member.id
        )
    office = place_of(session, visitor, member)
    return shown("offices/address.html", form, office=office, member=member)


def _correct_address(session: Session, member: Member, new: str) -> None:
    actions.correct_address(session, house().settings, member, new, datetime.now(UTC))


# -- vouching


@desk.form("/offices/members/<uuid:member_id>/vouch", needs=Permission.VOUCH)
def vouch(session: Session, visitor: Visitor, member: Member) -> Response:
    office = place_of(session, visitor, member)
    charter = charter_of(visitor, office.id)
    if charter is None or _colleague(session, visitor, charter, member).access is not Access.WAITS_FOR_WORDS:
        return led_to("members.show", member_id=member.id)
    role = seating.role_of_newcomer(charter, member, visitor.today)
    form, beside = WordsForm(), _beside(session, visitor, charter, member)
    form.shows(office.id, office.seat, member.id, member.sign_in, member.fingerprint, role)
    if done(form, lambda: _vouch(session, visitor, office, member, typed(form.words)), "words"):
        if beside:
            note(OVERTAKEN)
        return led_to("members.vouched", member_id=member.id)
    two = _takes_two(visitor, charter, member) or office.id not in visitor.seats
    return shown("offices/vouch.html", form, office=office, member=member, two=two, role=role, beside=beside)


def _vouch(session: Session, visitor: Visitor, office: Office, member: Member, words: str) -> None:
    in_force = seating.vouch(session, visitor, office, member, words, datetime.now(UTC))
    if in_force is not None:
        say(_("You have vouched for %(name)s.", name=member.sign_in))
    else:
        say(_("You have signed for %(name)s. A second head hears the same six words and signs.", name=member.sign_in))


@desk.get("/offices/members/<uuid:member_id>/vouched", needs=Permission.VOUCH)
def vouched(session: Session, visitor: Visitor, member: Member) -> Response:
    """The register's six words, to be read to the newcomer in the same call."""
    office = place_of(session, visitor, member)
    root_words = six_words(visitor.charters.pins.root)
    return shown("offices/vouched.html", office=office, member=member, root_words=root_words)


# -- ending and pausing


@desk.form("/offices/members/<uuid:member_id>/revoke", needs=Permission.REVOKE)
def revoke(session: Session, visitor: Visitor, member: Member) -> Response:
    return confirm(
        lambda: _end_access(session, visitor, member),
        lambda: _led_saying(_("The access of %(name)s is ended.", name=member.sign_in), "members.show", member.id),
        shows=(member.id, member.sign_in, member.office_id, member.fingerprint),
        title=_("End a colleague's access"),
        name=member.sign_in,
        says=_what_revoking_does(session, visitor, member),
        warning=_("This is for good. If you only fear that they are not free, suspend them instead."),
        instead=(_("Suspend them instead"), "members.suspend", {"member_id": member.id})
        if visitor.allows(Permission.SUSPEND, member.office_id)
        else None,
        button=_("End the access"),
        kind="warning",
        back=("members.show", {"member_id": member.id}),
    )


def _end_access(session: Session, visitor: Visitor, member: Member) -> None:
    if not actions.revoke_member(session, visitor, member, datetime.now(UTC)):
        to_do(_("The keys that %(name)s knew could not be exchanged in the same moment: something in the tables is not "
                "as it was written. Ask another colleague of the office to open any page, and tell whoever runs the "
                "servers.", name=member.sign_in))  # fmt: skip


def _what_revoking_does(session: Session, visitor: Visitor, member: Member) -> list[str]:
    says = [_("All their sessions end at once; they cannot sign in again.")]
    if session.scalar(select(CircleGrant.circle_id).where(CircleGrant.member_id == member.id).limit(1)) is not None:
        says += _what_becomes_of_keys(visitor, member)
    says.append(_("What they read before, they have read: nothing undoes that."))
    if _takes_two(visitor, charter_of(visitor, member.office_id), member):
        says.append(_("Their seat stays in the charter until two heads at headquarters take it away."))
    else:
        says.append(_("Their seat leaves the charter with the new keys."))
    return says


def _what_becomes_of_keys(visitor: Visitor, member: Member) -> list[str]:
    charter = visitor.seats.get(member.office_id)
    if charter is not None and any(visitor.ring.holds(entry) for entry in charter.circles):
        return [_("They lose every key they hold. You hold keys of this office: those keys are exchanged at once.")]
    return [
        _("They lose every key they hold. Those keys are exchanged as soon as a colleague who holds them signs in; "
          "until then nothing new can be written."),
        _("Call such a colleague and ask them to open any page: then the charter says for good that this access was "
          "ended."),
    ]  # fmt: skip


@desk.form("/offices/members/<uuid:member_id>/suspend", needs=Permission.SUSPEND)
def suspend(session: Session, visitor: Visitor, member: Member) -> Response:
    return confirm(
        lambda: actions.suspend_member(session, visitor, member, datetime.now(UTC)),
        lambda: _led_saying(
            _("%(name)s is suspended. A head restores them once somebody has spoken to them.", name=member.sign_in),
            "members.show",
            member.id,
        ),
        title=_("I fear they are not free"),
        name=member.sign_in,
        says=[
            _("All their sessions end at once, and whoever has their passphrase opens nothing with it."),
            _("Nothing of theirs is lost. A head restores them as soon as somebody has spoken to them."),
            _("You need no proof. Being wrong costs them a telephone call."),
        ],
        button=_("Suspend them now"),
        kind="warning",
        back=("members.show", {"member_id": member.id}),
    )


@desk.form("/offices/members/<uuid:member_id>/restore", needs=Permission.RESTORE)
def restore(session: Session, visitor: Visitor, member: Member) -> Response:
    return confirm(
        lambda: actions.restore_member(session, visitor, member),
        lambda: _led_saying(_("%(name)s can sign in again.", name=member.sign_in), "members.show", member.id),
        title=_("Restore a colleague"),
        name=member.sign_in,
        says=[
            _("They can sign in again, with everything they had."),
            _("Have you, or has somebody you trust, seen or heard them speak freely? If not, wait."),
        ],
        button=_("Restore them"),
        back=("members.show", {"member_id": member.id}),
    )
