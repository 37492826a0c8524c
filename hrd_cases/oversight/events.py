"""The trail in plain words: for every event its name and its sentence, by area, as the search offers them."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from hrd_cases.audit.events import Event


class Words(NamedTuple):
    """`sentence` is what its actor did; its %(fields)s are those of the event."""

    name: Any
    sentence: Any


FORM_READ = _l("Looked at the form “%(page)s”.")
"""What is said of a page that asks for an act: nothing was done by opening it."""
PAGES_FIRST = frozenset({"oversight.trail", "sessions.index", "waiting.show"})
"""Pages that are read for what they show, and have a form besides."""

AREAS: tuple[tuple[Any, dict[Event, Words]], ...] = (
    (
        _l("Reading"),
        {
            Event.PAGE_READ: Words(_l("Page opened"), _l("Opened “%(page)s”.")),
            Event.PAGE_REFUSED: Words(_l("Page refused"), _l("Was refused “%(page)s”: %(status)s.")),
            Event.ACT_REFUSED: Words(
                _l("Act refused"), _l("Tried an act on “%(page)s”, which was refused and changed nothing: %(status)s.")
            ),
            Event.SUSPENDED_TURNED_AWAY: Words(
                _l("Suspended member turned away"), _l("Is suspended and was turned away from “%(page)s”.")
            ),
        },
    ),
    (
        _l("Sign-in and sessions"),
        {
            Event.SIGNED_IN: Words(_l("Signed in"), _l("Signed in.")),
            Event.SIGN_IN_FAILED: Words(_l("Sign-in failed"), _l("A sign-in failed. Member: %(member)s.")),
            Event.SIGN_IN_SLOWED: Words(
                _l("Sign-in slowed down"), _l("Sign-in was slowed down after many tries: %(seconds)s to wait.")
            ),
            Event.SIGNED_OUT: Words(_l("Signed out"), _l("Signed out.")),
            Event.LEFT_QUICKLY: Words(_l("Left by “Leave now”"), _l("Left by “Leave now”.")),
            Event.SESSION_UNLOCKED: Words(_l("Session unlocked"), _l("Unlocked the session.")),
            Event.SESSION_ENDED: Words(_l("Sessions ended"), _l("Ended sessions: %(count)s.")),
            Event.SECOND_FACTOR_GIVEN: Words(_l("Second factor given"), _l("Gave the second factor again.")),
            Event.CODE_USED: Words(_l("Code used"), _l("%(member)s used a code of the authenticator.")),
            Event.FORM_KEPT: Words(_l("Form kept"), _l("A form that could not be sent was kept.")),
            Event.FORM_SENT: Words(_l("Kept form sent"), _l("Sent a form that had been kept.")),
            Event.FORM_DROPPED: Words(_l("Kept form thrown away"), _l("Threw a kept form away unsent.")),
        },
    ),
    (
        _l("Members"),
        {
            Event.MEMBER_INVITED: Words(_l("Member invited"), _l("Invited %(member)s to %(office)s as %(role)s.")),
            Event.INVITATION_WITHDRAWN: Words(_l("Invitation withdrawn"), _l("Withdrew the invitation of %(member)s.")),
            Event.INVITATION_TAKEN: Words(_l("Enrolment finished"), _l("%(member)s finished enrolling.")),
            Event.ADDRESS_CORRECTED: Words(
                _l("Mail address corrected"), _l("Corrected the mail address of %(member)s.")
            ),
            Event.ADDRESS_CHANGE_KNOWN: Words(
                _l("Changed mail address known"),
                _l("Knows that their own mail address was changed: entry %(change)s."),
            ),
            Event.MEMBER_VOUCHED: Words(
                _l("Member vouched for"), _l("Vouched for %(member)s in %(office)s as %(role)s.")
            ),
            Event.MEMBER_SUSPENDED: Words(_l("Member suspended"), _l("Suspended %(member)s.")),
            Event.MEMBER_RESTORED: Words(_l("Member restored"), _l("Restored %(member)s.")),
            Event.MEMBER_REVOKED: Words(_l("Access ended"), _l("Ended the access of %(member)s.")),
            Event.PASSPHRASE_SET: Words(_l("Passphrase set"), _l("%(member)s set a passphrase.")),
            Event.AUTHENTICATOR_SET: Words(_l("Authenticator set up"), _l("%(member)s set up an authenticator.")),
            Event.RECOVERY_CODE_SET: Words(_l("New recovery code"), _l("%(member)s got a new recovery code.")),
            Event.RECOVERY_CODE_USED: Words(_l("Recovery code used"), _l("%(member)s used the recovery code.")),
            Event.ROOT_PINNED: Words(_l("Register confirmed"), _l("%(member)s confirmed which register this is.")),
            Event.KEYS_REPLACED: Words(_l("New keys"), _l("%(member)s made new keys.")),
            Event.LANGUAGE_CHOSEN: Words(_l("Language chosen"), _l("Chose the language %(language)s.")),
        },
    ),
    (
        _l("Offices, charters and keys"),
        {
            Event.OFFICE_OPENED: Words(_l("Office opened"), _l("Opened the office %(office)s: %(kind)s.")),
            Event.OFFICE_CHANGED: Words(_l("Office changed"), _l("Changed what everybody may know of %(office)s.")),
            Event.CHARTER_PROPOSED: Words(
                _l("Charter proposed"), _l("Proposed charter %(number)s of %(office)s: %(act)s.")
            ),
            Event.CHARTER_WITHDRAWN: Words(
                _l("Charter withdrawn"), _l("Withdrew the proposed charter %(number)s of %(office)s.")
            ),
            Event.CHARTER_IN_FORCE: Words(
                _l("Charter in force"), _l("Charter %(number)s of %(office)s came into force: %(act)s.")
            ),
            Event.CIRCLE_RENEWED: Words(
                _l("Key made or exchanged"), _l("Made key %(epoch)s of “%(circle)s” in %(office)s.")
            ),
            Event.CIRCLE_HANDED_OVER: Words(
                _l("Key handed over"), _l("Handed the key of “%(circle)s” in %(office)s to %(member)s.")
            ),
            Event.CUSTODY_RENEWED: Words(
                _l("Sealed to custodians"), _l("Sealed the keys of %(office)s to the custodians again.")
            ),
            Event.FOLDER_OPENED: Words(_l("Folder opened"), _l("A folder was opened: %(kind)s.")),
        },
    ),
    (
        _l("Case files"),
        {
            Event.DRAFT_SAVED: Words(_l("Draft saved"), _l("Saved a draft of a case file.")),
            Event.DRAFT_DROPPED: Words(_l("Draft thrown away"), _l("A draft of a case file was destroyed.")),
            Event.CASE_OPENED: Words(_l("Case file opened"), _l("Opened a case file in %(office)s.")),
            Event.CASE_ROUTED: Words(_l("Case file sent"), _l("Sent a case file to %(office)s.")),
            Event.CASE_SOURCES_ARRIVED: Words(_l("Sources arrived"), _l("The sources of a case file arrived.")),
            Event.CASE_ACKNOWLEDGED: Words(_l("Case file acknowledged"), _l("Acknowledged a case file.")),
            Event.CLOCK_STOPPED: Words(_l("Clock stopped"), _l("The clock of a case file that had to be taken ended.")),
            Event.CASE_STEPPED: Words(_l("Step of a case file"), _l("Took a case file a step further: %(act)s.")),
            Event.ENTRY_WRITTEN: Words(_l("Entry written"), _l("Wrote an entry in a case file.")),
            Event.ENTRY_CORRECTED: Words(_l("Entry corrected"), _l("Corrected an entry of a case file.")),
            Event.SHARE_OFFERED: Words(_l("Hearing shared"), _l("Shared a hearing with %(office)s.")),
            Event.SHARE_CHANGED: Words(_l("Share changed"), _l("Brought what was shared up to date, or extended it.")),
            Event.SHARE_ANSWERED: Words(_l("Share answered"), _l("Answered what was shared: %(answer)s.")),
            Event.SHARE_NOTED: Words(_l("Share read"), _l("Noted what was changed in what was shared.")),
            Event.SHARE_ENDED: Words(_l("Share ended"), _l("A share ended: %(how)s.")),
            Event.TRIAL_BEGUN: Words(_l("Trial begun"), _l("Recorded a trial in %(office)s.")),
            Event.TRIAL_WRITTEN: Words(_l("Trial written to"), _l("Wrote an entry of a trial.")),
            Event.TRIAL_CORRECTED: Words(_l("Trial corrected"), _l("Corrected an entry of a trial.")),
            Event.DOCUMENT_ADDED: Words(_l("Document added"), _l("Added a document.")),
            Event.DOCUMENT_OPENED: Words(_l("Document opened"), _l("Looked at a document.")),
            Event.DOCUMENT_EXPORTED: Words(_l("Document given out"), _l("Downloaded a document: %(how)s.")),
            Event.DOCUMENT_REMOVED: Words(_l("Document removed"), _l("Removed a document.")),
            Event.GRANT_BEGUN: Words(_l("Grant drafted"), _l("Began a request for money in %(office)s.")),
            Event.GRANT_DRAFTED: Words(_l("Grant written to"), _l("Wrote in a request for money.")),
            Event.GRANT_STEP_TAKEN: Words(_l("Step of a grant"), _l("Took a step of a grant.")),
            Event.GRANT_SHEET_SENT: Words(
                _l("Decision sheet sent"), _l("Sent headquarters the decision sheet of a grant.")
            ),
            Event.GRANT_ANSWER_KEPT: Words(
                _l("Decision taken in"), _l("Took in what headquarters wrote with its step of a grant.")
            ),
            Event.BUDGET_GIVEN: Words(_l("Budget given"), _l("Gave %(office)s money to grant.")),
            Event.BUDGET_MOVED: Words(_l("Budget moved"), _l("Moved money to grant to %(office)s.")),
            Event.LEDGER_WRITTEN: Words(_l("Ledger written"), _l("The ledger of a budget has %(number)s entries.")),
            Event.LEDGER_TAKEN_ALONG: Words(
                _l("Ledger taken along"), _l("Took the ledger along for the accountants: %(count)s entries.")
            ),
            Event.RATES_TAKEN_IN: Words(_l("Rates taken in"), _l("Took in accounting rates: %(count)s.")),
            Event.CASE_PRINTED: Words(
                _l("Case file printed"), _l("Opened a case file for printing: export %(export)s.")
            ),
            Event.HEARINGS_PRINTED: Words(
                _l("Hearings printed"),
                _l("Opened a sheet of the hearings of %(office)s for printing: export %(export)s."),
            ),
            Event.BRIEFING_PRINTED: Words(
                _l("Briefing printed"), _l("Opened the briefing of a hearing for printing: export %(export)s.")
            ),
            Event.CASES_SEARCHED: Words(_l("Case files searched"), _l("Searched the case files.")),
            Event.CARDS_REBUILT: Words(
                _l("Cards written anew"), _l("Wrote the index cards of %(office)s anew: %(cards)s.")
            ),
            Event.CARDS_SETTLED: Words(_l("Names sorted"), _l("Made the index of names of %(office)s anew.")),
            Event.ABSENCE_RECORDED: Words(
                _l("Absence recorded"), _l("Recorded that %(member)s of %(office)s is away.")
            ),
            Event.ABSENCE_REMOVED: Words(_l("Absence removed"), _l("Removed an absence of %(member)s of %(office)s.")),
            Event.REMINDERS_PLANNED: Words(
                _l("Reminders planned"), _l("Planned who is told of something, or put it right.")
            ),
            Event.DUTY_CHANGED: Words(_l("Duty roster changed"), _l("Put %(member)s on duty on %(days)s.")),
        },
    ),
    (
        _l("Letters and notices"),
        {
            Event.LETTER_SENT: Words(_l("Letter sent"), _l("Sent a letter to %(office)s: %(act)s.")),
            Event.LETTER_FOLDED: Words(_l("Letter taken in"), _l("Took in a letter: %(act)s.")),
            Event.LETTER_REFUSED: Words(
                _l("Letter refused"), _l("A letter failed its check and was refused: %(act)s.")
            ),
            Event.LETTER_TRIED_AGAIN: Words(
                _l("Letter tried again"), _l("A refused letter is again as it was sent, and waits: %(act)s.")
            ),
            Event.NOTICE_PUT_AWAY: Words(_l("Notice put away"), _l("Put a notice away.")),
            Event.NOTICE_READ: Words(_l("Notice read"), _l("Has read a notice and put it away for themselves.")),
            Event.REMINDERS_SET: Words(
                _l("Mailed reminders chosen"), _l("Chose which reminders %(office)s mails at once.")
            ),
            Event.REMINDER_DONE: Words(_l("Reminder done"), _l("Said that what a reminder is about is done.")),
            Event.REMINDER_PUT_OFF: Words(_l("Reminder put off"), _l("Put a reminder off until %(until)s.")),
            Event.REMINDER_PASSED_ON: Words(_l("Reminder passed on"), _l("Said that a reminder is not theirs.")),
            Event.MAILS_RETRIED: Words(
                _l("Mails tried again"), _l("Had mails tried again that were refused: %(count)s.")
            ),
        },
    ),
    (
        _l("The installation"),
        {
            Event.ALARM_RAISED: Words(_l("Alarm"), _l("Alarm: %(alarm)s.")),
            Event.TRAIL_CHECKED: Words(
                _l("Trail checked"), _l("Checked the trail of %(entries)s entries: %(findings)s findings.")
            ),
            Event.TRAIL_HEAD_SENT: Words(
                _l("Daily count mailed"), _l("Mailed the auditors the daily count: %(entries)s entries.")
            ),
            Event.INSTALLATION_BEGUN: Words(_l("Installation begun"), _l("The installation began.")),
            Event.HOUSE_KEPT: Words(
                _l("House kept"),
                _l(
                    "Kept house: the keys of %(sessions)s idle sessions, %(forms)s kept forms, %(buckets)s counts of "
                    "tries and %(invitations)s invitations went."
                ),
            ),
        },
    ),
)

WORDS: dict[Event, Words] = {event: words for _, events in AREAS for event, words in events.items()}
