"""Every event the trail may hold, with its fields.

A field is an id, a number or a word of ours: never content, never a search text. Name an event by what happened, in the
past tense, after what it happened to. A missing or extra field is refused at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum


class Event(StrEnum):
    PAGE_READ = "page_read"
    PAGE_REFUSED = "page_refused"
    ACT_REFUSED = "act_refused"
    SUSPENDED_TURNED_AWAY = "suspended_turned_away"
    INSTALLATION_BEGUN = "installation_begun"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_IN_SLOWED = "sign_in_slowed"
    SIGNED_OUT = "signed_out"
    LEFT_QUICKLY = "left_quickly"
    SESSION_UNLOCKED = "session_unlocked"
    SESSION_ENDED = "session_ended"
    SECOND_FACTOR_GIVEN = "second_factor_given"
    CODE_USED = "code_used"
    FORM_KEPT = "form_kept"
    FORM_SENT = "form_sent"
    FORM_DROPPED = "form_dropped"
    MEMBER_INVITED = "member_invited"
    INVITATION_WITHDRAWN = "invitation_withdrawn"
    INVITATION_TAKEN = "invitation_taken"
    ADDRESS_CORRECTED = "address_corrected"
    ADDRESS_CHANGE_KNOWN = "address_change_known"
    PASSPHRASE_SET = "passphrase_set"  # noqa: S105 - the name of an event
    AUTHENTICATOR_SET = "authenticator_set"
    RECOVERY_CODE_SET = "recovery_code_set"
    RECOVERY_CODE_USED = "recovery_code_used"
    ROOT_PINNED = "root_pinned"
    LANGUAGE_CHOSEN = "language_chosen"
    KEYS_REPLACED = "keys_replaced"
    CHARTER_PROPOSED = "charter_proposed"
    CHARTER_WITHDRAWN = "charter_withdrawn"
    CHARTER_IN_FORCE = "charter_in_force"
    MEMBER_VOUCHED = "member_vouched"
    MEMBER_REVOKED = "member_revoked"
    MEMBER_SUSPENDED = "member_suspended"
    MEMBER_RESTORED = "member_restored"
    CIRCLE_HANDED_OVER = "circle_handed_over"
    CIRCLE_RENEWED = "circle_renewed"
    CUSTODY_RENEWED = "custody_renewed"
    FOLDER_OPENED = "folder_opened"
    LETTER_SENT = "letter_sent"
    LETTER_FOLDED = "letter_folded"
    LETTER_REFUSED = "letter_refused"
    LETTER_TRIED_AGAIN = "letter_tried_again"
    OFFICE_OPENED = "office_opened"
    OFFICE_CHANGED = "office_changed"
    NOTICE_PUT_AWAY = "notice_put_away"
    DRAFT_SAVED = "draft_saved"
    DRAFT_DROPPED = "draft_dropped"
    CASE_OPENED = "case_opened"
    CASE_ROUTED = "case_routed"
    CASE_SOURCES_ARRIVED = "case_sources_arrived"
    CASE_ACKNOWLEDGED = "case_acknowledged"
    CLOCK_STOPPED = "clock_stopped"
    CASE_STEPPED = "case_stepped"
    ENTRY_WRITTEN = "entry_written"
    ENTRY_CORRECTED = "entry_corrected"
    TRIAL_BEGUN = "trial_begun"
    TRIAL_WRITTEN = "trial_written"
    TRIAL_CORRECTED = "trial_corrected"
    GRANT_BEGUN = "grant_begun"
    GRANT_DRAFTED = "grant_drafted"
    GRANT_STEP_TAKEN = "grant_step_taken"
    GRANT_SHEET_SENT = "grant_sheet_sent"
    GRANT_ANSWER_KEPT = "grant_answer_kept"
    BUDGET_GIVEN = "budget_given"
    BUDGET_MOVED = "budget_moved"
    LEDGER_WRITTEN = "ledger_written"
    RATES_TAKEN_IN = "rates_taken_in"
    LEDGER_TAKEN_ALONG = "ledger_taken_along"
    SHARE_OFFERED = "share_offered"
    SHARE_CHANGED = "share_changed"
    SHARE_ANSWERED = "share_answered"
    SHARE_NOTED = "share_noted"
    SHARE_ENDED = "share_ended"
    DOCUMENT_ADDED = "document_added"
    DOCUMENT_OPENED = "document_opened"
    DOCUMENT_EXPORTED = "document_exported"
    DOCUMENT_REMOVED = "document_removed"
    CASE_PRINTED = "case_printed"
    HEARINGS_PRINTED = "hearings_printed"
    BRIEFING_PRINTED = "briefing_printed"
    CASES_SEARCHED = "cases_searched"
    CARDS_REBUILT = "cards_rebuilt"
    CARDS_SETTLED = "cards_settled"
    ABSENCE_RECORDED = "absence_recorded"
    ABSENCE_REMOVED = "absence_removed"
    DUTY_CHANGED = "duty_changed"
    NOTICE_READ = "notice_read"
    REMINDERS_PLANNED = "reminders_planned"
    REMINDERS_SET = "reminders_set"
    REMINDER_DONE = "reminder_done"
    REMINDER_PUT_OFF = "reminder_put_off"
    REMINDER_PASSED_ON = "reminder_passed_on"
    MAILS_RETRIED = "mails_retried"
    TRAIL_CHECKED = "trail_checked"
    TRAIL_HEAD_SENT = "trail_head_sent"
    ALARM_RAISED = "alarm_raised"
    HOUSE_KEPT = "house_kept"


FIELDS: dict[Event, frozenset[str]] = {
    Event.PAGE_READ: frozenset({"page", "subjects"}),
    Event.PAGE_REFUSED: frozenset({"page", "subjects", "status"}),
    Event.ACT_REFUSED: frozenset({"page", "subjects", "status"}),
    Event.SUSPENDED_TURNED_AWAY: frozenset({"page", "subjects"}),
    Event.INSTALLATION_BEGUN: frozenset({"demonstration"}),
    Event.SIGNED_IN: frozenset(),
    Event.SIGN_IN_FAILED: frozenset({"member"}),
    Event.SIGN_IN_SLOWED: frozenset({"seconds"}),
    Event.SIGNED_OUT: frozenset(),
    Event.LEFT_QUICKLY: frozenset(),
    Event.SESSION_UNLOCKED: frozenset(),
    Event.SESSION_ENDED: frozenset({"count"}),
    Event.SECOND_FACTOR_GIVEN: frozenset(),
    Event.CODE_USED: frozenset({"member", "step"}),
    Event.FORM_KEPT: frozenset({"form"}),
    Event.FORM_SENT: frozenset({"form"}),
    Event.FORM_DROPPED: frozenset({"form"}),
    Event.MEMBER_INVITED: frozenset({"member", "office", "role", "address"}),
    Event.INVITATION_WITHDRAWN: frozenset({"member"}),
    Event.INVITATION_TAKEN: frozenset({"member"}),
    Event.ADDRESS_CORRECTED: frozenset({"member", "address"}),
    Event.ADDRESS_CHANGE_KNOWN: frozenset({"change"}),
    # By their digests, what the act wrote of the member's row; None for what it did not touch (members.py).
    Event.PASSPHRASE_SET: frozenset({"member", "passphrase", "recovery", "authenticator"}),
    Event.AUTHENTICATOR_SET: frozenset({"member", "passphrase", "recovery", "authenticator", "step"}),
    Event.RECOVERY_CODE_SET: frozenset({"member", "passphrase", "recovery", "authenticator"}),
    Event.RECOVERY_CODE_USED: frozenset({"member"}),
    Event.ROOT_PINNED: frozenset({"member"}),
    Event.LANGUAGE_CHOSEN: frozenset({"language"}),
    Event.KEYS_REPLACED: frozenset({"member", "fingerprint", "revocation"}),
    Event.CHARTER_PROPOSED: frozenset({"office", "number", "act"}),
    Event.CHARTER_WITHDRAWN: frozenset({"office", "number"}),
    Event.CHARTER_IN_FORCE: frozenset({"office", "number", "act", "hash"}),
    Event.MEMBER_VOUCHED: frozenset({"member", "office", "role"}),
    Event.MEMBER_REVOKED: frozenset({"member", "fingerprint", "revocation"}),
    Event.MEMBER_SUSPENDED: frozenset({"member"}),
    Event.MEMBER_RESTORED: frozenset({"member"}),
    Event.CIRCLE_HANDED_OVER: frozenset({"office", "circle", "member"}),
    Event.CIRCLE_RENEWED: frozenset({"office", "circle", "epoch"}),
    Event.CUSTODY_RENEWED: frozenset({"office"}),
    Event.FOLDER_OPENED: frozenset({"folder", "kind"}),
    # By its digest, the row that was sent, and the row that was refused.
    Event.LETTER_SENT: frozenset({"letter", "office", "act", "digest"}),
    Event.LETTER_FOLDED: frozenset({"letter", "act"}),
    Event.LETTER_REFUSED: frozenset({"letter", "act", "digest"}),
    Event.LETTER_TRIED_AGAIN: frozenset({"letter", "act"}),
    # When it works, as the act wrote it; None for what it left as it was (working_days.py).
    Event.OFFICE_OPENED: frozenset({"office", "kind", "zone", "weekend", "hours"}),
    Event.OFFICE_CHANGED: frozenset({"office", "zone", "weekend", "hours", "closed", "reopened"}),
    # For everybody of the office, as it was once: told apart from what each has read and put away for themselves.
    Event.NOTICE_PUT_AWAY: frozenset({"notice"}),
    Event.DRAFT_SAVED: frozenset({"draft"}),
    Event.DRAFT_DROPPED: frozenset({"draft"}),
    Event.CASE_OPENED: frozenset({"case", "office"}),
    # By their digests, the row of the clock that was started, and those of its reminders (reminders.py).
    Event.CASE_ROUTED: frozenset({"case", "office", "clock", "reminders"}),
    Event.CASE_SOURCES_ARRIVED: frozenset({"case"}),
    Event.CASE_ACKNOWLEDGED: frozenset({"case"}),
    Event.CLOCK_STOPPED: frozenset({"case"}),
    Event.CASE_STEPPED: frozenset({"case", "act"}),
    Event.ENTRY_WRITTEN: frozenset({"case", "entry"}),
    Event.ENTRY_CORRECTED: frozenset({"case", "entry", "corrected"}),
    Event.TRIAL_BEGUN: frozenset({"proceeding", "office"}),
    Event.GRANT_BEGUN: frozenset({"grant", "office"}),
    Event.GRANT_DRAFTED: frozenset({"grant"}),
    # Which act it was stands signed in the step itself.
    Event.GRANT_STEP_TAKEN: frozenset({"grant", "number"}),
    # To whom says the letter; `named`: with a name, to which somebody agreed.
    Event.GRANT_SHEET_SENT: frozenset({"grant", "letter", "named"}),
    Event.GRANT_ANSWER_KEPT: frozenset({"grant", "number"}),
    # How much it was stands signed in the ledger.
    Event.BUDGET_GIVEN: frozenset({"office", "envelope"}),
    Event.BUDGET_MOVED: frozenset({"office", "envelope", "giver"}),
    # How many entries the envelope has since then: that one was cut from the end, nothing else tells.
    Event.LEDGER_WRITTEN: frozenset({"envelope", "number"}),
    Event.RATES_TAKEN_IN: frozenset({"count"}),
    # How many entries stood in the file; of which budgets follows from who took it.
    Event.LEDGER_TAKEN_ALONG: frozenset({"count"}),
    # Never of what kind: hearings, reports and what a trial is have one name there.
    Event.TRIAL_WRITTEN: frozenset({"proceeding", "entry"}),
    Event.TRIAL_CORRECTED: frozenset({"proceeding", "entry", "corrected"}),
    # With which office, never what; `answer` and `how` are words of ours.
    # `until`: by it, and by no row, a share ends while nobody is signed in.
    Event.SHARE_OFFERED: frozenset({"share", "office", "folder", "until"}),
    Event.SHARE_CHANGED: frozenset({"share", "until"}),
    Event.SHARE_ANSWERED: frozenset({"share", "answer"}),
    Event.SHARE_NOTED: frozenset({"share"}),
    Event.SHARE_ENDED: frozenset({"share", "how"}),
    # Never how it is called or what it is. `how`: as it came, or without what tells of its maker.
    Event.DOCUMENT_ADDED: frozenset({"document", "folder"}),
    Event.DOCUMENT_OPENED: frozenset({"document"}),
    Event.DOCUMENT_EXPORTED: frozenset({"document", "how"}),
    Event.DOCUMENT_REMOVED: frozenset({"document"}),
    Event.CASE_PRINTED: frozenset({"case", "export", "sources"}),
    Event.HEARINGS_PRINTED: frozenset({"office", "export"}),
    Event.BRIEFING_PRINTED: frozenset({"proceeding", "entry", "export"}),
    Event.CASES_SEARCHED: frozenset(),
    Event.CARDS_REBUILT: frozenset({"office", "cards"}),
    Event.CARDS_SETTLED: frozenset({"office"}),
    # By its digest, the row (turns.py); of the roster, its days.
    Event.ABSENCE_RECORDED: frozenset({"member", "office", "absence"}),
    Event.ABSENCE_REMOVED: frozenset({"member", "office", "absence"}),
    Event.DUTY_CHANGED: frozenset({"member", "days", "on"}),
    Event.NOTICE_READ: frozenset({"notice"}),
    Event.REMINDERS_PLANNED: frozenset({"planned"}),
    # Codes of rules, where an office mails at once what is usually not, and the other way round (mailed_at_once.py).
    Event.REMINDERS_SET: frozenset({"office", "mailed", "quiet"}),
    # Never of what it reminds: the trail lies in clear. `until`: a slot; `to`: a member, or a role and its office.
    Event.REMINDER_DONE: frozenset({"reminder"}),
    Event.REMINDER_PUT_OFF: frozenset({"reminder", "until"}),
    Event.REMINDER_PASSED_ON: frozenset({"reminder", "to"}),
    Event.MAILS_RETRIED: frozenset({"count"}),
    Event.TRAIL_CHECKED: frozenset({"entries", "findings"}),
    Event.TRAIL_HEAD_SENT: frozenset({"entries"}),
    Event.ALARM_RAISED: frozenset({"alarm"}),
    Event.HOUSE_KEPT: frozenset({"sessions", "forms", "buckets", "invitations"}),
}

ADDED: dict[Event, frozenset[str]] = {
    Event.MEMBER_INVITED: frozenset({"address"}),
    Event.ADDRESS_CORRECTED: frozenset({"address"}),
    Event.PASSPHRASE_SET: frozenset({"passphrase", "recovery", "authenticator"}),
    Event.AUTHENTICATOR_SET: frozenset({"passphrase", "recovery", "authenticator", "step"}),
    Event.RECOVERY_CODE_SET: frozenset({"passphrase", "recovery", "authenticator"}),
    Event.LETTER_SENT: frozenset({"digest"}),
    Event.LETTER_REFUSED: frozenset({"digest"}),
    Event.OFFICE_OPENED: frozenset({"zone", "weekend", "hours"}),
    Event.OFFICE_CHANGED: frozenset({"zone", "weekend", "hours", "closed", "reopened"}),
    Event.CASE_ROUTED: frozenset({"clock", "reminders"}),
    Event.ABSENCE_RECORDED: frozenset({"absence"}),
    Event.ABSENCE_REMOVED: frozenset({"absence"}),
    Event.DUTY_CHANGED: frozenset({"on"}),
    Event.SHARE_OFFERED: frozenset({"folder", "until"}),
    Event.SHARE_CHANGED: frozenset({"until"}),
}
"""Fields that an event was given later: entries of before it lack all of them. No other entry lacks any."""

ADDED_LAST: dict[Event, frozenset[str]] = {
    Event.CASE_ROUTED: frozenset({"reminders"}),
    Event.SHARE_OFFERED: frozenset({"until"}),
}
"""Of these the ones that came later than the others: entries of between lack them alone."""

SUBJECTS = frozenset(
    {
        "envelope",
        "giver",
        "member",
        "office",
        "folder",
        "letter",
        "notice",
        "form",
        "case",
        "grant",
        "proceeding",
        "reminder",
        "share",
        "document",
        "subjects",
    }
)
"""Fields that say by its id what an entry is about: everything about one thing is found by them (`AuditSubject`)."""

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SEVERAL = frozenset({"subjects", "on", "closed", "reopened", "mailed", "quiet", "planned"})
_WHOLE = frozenset(
    {"seconds", "count", "number", "days", "epoch", "cards", "entries", "findings", "step", "change", "status"}
    | FIELDS[Event.HOUSE_KEPT]
)
_OR_NOBODY = frozenset({(Event.SIGN_IN_FAILED, "member"), (Event.AUTHENTICATOR_SET, "step")})
"""Fields of ids and numbers that may be empty."""


def is_id(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def is_declared(event: str, fields: Mapping[str, object]) -> bool:
    """Has an entry the fields that its event declares, each of its kind? Of an event that is none of ours nothing is
    known, and no rule asks for it.
    """
    try:
        known = Event(event)
    except ValueError:
        return True
    whole = FIELDS[known]
    lacking = (frozenset[str](), ADDED_LAST.get(known, frozenset()), ADDED.get(known, frozenset()))
    return any(fields.keys() == whole - lacks for lacks in lacking) and all(
        _is_fit(known, name, value) for name, value in fields.items()
    )


def _is_fit(event: Event, name: str, value: object) -> bool:
    if value is None:
        return name not in SUBJECTS | _WHOLE | _SEVERAL or (event, name) in _OR_NOBODY
    if name in _SEVERAL:
        return isinstance(value, tuple) and all(isinstance(one, str) for one in value)
    if name in SUBJECTS:
        return is_id(value)
    if name in _WHOLE:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, str | int)
