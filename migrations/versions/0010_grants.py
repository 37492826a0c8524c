"""Grants: requests, their signed steps, envelopes, the ledger, monthly rates; and what the database itself refuses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CAPACITIES = (
    "duty || ' ' || capacity IN ('request officer', 'request head', 'request acting_head', 'assess "
    "officer', 'verify finance', 'decide head', 'decide acting_head', 'decide "
    "headquarters_approver', 'countersign finance', 'countersign headquarters_approver', 'commit "
    "finance', 'release head', 'release acting_head', 'release headquarters_approver', 'pay "
    "finance', 'close finance', 'close head', 'close acting_head', 'close headquarters_approver', '- "
    "officer', '- finance', '- head', '- acting_head', '- headquarters_approver')"
)
MOVES = (
    "state_before || ' ' || act || ' ' || state_after || ' ' || duty IN ('draft submit submitted "
    "request', 'returned submit submitted request', 'submitted change submitted request', 'assessed "
    "change submitted request', 'verified change submitted request', 'approved change submitted "
    "request', 'committed change submitted request', 'released change submitted request', 'submitted "
    "assess assessed assess', 'submitted verify verified verify', 'assessed verify verified verify', "
    "'submitted send_back returned verify', 'assessed send_back returned verify', 'approved "
    "send_back returned verify', 'released send_back returned verify', 'verified approve approved "
    "decide', 'verified approve_less approved decide', 'submitted fast_approve approved decide', "
    "'assessed fast_approve approved decide', 'submitted return returned decide', 'assessed return "
    "returned decide', 'verified return returned decide', 'committed return returned decide', "
    "'submitted reject rejected decide', 'assessed reject rejected decide', 'verified reject "
    "rejected decide', 'approved countersign approved countersign', 'committed countersign committed "
    "countersign', 'released countersign released countersign', 'paid countersign paid countersign', "
    "'receipts_due countersign receipts_due countersign', 'approved approve_anew verified verify', "
    "'released approve_anew verified verify', 'approved commit committed commit', 'committed release "
    "released release', 'released pay paid pay', 'released pay_part committed pay', 'returned stop "
    "paid -', 'submitted stop paid -', 'assessed stop paid -', 'verified stop paid -', 'approved "
    "stop paid -', 'committed stop paid -', 'released stop paid -', 'paid arrive receipts_due -', "
    "'receipts_due receipt receipts_due -', 'recovery receipt recovery -', 'paid ask_back recovery "
    "-', 'receipts_due ask_back recovery -', 'closed ask_back recovery -', 'recovery take_back "
    "recovery -', 'receipts_due close closed close', 'recovery close closed close', 'submitted ask "
    "submitted -', 'assessed ask assessed -', 'verified ask verified -', 'approved ask approved -', "
    "'committed ask committed -', 'released ask released -', 'submitted answer submitted -', "
    "'assessed answer assessed -', 'verified answer verified -', 'approved answer approved -', "
    "'committed answer committed -', 'released answer released -', 'draft withdraw withdrawn -', "
    "'returned withdraw withdrawn -', 'submitted withdraw withdrawn -', 'assessed withdraw withdrawn "
    "-', 'verified withdraw withdrawn -', 'approved withdraw withdrawn -', 'committed withdraw "
    "withdrawn -', 'released withdraw withdrawn -', 'draft cancel cancelled -', 'returned cancel "
    "cancelled -', 'submitted cancel cancelled -', 'assessed cancel cancelled -', 'verified cancel "
    "cancelled -', 'approved cancel cancelled -', 'committed cancel cancelled -', 'released cancel "
    "cancelled -')"
)
OF_ENVELOPES = (
    "(kind IN ('allot', 'transfer_in', 'transfer_out')) = (grant_id IS NULL) AND (grant_id IS NULL) = (step_id IS NULL)"
)
SQLITE = (
    (
        "CREATE TRIGGER grant_steps_step_follows BEFORE INSERT ON grant_steps WHEN NOT ((NEW.number "
        "= 1 AND NEW.state_before = 'draft') OR EXISTS (SELECT 1 FROM grant_steps s WHERE s.grant_id "
        "= NEW.grant_id AND s.number = NEW.number - 1 AND s.state_after = NEW.state_before AND "
        "s.hash = NEW.previous AND s.at <= NEW.at)) BEGIN SELECT RAISE(ABORT, "
        "'grant_steps_step_follows'); END"
    ),
    (
        "CREATE TRIGGER grant_steps_never_both BEFORE INSERT ON grant_steps WHEN EXISTS (SELECT 1 "
        "FROM grant_steps s WHERE s.grant_id = NEW.grant_id AND s.actor_id = NEW.actor_id AND "
        "((NEW.duty = 'assess' AND s.duty IN ('request')) OR (NEW.duty = 'commit' AND s.duty IN "
        "('request')) OR (NEW.duty = 'close' AND s.duty IN ('request')) OR (NEW.duty = 'request' AND "
        "s.duty IN ('assess', 'close', 'commit', 'countersign', 'decide', 'pay', 'release', "
        "'verify')) OR (NEW.duty = 'verify' AND s.duty IN ('decide', 'release', 'request')) OR "
        "(NEW.duty = 'countersign' AND s.duty IN ('decide', 'release', 'request')) OR (NEW.duty = "
        "'pay' AND s.duty IN ('decide', 'release', 'request')) OR (NEW.duty = 'decide' AND s.duty IN "
        "('countersign', 'pay', 'request', 'verify')) OR (NEW.duty = 'release' AND s.duty IN "
        "('countersign', 'pay', 'request', 'verify')))) BEGIN SELECT RAISE(ABORT, "
        "'grant_steps_never_both'); END"
    ),
    (
        "CREATE TRIGGER grant_steps_not_consecutive BEFORE INSERT ON grant_steps WHEN NEW.duty NOT "
        "IN ('-', 'countersign') AND EXISTS (SELECT 1 FROM grant_steps s WHERE s.grant_id = "
        "NEW.grant_id AND s.actor_id = NEW.actor_id AND s.number = (SELECT max(t.number) FROM "
        "grant_steps t WHERE t.grant_id = NEW.grant_id AND t.duty NOT IN ('-', 'countersign')) AND "
        "NOT (s.duty = NEW.duty AND NEW.duty IN ('request'))) BEGIN SELECT RAISE(ABORT, "
        "'grant_steps_not_consecutive'); END"
    ),
    (
        "CREATE TRIGGER grant_steps_not_for_the_head BEFORE INSERT ON grant_steps WHEN NEW.capacity "
        "= 'acting_head' AND NEW.duty IN ('decide', 'release') AND EXISTS (SELECT 1 FROM grant_steps "
        "s WHERE s.grant_id = NEW.grant_id AND s.duty = 'request' AND s.capacity = 'head') BEGIN "
        "SELECT RAISE(ABORT, 'grant_steps_not_for_the_head'); END"
    ),
    (
        "CREATE TRIGGER grant_steps_as_approved BEFORE INSERT ON grant_steps WHEN NEW.act IN "
        "('commit', 'release', 'pay', 'pay_part') AND NOT EXISTS (SELECT 1 FROM grant_steps s WHERE "
        "s.grant_id = NEW.grant_id AND s.number = (SELECT max(t.number) FROM grant_steps t WHERE "
        "t.grant_id = NEW.grant_id AND t.act IN ('approve', 'approve_less', 'fast_approve')) AND "
        "s.payee = NEW.payee AND s.currency = NEW.currency AND s.envelope_id = NEW.envelope_id AND "
        "(s.rate = NEW.rate OR NEW.act IN ('pay', 'pay_part'))) BEGIN SELECT RAISE(ABORT, "
        "'grant_steps_as_approved'); END"
    ),
    (
        "CREATE TRIGGER grant_steps_as_released BEFORE INSERT ON grant_steps WHEN NEW.act IN ('pay', "
        "'pay_part') AND NOT EXISTS (SELECT 1 FROM grant_steps s WHERE s.grant_id = NEW.grant_id AND "
        "s.number = (SELECT max(t.number) FROM grant_steps t WHERE t.grant_id = NEW.grant_id AND "
        "t.act = 'release') AND s.amount = NEW.amount) BEGIN SELECT RAISE(ABORT, "
        "'grant_steps_as_released'); END"
    ),
    (
        "CREATE TRIGGER grant_steps_rate_known BEFORE INSERT ON grant_steps WHEN NEW.act IN "
        "('approve', 'approve_less', 'fast_approve', 'commit', 'release', 'pay', 'pay_part') AND NOT "
        "(NEW.currency = 'EUR' AND NEW.rate = '1') AND NOT EXISTS (SELECT 1 FROM accounting_rates r "
        "WHERE r.currency = NEW.currency AND r.month = NEW.rate_month AND r.rate = NEW.rate) BEGIN "
        "SELECT RAISE(ABORT, 'grant_steps_rate_known'); END"
    ),
    (
        "CREATE TRIGGER grant_steps_envelope_kept BEFORE INSERT ON grant_steps WHEN NEW.act NOT IN "
        "('approve', 'approve_less', 'fast_approve') AND ((NEW.number = 1 AND NEW.envelope_id IS NOT "
        "NULL) OR EXISTS (SELECT 1 FROM grant_steps s WHERE s.grant_id = NEW.grant_id AND s.number = "
        "NEW.number - 1 AND ((s.envelope_id IS NULL) <> (NEW.envelope_id IS NULL) OR s.envelope_id "
        "<> NEW.envelope_id))) BEGIN SELECT RAISE(ABORT, 'grant_steps_envelope_kept'); END"
    ),
    (
        "CREATE TRIGGER grant_steps_own_envelope BEFORE INSERT ON grant_steps WHEN NEW.act IN "
        "('approve', 'approve_less', 'fast_approve') AND NOT EXISTS (SELECT 1 FROM envelopes v JOIN "
        "grants g ON g.office_id = v.office_id WHERE v.id = NEW.envelope_id AND g.id = NEW.grant_id) "
        "BEGIN SELECT RAISE(ABORT, 'grant_steps_own_envelope'); END"
    ),
    (
        "CREATE TRIGGER ledger_entries_entry_follows BEFORE INSERT ON ledger_entries WHEN NEW.number "
        "<> 1 AND NOT EXISTS (SELECT 1 FROM ledger_entries e WHERE e.envelope_id = NEW.envelope_id "
        "AND e.number = NEW.number - 1 AND e.hash = NEW.previous) BEGIN SELECT RAISE(ABORT, "
        "'ledger_entries_entry_follows'); END"
    ),
    (
        "CREATE TRIGGER ledger_entries_of_its_step BEFORE INSERT ON ledger_entries WHEN NEW.step_id "
        "IS NOT NULL AND NOT EXISTS (SELECT 1 FROM grant_steps s WHERE s.id = NEW.step_id AND "
        "s.grant_id = NEW.grant_id AND s.actor_id = NEW.actor_id AND NEW.kind || ' ' || s.act IN "
        "('approve approve', 'approve approve_less', 'approve fast_approve', 'commit commit', "
        "'release release', 'pay pay', 'pay pay_part', 'rate_rise pay', 'rate_rise pay_part', "
        "'rate_fall pay', 'rate_fall pay_part', 'void_approval change', 'void_approval send_back', "
        "'void_approval return', 'void_approval approve_anew', 'void_approval stop', 'void_approval "
        "withdraw', 'void_approval cancel', 'void_commitment change', 'void_commitment send_back', "
        "'void_commitment return', 'void_commitment approve_anew', 'void_commitment stop', "
        "'void_commitment withdraw', 'void_commitment cancel', 'void_release change', 'void_release "
        "send_back', 'void_release return', 'void_release approve_anew', 'void_release stop', "
        "'void_release withdraw', 'void_release cancel', 'recover take_back') AND (NEW.kind NOT IN "
        "('approve', 'commit', 'release', 'pay', 'recover') OR (s.cents = NEW.cents AND "
        "s.envelope_id = NEW.envelope_id))) BEGIN SELECT RAISE(ABORT, 'ledger_entries_of_its_step'); "
        "END"
    ),
    (
        "CREATE TRIGGER ledger_entries_approved_once BEFORE INSERT ON ledger_entries WHEN NEW.kind = "
        "'approve' AND (SELECT coalesce(sum(e.cents * CASE e.kind WHEN 'approve' THEN 1 WHEN 'pay' "
        "THEN -1 WHEN 'rate_rise' THEN 1 WHEN 'rate_fall' THEN -1 WHEN 'void_approval' THEN -1 ELSE "
        "0 END), 0) FROM ledger_entries e WHERE e.grant_id = NEW.grant_id) <> 0 BEGIN SELECT "
        "RAISE(ABORT, 'ledger_entries_approved_once'); END"
    ),
    (
        "CREATE TRIGGER ledger_entries_within_envelope BEFORE INSERT ON ledger_entries WHEN (SELECT "
        "coalesce(sum(e.cents * CASE e.kind WHEN 'allot' THEN 1 WHEN 'transfer_in' THEN 1 WHEN "
        "'transfer_out' THEN -1 WHEN 'approve' THEN -1 WHEN 'rate_rise' THEN -1 WHEN 'rate_fall' "
        "THEN 1 WHEN 'void_approval' THEN 1 WHEN 'recover' THEN 1 ELSE 0 END), 0) FROM "
        "ledger_entries e WHERE e.envelope_id = NEW.envelope_id) + NEW.cents * CASE NEW.kind WHEN "
        "'allot' THEN 1 WHEN 'transfer_in' THEN 1 WHEN 'transfer_out' THEN -1 WHEN 'approve' THEN -1 "
        "WHEN 'rate_rise' THEN -1 WHEN 'rate_fall' THEN 1 WHEN 'void_approval' THEN 1 WHEN 'recover' "
        "THEN 1 ELSE 0 END < 0 BEGIN SELECT RAISE(ABORT, 'ledger_entries_within_envelope'); END"
    ),
    (
        "CREATE TRIGGER ledger_entries_nothing_within_paid BEFORE INSERT ON ledger_entries WHEN "
        "NEW.grant_id IS NOT NULL AND (SELECT coalesce(sum(e.cents * CASE e.kind WHEN 'pay' THEN 1 "
        "WHEN 'recover' THEN -1 ELSE 0 END), 0) FROM ledger_entries e WHERE e.envelope_id = "
        "NEW.envelope_id AND e.grant_id = NEW.grant_id) + NEW.cents * CASE NEW.kind WHEN 'pay' THEN "
        "1 WHEN 'recover' THEN -1 ELSE 0 END < 0 BEGIN SELECT RAISE(ABORT, "
        "'ledger_entries_nothing_within_paid'); END"
    ),
    (
        "CREATE TRIGGER ledger_entries_paid_within_released BEFORE INSERT ON ledger_entries WHEN "
        "NEW.grant_id IS NOT NULL AND (SELECT coalesce(sum(e.cents * CASE e.kind WHEN 'release' THEN "
        "1 WHEN 'pay' THEN -1 WHEN 'rate_rise' THEN 1 WHEN 'rate_fall' THEN -1 WHEN 'void_release' "
        "THEN -1 ELSE 0 END), 0) FROM ledger_entries e WHERE e.envelope_id = NEW.envelope_id AND "
        "e.grant_id = NEW.grant_id) + NEW.cents * CASE NEW.kind WHEN 'release' THEN 1 WHEN 'pay' "
        "THEN -1 WHEN 'rate_rise' THEN 1 WHEN 'rate_fall' THEN -1 WHEN 'void_release' THEN -1 ELSE 0 "
        "END < 0 BEGIN SELECT RAISE(ABORT, 'ledger_entries_paid_within_released'); END"
    ),
    (
        "CREATE TRIGGER ledger_entries_released_within_committed BEFORE INSERT ON ledger_entries "
        "WHEN NEW.grant_id IS NOT NULL AND (SELECT coalesce(sum(e.cents * CASE e.kind WHEN 'commit' "
        "THEN 1 WHEN 'release' THEN -1 WHEN 'void_commitment' THEN -1 WHEN 'void_release' THEN 1 "
        "ELSE 0 END), 0) FROM ledger_entries e WHERE e.envelope_id = NEW.envelope_id AND e.grant_id "
        "= NEW.grant_id) + NEW.cents * CASE NEW.kind WHEN 'commit' THEN 1 WHEN 'release' THEN -1 "
        "WHEN 'void_commitment' THEN -1 WHEN 'void_release' THEN 1 ELSE 0 END < 0 BEGIN SELECT "
        "RAISE(ABORT, 'ledger_entries_released_within_committed'); END"
    ),
    (
        "CREATE TRIGGER ledger_entries_committed_within_approved BEFORE INSERT ON ledger_entries "
        "WHEN NEW.grant_id IS NOT NULL AND (SELECT coalesce(sum(e.cents * CASE e.kind WHEN 'approve' "
        "THEN 1 WHEN 'commit' THEN -1 WHEN 'void_approval' THEN -1 WHEN 'void_commitment' THEN 1 "
        "ELSE 0 END), 0) FROM ledger_entries e WHERE e.envelope_id = NEW.envelope_id AND e.grant_id "
        "= NEW.grant_id) + NEW.cents * CASE NEW.kind WHEN 'approve' THEN 1 WHEN 'commit' THEN -1 "
        "WHEN 'void_approval' THEN -1 WHEN 'void_commitment' THEN 1 ELSE 0 END < 0 BEGIN SELECT "
        "RAISE(ABORT, 'ledger_entries_committed_within_approved'); END"
    ),
    (
        "CREATE TRIGGER grant_steps_no_update BEFORE UPDATE ON grant_steps BEGIN SELECT RAISE(ABORT, "
        "'grant_steps_no_update'); END"
    ),
    (
        "CREATE TRIGGER grant_steps_no_delete BEFORE DELETE ON grant_steps BEGIN SELECT RAISE(ABORT, "
        "'grant_steps_no_delete'); END"
    ),
    (
        "CREATE TRIGGER ledger_entries_no_update BEFORE UPDATE ON ledger_entries BEGIN SELECT "
        "RAISE(ABORT, 'ledger_entries_no_update'); END"
    ),
    (
        "CREATE TRIGGER ledger_entries_no_delete BEFORE DELETE ON ledger_entries BEGIN SELECT "
        "RAISE(ABORT, 'ledger_entries_no_delete'); END"
    ),
    (
        "CREATE TRIGGER envelopes_no_update BEFORE UPDATE ON envelopes BEGIN SELECT RAISE(ABORT, "
        "'envelopes_no_update'); END"
    ),
    (
        "CREATE TRIGGER envelopes_no_delete BEFORE DELETE ON envelopes BEGIN SELECT RAISE(ABORT, "
        "'envelopes_no_delete'); END"
    ),
    (
        "CREATE TRIGGER accounting_rates_no_update BEFORE UPDATE ON accounting_rates BEGIN SELECT "
        "RAISE(ABORT, 'accounting_rates_no_update'); END"
    ),
    (
        "CREATE TRIGGER accounting_rates_no_delete BEFORE DELETE ON accounting_rates BEGIN SELECT "
        "RAISE(ABORT, 'accounting_rates_no_delete'); END"
    ),
)
POSTGRESQL = (
    (
        "CREATE FUNCTION grant_steps_a_lock() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 "
        "FROM grants WHERE id = NEW.grant_id FOR NO KEY UPDATE; RETURN NEW; END $$"
    ),
    (
        "CREATE TRIGGER grant_steps_a_lock BEFORE INSERT ON grant_steps FOR EACH ROW EXECUTE "
        "FUNCTION grant_steps_a_lock()"
    ),
    (
        "CREATE FUNCTION ledger_entries_a_lock() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM 1 FROM envelopes WHERE id = NEW.envelope_id FOR NO KEY UPDATE; RETURN NEW; END $$"
    ),
    (
        "CREATE TRIGGER ledger_entries_a_lock BEFORE INSERT ON ledger_entries FOR EACH ROW EXECUTE "
        "FUNCTION ledger_entries_a_lock()"
    ),
    (
        "CREATE FUNCTION grant_steps_step_follows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF "
        "(NOT ((NEW.number = 1 AND NEW.state_before = 'draft') OR EXISTS (SELECT 1 FROM grant_steps "
        "s WHERE s.grant_id = NEW.grant_id AND s.number = NEW.number - 1 AND s.state_after = "
        "NEW.state_before AND s.hash = NEW.previous AND s.at <= NEW.at))) THEN RAISE EXCEPTION "
        "'grant_steps_step_follows' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN "
        "NEW; END $$"
    ),
    (
        "CREATE TRIGGER grant_steps_step_follows BEFORE INSERT ON grant_steps FOR EACH ROW EXECUTE "
        "FUNCTION grant_steps_step_follows()"
    ),
    (
        "CREATE FUNCTION grant_steps_never_both() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF "
        "(EXISTS (SELECT 1 FROM grant_steps s WHERE s.grant_id = NEW.grant_id AND s.actor_id = "
        "NEW.actor_id AND ((NEW.duty = 'assess' AND s.duty IN ('request')) OR (NEW.duty = 'commit' "
        "AND s.duty IN ('request')) OR (NEW.duty = 'close' AND s.duty IN ('request')) OR (NEW.duty = "
        "'request' AND s.duty IN ('assess', 'close', 'commit', 'countersign', 'decide', 'pay', "
        "'release', 'verify')) OR (NEW.duty = 'verify' AND s.duty IN ('decide', 'release', "
        "'request')) OR (NEW.duty = 'countersign' AND s.duty IN ('decide', 'release', 'request')) OR "
        "(NEW.duty = 'pay' AND s.duty IN ('decide', 'release', 'request')) OR (NEW.duty = 'decide' "
        "AND s.duty IN ('countersign', 'pay', 'request', 'verify')) OR (NEW.duty = 'release' AND "
        "s.duty IN ('countersign', 'pay', 'request', 'verify'))))) THEN RAISE EXCEPTION "
        "'grant_steps_never_both' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN "
        "NEW; END $$"
    ),
    (
        "CREATE TRIGGER grant_steps_never_both BEFORE INSERT ON grant_steps FOR EACH ROW EXECUTE "
        "FUNCTION grant_steps_never_both()"
    ),
    (
        "CREATE FUNCTION grant_steps_not_consecutive() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF (NEW.duty NOT IN ('-', 'countersign') AND EXISTS (SELECT 1 FROM grant_steps s WHERE "
        "s.grant_id = NEW.grant_id AND s.actor_id = NEW.actor_id AND s.number = (SELECT "
        "max(t.number) FROM grant_steps t WHERE t.grant_id = NEW.grant_id AND t.duty NOT IN ('-', "
        "'countersign')) AND NOT (s.duty = NEW.duty AND NEW.duty IN ('request')))) THEN RAISE "
        "EXCEPTION 'grant_steps_not_consecutive' USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN NEW; END $$"
    ),
    (
        "CREATE TRIGGER grant_steps_not_consecutive BEFORE INSERT ON grant_steps FOR EACH ROW "
        "EXECUTE FUNCTION grant_steps_not_consecutive()"
    ),
    (
        "CREATE FUNCTION grant_steps_not_for_the_head() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF (NEW.capacity = 'acting_head' AND NEW.duty IN ('decide', 'release') AND EXISTS (SELECT 1 "
        "FROM grant_steps s WHERE s.grant_id = NEW.grant_id AND s.duty = 'request' AND s.capacity = "
        "'head')) THEN RAISE EXCEPTION 'grant_steps_not_for_the_head' USING ERRCODE = "
        "'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    ),
    (
        "CREATE TRIGGER grant_steps_not_for_the_head BEFORE INSERT ON grant_steps FOR EACH ROW "
        "EXECUTE FUNCTION grant_steps_not_for_the_head()"
    ),
    (
        "CREATE FUNCTION grant_steps_as_approved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF "
        "(NEW.act IN ('commit', 'release', 'pay', 'pay_part') AND NOT EXISTS (SELECT 1 FROM "
        "grant_steps s WHERE s.grant_id = NEW.grant_id AND s.number = (SELECT max(t.number) FROM "
        "grant_steps t WHERE t.grant_id = NEW.grant_id AND t.act IN ('approve', 'approve_less', "
        "'fast_approve')) AND s.payee = NEW.payee AND s.currency = NEW.currency AND s.envelope_id = "
        "NEW.envelope_id AND (s.rate = NEW.rate OR NEW.act IN ('pay', 'pay_part')))) THEN RAISE "
        "EXCEPTION 'grant_steps_as_approved' USING ERRCODE = 'integrity_constraint_violation'; END "
        "IF; RETURN NEW; END $$"
    ),
    (
        "CREATE TRIGGER grant_steps_as_approved BEFORE INSERT ON grant_steps FOR EACH ROW EXECUTE "
        "FUNCTION grant_steps_as_approved()"
    ),
    (
        "CREATE FUNCTION grant_steps_as_released() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF "
        "(NEW.act IN ('pay', 'pay_part') AND NOT EXISTS (SELECT 1 FROM grant_steps s WHERE "
        "s.grant_id = NEW.grant_id AND s.number = (SELECT max(t.number) FROM grant_steps t WHERE "
        "t.grant_id = NEW.grant_id AND t.act = 'release') AND s.amount = NEW.amount)) THEN RAISE "
        "EXCEPTION 'grant_steps_as_released' USING ERRCODE = 'integrity_constraint_violation'; END "
        "IF; RETURN NEW; END $$"
    ),
    (
        "CREATE TRIGGER grant_steps_as_released BEFORE INSERT ON grant_steps FOR EACH ROW EXECUTE "
        "FUNCTION grant_steps_as_released()"
    ),
    (
        "CREATE FUNCTION grant_steps_rate_known() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF "
        "(NEW.act IN ('approve', 'approve_less', 'fast_approve', 'commit', 'release', 'pay', "
        "'pay_part') AND NOT (NEW.currency = 'EUR' AND NEW.rate = '1') AND NOT EXISTS (SELECT 1 FROM "
        "accounting_rates r WHERE r.currency = NEW.currency AND r.month = NEW.rate_month AND r.rate "
        "= NEW.rate)) THEN RAISE EXCEPTION 'grant_steps_rate_known' USING ERRCODE = "
        "'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    ),
    (
        "CREATE TRIGGER grant_steps_rate_known BEFORE INSERT ON grant_steps FOR EACH ROW EXECUTE "
        "FUNCTION grant_steps_rate_known()"
    ),
    (
        "CREATE FUNCTION grant_steps_envelope_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF "
        "(NEW.act NOT IN ('approve', 'approve_less', 'fast_approve') AND ((NEW.number = 1 AND "
        "NEW.envelope_id IS NOT NULL) OR EXISTS (SELECT 1 FROM grant_steps s WHERE s.grant_id = "
        "NEW.grant_id AND s.number = NEW.number - 1 AND ((s.envelope_id IS NULL) <> (NEW.envelope_id "
        "IS NULL) OR s.envelope_id <> NEW.envelope_id)))) THEN RAISE EXCEPTION "
        "'grant_steps_envelope_kept' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "RETURN NEW; END $$"
    ),
    (
        "CREATE TRIGGER grant_steps_envelope_kept BEFORE INSERT ON grant_steps FOR EACH ROW EXECUTE "
        "FUNCTION grant_steps_envelope_kept()"
    ),
    (
        "CREATE FUNCTION grant_steps_own_envelope() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF "
        "(NEW.act IN ('approve', 'approve_less', 'fast_approve') AND NOT EXISTS (SELECT 1 FROM "
        "envelopes v JOIN grants g ON g.office_id = v.office_id WHERE v.id = NEW.envelope_id AND "
        "g.id = NEW.grant_id)) THEN RAISE EXCEPTION 'grant_steps_own_envelope' USING ERRCODE = "
        "'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    ),
    (
        "CREATE TRIGGER grant_steps_own_envelope BEFORE INSERT ON grant_steps FOR EACH ROW EXECUTE "
        "FUNCTION grant_steps_own_envelope()"
    ),
    (
        "CREATE FUNCTION ledger_entries_entry_follows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF (NEW.number <> 1 AND NOT EXISTS (SELECT 1 FROM ledger_entries e WHERE e.envelope_id = "
        "NEW.envelope_id AND e.number = NEW.number - 1 AND e.hash = NEW.previous)) THEN RAISE "
        "EXCEPTION 'ledger_entries_entry_follows' USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN NEW; END $$"
    ),
    (
        "CREATE TRIGGER ledger_entries_entry_follows BEFORE INSERT ON ledger_entries FOR EACH ROW "
        "EXECUTE FUNCTION ledger_entries_entry_follows()"
    ),
    (
        "CREATE FUNCTION ledger_entries_of_its_step() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF (NEW.step_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM grant_steps s WHERE s.id = "
        "NEW.step_id AND s.grant_id = NEW.grant_id AND s.actor_id = NEW.actor_id AND NEW.kind || ' ' "
        "|| s.act IN ('approve approve', 'approve approve_less', 'approve fast_approve', 'commit "
        "commit', 'release release', 'pay pay', 'pay pay_part', 'rate_rise pay', 'rate_rise "
        "pay_part', 'rate_fall pay', 'rate_fall pay_part', 'void_approval change', 'void_approval "
        "send_back', 'void_approval return', 'void_approval approve_anew', 'void_approval stop', "
        "'void_approval withdraw', 'void_approval cancel', 'void_commitment change', "
        "'void_commitment send_back', 'void_commitment return', 'void_commitment approve_anew', "
        "'void_commitment stop', 'void_commitment withdraw', 'void_commitment cancel', 'void_release "
        "change', 'void_release send_back', 'void_release return', 'void_release approve_anew', "
        "'void_release stop', 'void_release withdraw', 'void_release cancel', 'recover take_back') "
        "AND (NEW.kind NOT IN ('approve', 'commit', 'release', 'pay', 'recover') OR (s.cents = "
        "NEW.cents AND s.envelope_id = NEW.envelope_id)))) THEN RAISE EXCEPTION "
        "'ledger_entries_of_its_step' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "RETURN NEW; END $$"
    ),
    (
        "CREATE TRIGGER ledger_entries_of_its_step BEFORE INSERT ON ledger_entries FOR EACH ROW "
        "EXECUTE FUNCTION ledger_entries_of_its_step()"
    ),
    (
        "CREATE FUNCTION ledger_entries_approved_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF (NEW.kind = 'approve' AND (SELECT coalesce(sum(e.cents * CASE e.kind WHEN 'approve' THEN "
        "1 WHEN 'pay' THEN -1 WHEN 'rate_rise' THEN 1 WHEN 'rate_fall' THEN -1 WHEN 'void_approval' "
        "THEN -1 ELSE 0 END), 0) FROM ledger_entries e WHERE e.grant_id = NEW.grant_id) <> 0) THEN "
        "RAISE EXCEPTION 'ledger_entries_approved_once' USING ERRCODE = "
        "'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    ),
    (
        "CREATE TRIGGER ledger_entries_approved_once BEFORE INSERT ON ledger_entries FOR EACH ROW "
        "EXECUTE FUNCTION ledger_entries_approved_once()"
    ),
    (
        "CREATE FUNCTION ledger_entries_within_envelope() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN IF ((SELECT coalesce(sum(e.cents * CASE e.kind WHEN 'allot' THEN 1 WHEN 'transfer_in' "
        "THEN 1 WHEN 'transfer_out' THEN -1 WHEN 'approve' THEN -1 WHEN 'rate_rise' THEN -1 WHEN "
        "'rate_fall' THEN 1 WHEN 'void_approval' THEN 1 WHEN 'recover' THEN 1 ELSE 0 END), 0) FROM "
        "ledger_entries e WHERE e.envelope_id = NEW.envelope_id) + NEW.cents * CASE NEW.kind WHEN "
        "'allot' THEN 1 WHEN 'transfer_in' THEN 1 WHEN 'transfer_out' THEN -1 WHEN 'approve' THEN -1 "
        "WHEN 'rate_rise' THEN -1 WHEN 'rate_fall' THEN 1 WHEN 'void_approval' THEN 1 WHEN 'recover' "
        "THEN 1 ELSE 0 END < 0) THEN RAISE EXCEPTION 'ledger_entries_within_envelope' USING ERRCODE "
        "= 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    ),
    (
        "CREATE TRIGGER ledger_entries_within_envelope BEFORE INSERT ON ledger_entries FOR EACH ROW "
        "EXECUTE FUNCTION ledger_entries_within_envelope()"
    ),
    (
        "CREATE FUNCTION ledger_entries_nothing_within_paid() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN IF (NEW.grant_id IS NOT NULL AND (SELECT coalesce(sum(e.cents * CASE e.kind WHEN "
        "'pay' THEN 1 WHEN 'recover' THEN -1 ELSE 0 END), 0) FROM ledger_entries e WHERE "
        "e.envelope_id = NEW.envelope_id AND e.grant_id = NEW.grant_id) + NEW.cents * CASE NEW.kind "
        "WHEN 'pay' THEN 1 WHEN 'recover' THEN -1 ELSE 0 END < 0) THEN RAISE EXCEPTION "
        "'ledger_entries_nothing_within_paid' USING ERRCODE = 'integrity_constraint_violation'; END "
        "IF; RETURN NEW; END $$"
    ),
    (
        "CREATE TRIGGER ledger_entries_nothing_within_paid BEFORE INSERT ON ledger_entries FOR EACH "
        "ROW EXECUTE FUNCTION ledger_entries_nothing_within_paid()"
    ),
    (
        "CREATE FUNCTION ledger_entries_paid_within_released() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF (NEW.grant_id IS NOT NULL AND (SELECT coalesce(sum(e.cents * CASE e.kind WHEN "
        "'release' THEN 1 WHEN 'pay' THEN -1 WHEN 'rate_rise' THEN 1 WHEN 'rate_fall' THEN -1 WHEN "
        "'void_release' THEN -1 ELSE 0 END), 0) FROM ledger_entries e WHERE e.envelope_id = "
        "NEW.envelope_id AND e.grant_id = NEW.grant_id) + NEW.cents * CASE NEW.kind WHEN 'release' "
        "THEN 1 WHEN 'pay' THEN -1 WHEN 'rate_rise' THEN 1 WHEN 'rate_fall' THEN -1 WHEN "
        "'void_release' THEN -1 ELSE 0 END < 0) THEN RAISE EXCEPTION "
        "'ledger_entries_paid_within_released' USING ERRCODE = 'integrity_constraint_violation'; END "
        "IF; RETURN NEW; END $$"
    ),
    (
        "CREATE TRIGGER ledger_entries_paid_within_released BEFORE INSERT ON ledger_entries FOR EACH "
        "ROW EXECUTE FUNCTION ledger_entries_paid_within_released()"
    ),
    (
        "CREATE FUNCTION ledger_entries_released_within_committed() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN IF (NEW.grant_id IS NOT NULL AND (SELECT coalesce(sum(e.cents * CASE e.kind "
        "WHEN 'commit' THEN 1 WHEN 'release' THEN -1 WHEN 'void_commitment' THEN -1 WHEN "
        "'void_release' THEN 1 ELSE 0 END), 0) FROM ledger_entries e WHERE e.envelope_id = "
        "NEW.envelope_id AND e.grant_id = NEW.grant_id) + NEW.cents * CASE NEW.kind WHEN 'commit' "
        "THEN 1 WHEN 'release' THEN -1 WHEN 'void_commitment' THEN -1 WHEN 'void_release' THEN 1 "
        "ELSE 0 END < 0) THEN RAISE EXCEPTION 'ledger_entries_released_within_committed' USING "
        "ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    ),
    (
        "CREATE TRIGGER ledger_entries_released_within_committed BEFORE INSERT ON ledger_entries FOR "
        "EACH ROW EXECUTE FUNCTION ledger_entries_released_within_committed()"
    ),
    (
        "CREATE FUNCTION ledger_entries_committed_within_approved() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN IF (NEW.grant_id IS NOT NULL AND (SELECT coalesce(sum(e.cents * CASE e.kind "
        "WHEN 'approve' THEN 1 WHEN 'commit' THEN -1 WHEN 'void_approval' THEN -1 WHEN "
        "'void_commitment' THEN 1 ELSE 0 END), 0) FROM ledger_entries e WHERE e.envelope_id = "
        "NEW.envelope_id AND e.grant_id = NEW.grant_id) + NEW.cents * CASE NEW.kind WHEN 'approve' "
        "THEN 1 WHEN 'commit' THEN -1 WHEN 'void_approval' THEN -1 WHEN 'void_commitment' THEN 1 "
        "ELSE 0 END < 0) THEN RAISE EXCEPTION 'ledger_entries_committed_within_approved' USING "
        "ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    ),
    (
        "CREATE TRIGGER ledger_entries_committed_within_approved BEFORE INSERT ON ledger_entries FOR "
        "EACH ROW EXECUTE FUNCTION ledger_entries_committed_within_approved()"
    ),
    (
        "CREATE FUNCTION grant_steps_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'grant_steps_append_only' USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$"
    ),
    (
        "CREATE TRIGGER grant_steps_append_only BEFORE UPDATE OR DELETE ON grant_steps FOR EACH ROW "
        "EXECUTE FUNCTION grant_steps_append_only()"
    ),
    (
        "CREATE TRIGGER grant_steps_append_only_whole BEFORE TRUNCATE ON grant_steps EXECUTE "
        "FUNCTION grant_steps_append_only()"
    ),
    (
        "CREATE FUNCTION ledger_entries_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'ledger_entries_append_only' USING ERRCODE = "
        "'integrity_constraint_violation'; END $$"
    ),
    (
        "CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE ON ledger_entries FOR "
        "EACH ROW EXECUTE FUNCTION ledger_entries_append_only()"
    ),
    (
        "CREATE TRIGGER ledger_entries_append_only_whole BEFORE TRUNCATE ON ledger_entries EXECUTE "
        "FUNCTION ledger_entries_append_only()"
    ),
    (
        "CREATE FUNCTION envelopes_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE "
        "EXCEPTION 'envelopes_append_only' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    ),
    (
        "CREATE TRIGGER envelopes_append_only BEFORE UPDATE OR DELETE ON envelopes FOR EACH ROW "
        "EXECUTE FUNCTION envelopes_append_only()"
    ),
    (
        "CREATE TRIGGER envelopes_append_only_whole BEFORE TRUNCATE ON envelopes EXECUTE FUNCTION "
        "envelopes_append_only()"
    ),
    (
        "CREATE FUNCTION accounting_rates_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'accounting_rates_append_only' USING ERRCODE = "
        "'integrity_constraint_violation'; END $$"
    ),
    (
        "CREATE TRIGGER accounting_rates_append_only BEFORE UPDATE OR DELETE ON accounting_rates FOR "
        "EACH ROW EXECUTE FUNCTION accounting_rates_append_only()"
    ),
    (
        "CREATE TRIGGER accounting_rates_append_only_whole BEFORE TRUNCATE ON accounting_rates "
        "EXECUTE FUNCTION accounting_rates_append_only()"
    ),
)


def upgrade() -> None:
    op.create_table(
        "accounting_rates",
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("rate", sa.String(), nullable=False),
        sa.Column("taken_in_by", sa.Uuid(), nullable=False),
        sa.Column("taken_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("currency", "month", name=op.f("pk_accounting_rates")),
    )
    op.create_table(
        "envelopes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_envelopes")),
        sa.UniqueConstraint("office_id", "fund", "year", name=op.f("uq_envelopes_office_id_fund_year")),
    )
    op.create_table(
        "grants",
        sa.Column("office_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_file", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_payments", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("folder_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grants_folder_id"), ["folder_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_grants_office_id"), ["office_id"], unique=False)

    op.create_table(
        "grant_steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("state_before", sa.String(), nullable=False),
        sa.Column("state_after", sa.String(), nullable=False),
        sa.Column("duty", sa.String(), nullable=False),
        sa.Column("capacity", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("envelope_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("amount", sa.String(), nullable=False),
        sa.Column("rate", sa.String(), nullable=False),
        sa.Column("rate_month", sa.String(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("payee", sa.LargeBinary(), nullable=False),
        sa.Column("texts", sa.LargeBinary(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("signer", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(CAPACITIES, name=op.f("ck_grant_steps_capacities")),
        sa.CheckConstraint(MOVES, name=op.f("ck_grant_steps_moves")),
        sa.CheckConstraint("cents BETWEEN 0 AND 1000000000000000", name=op.f("ck_grant_steps_cents")),
        sa.ForeignKeyConstraint(["envelope_id"], ["envelopes.id"], name=op.f("fk_grant_steps_envelope_id")),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name=op.f("fk_grant_steps_grant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_steps")),
        sa.UniqueConstraint("grant_id", "number", name=op.f("uq_grant_steps_grant_id_number")),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("envelope_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=True),
        sa.Column("step_id", sa.Uuid(), nullable=True),
        sa.Column("other_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("signer", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(OF_ENVELOPES, name=op.f("ck_ledger_entries_of_envelopes")),
        sa.CheckConstraint("cents BETWEEN 1 AND 1000000000000000", name=op.f("ck_ledger_entries_cents")),
        sa.ForeignKeyConstraint(["envelope_id"], ["envelopes.id"], name=op.f("fk_ledger_entries_envelope_id")),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name=op.f("fk_ledger_entries_grant_id")),
        sa.ForeignKeyConstraint(["other_id"], ["envelopes.id"], name=op.f("fk_ledger_entries_other_id")),
        sa.ForeignKeyConstraint(["step_id"], ["grant_steps.id"], name=op.f("fk_ledger_entries_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint("envelope_id", "number", name=op.f("uq_ledger_entries_envelope_id_number")),
        sa.UniqueConstraint("step_id", "kind", name=op.f("uq_ledger_entries_step_id_kind")),
    )
    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_entries_grant_id"), ["grant_id"], unique=False)

    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    with op.batch_alter_table("ledger_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_entries_grant_id"))

    op.drop_table("ledger_entries")
    op.drop_table("grant_steps")
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grants_office_id"))
        batch_op.drop_index(batch_op.f("ix_grants_folder_id"))

    op.drop_table("grants")
    op.drop_table("envelopes")
    op.drop_table("accounting_rates")
    if op.get_bind().dialect.name == "postgresql":
        for statement in POSTGRESQL:
            if statement.startswith("CREATE FUNCTION "):
                op.execute(f"DROP FUNCTION {statement.split()[2]}")
