"""What the database itself refuses, whoever writes to it: the separation of duties, steps that do not follow, sums that
must not stand, any change of what was written. Made from the tables that the rules run on (`life`, `duties`, `sums`).

Each guard is a condition on a new row under which it is refused, in SQL that both engines understand. On PostgreSQL a
lock of the grant or of the envelope comes first, so that a guard reads what is committed; where an isolation level
hides that, the numbers of steps and of entries, unique and without a gap, refuse the second of two.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import NamedTuple

from hrd_cases.grants.duties import (
    CAPACITIES,
    MAY_FOLLOW_ITSELF,
    NEVER_BOTH,
    NOT_FOR_A_HEAD,
    OUT_OF_TURN,
    Capacity,
    Duty,
)
from hrd_cases.grants.life import APPROVING, PAYING, RULES, Act, State
from hrd_cases.grants.money import EURO
from hrd_cases.grants.sums import ACTS, AS_SAID, EFFECTS, OF_ENVELOPES, Kind, Sums

STEPS, LEDGER, ENVELOPES, RATES = "grant_steps", "ledger_entries", "envelopes", "accounting_rates"
APPEND_ONLY = (STEPS, LEDGER, ENVELOPES, RATES)
LOCKED = {STEPS: ("grants", "grant_id"), LEDGER: (ENVELOPES, "envelope_id")}
"""What a new row of a table waits for: the row this column names."""


class Guard(NamedTuple):
    """A new row of `table` is refused if `condition` is true. `name` is what the error says."""

    table: str
    name: str
    condition: str


def words(*said: str) -> str:
    return ", ".join(f"'{one}'" for one in said)


# -- conditions of columns, as CHECK constraints


def moves() -> str:
    """Every step that the life of a grant has."""
    known = (
        f"{before} {act} {after} {rule.duty or '-'}"
        for act, rule in RULES.items()
        for before, after in rule.moves.items()
    )
    return f"state_before || ' ' || act || ' ' || state_after || ' ' || duty IN ({words(*known)})"


def capacities() -> str:
    """As what each duty is done; what is none is done as anything."""
    pairs = [f"{duty} {one}" for duty, all_ in CAPACITIES.items() for one in Capacity if one in all_]
    pairs += [f"- {one}" for one in Capacity]
    return f"duty || ' ' || capacity IN ({words(*pairs)})"


def of_envelopes() -> str:
    """Headquarters' entries name no grant and no step, every other names both."""
    own = words(*OF_ENVELOPES)
    return f"(kind IN ({own})) = (grant_id IS NULL) AND (grant_id IS NULL) = (step_id IS NULL)"


# -- guards of steps

_OF_GRANT = "s.grant_id = NEW.grant_id"
_IN_TURN = f"duty NOT IN ('-', {words(*sorted(OUT_OF_TURN))})"
_LAST_IN_TURN = f"(SELECT max(t.number) FROM {STEPS} t WHERE t.grant_id = NEW.grant_id AND t.{_IN_TURN})"


def _never_both() -> str:
    pairs = (f"NEW.duty = '{duty}' AND s.duty IN ({words(*sorted(others))})" for duty, others in NEVER_BOTH.items())
    either = " OR ".join(f"({pair})" for pair in pairs)
    return f"EXISTS (SELECT 1 FROM {STEPS} s WHERE {_OF_GRANT} AND s.actor_id = NEW.actor_id AND ({either}))"


def _consecutive() -> str:
    again = words(*sorted(MAY_FOLLOW_ITSELF))
    return (
        f"NEW.{_IN_TURN} AND EXISTS (SELECT 1 FROM {STEPS} s WHERE {_OF_GRANT} AND s.actor_id = NEW.actor_id"
        f" AND s.number = {_LAST_IN_TURN} AND NOT (s.duty = NEW.duty AND NEW.duty IN ({again})))"
    )


def _acts_for_requester() -> str:
    return (
        f"NEW.capacity = '{Capacity.ACTING_HEAD}' AND NEW.duty IN ({words(*sorted(NOT_FOR_A_HEAD))})"
        f" AND EXISTS (SELECT 1 FROM {STEPS} s WHERE {_OF_GRANT}"
        f" AND s.duty = '{Duty.REQUEST}' AND s.capacity = '{Capacity.HEAD}')"
    )


def _follows() -> str:
    first = f"NEW.number = 1 AND NEW.state_before = '{State.DRAFT}'"
    after = (
        f"EXISTS (SELECT 1 FROM {STEPS} s WHERE {_OF_GRANT} AND s.number = NEW.number - 1"
        " AND s.state_after = NEW.state_before AND s.hash = NEW.previous AND s.at <= NEW.at)"
    )
    return f"NOT (({first}) OR {after})"


def _as_approved() -> str:
    """What is committed, released and paid goes to the payee who was approved, in the currency that was; until it is
    paid at the rate that was.
    """
    approved = (
        f"(SELECT max(t.number) FROM {STEPS} t WHERE t.grant_id = NEW.grant_id AND t.act IN ({words(*APPROVING)}))"
    )
    return (
        f"NEW.act IN ({words(Act.COMMIT, Act.RELEASE, *PAYING)}) AND NOT EXISTS (SELECT 1 FROM {STEPS} s"
        f" WHERE {_OF_GRANT} AND s.number = {approved} AND s.payee = NEW.payee AND s.currency = NEW.currency"
        f" AND s.envelope_id = NEW.envelope_id AND (s.rate = NEW.rate OR NEW.act IN ({words(*PAYING)})))"
    )


def _as_released() -> str:
    """What is paid is what was released last."""
    last = f"(SELECT max(t.number) FROM {STEPS} t WHERE t.grant_id = NEW.grant_id AND t.act = '{Act.RELEASE}')"
    return (
        f"NEW.act IN ({words(*PAYING)}) AND NOT EXISTS (SELECT 1 FROM {STEPS} s"
        f" WHERE {_OF_GRANT} AND s.number = {last} AND s.amount = NEW.amount)"
    )


def _rate_known() -> str:
    """What is worth euro is so at a rate that was taken in."""
    known = "r.currency = NEW.currency AND r.month = NEW.rate_month AND r.rate = NEW.rate"
    return (
        f"NEW.act IN ({words(*APPROVING, Act.COMMIT, Act.RELEASE, *PAYING)})"
        f" AND NOT (NEW.currency = '{EURO}' AND NEW.rate = '1')"
        f" AND NOT EXISTS (SELECT 1 FROM {RATES} r WHERE {known})"
    )


def _envelope_kept() -> str:
    """Only an approval chooses what is paid from."""
    another = "((s.envelope_id IS NULL) <> (NEW.envelope_id IS NULL) OR s.envelope_id <> NEW.envelope_id)"
    before = f"SELECT 1 FROM {STEPS} s WHERE {_OF_GRANT} AND s.number = NEW.number - 1 AND {another}"
    first = "NEW.number = 1 AND NEW.envelope_id IS NOT NULL"
    return f"NEW.act NOT IN ({words(*APPROVING)}) AND (({first}) OR EXISTS ({before}))"


def _own_envelope() -> str:
    """A grant is paid from a budget of its own office."""
    own = f"SELECT 1 FROM {ENVELOPES} v JOIN grants g ON g.office_id = v.office_id"
    return (
        f"NEW.act IN ({words(*APPROVING)}) AND NOT EXISTS ({own} WHERE v.id = NEW.envelope_id AND g.id = NEW.grant_id)"
    )


# -- guards of the ledger


def _times(difference: Iterable[tuple[Kind, int]], row: str) -> str:
    cases = " ".join(f"WHEN '{kind}' THEN {times}" for kind, times in difference if times)
    return f"{row}cents * CASE {row}kind {cases} ELSE 0 END"


def _below(low: str, high: str, of: str) -> str:
    """With the new row, the sum `low` would be above `high` ("" for nothing)."""
    more = {kind: (getattr(by, high) if high else 0) - (getattr(by, low) if low else 0) for kind, by in EFFECTS.items()}
    return (
        f"(SELECT coalesce(sum({_times(more.items(), 'e.')}), 0) FROM {LEDGER} e WHERE {of})"
        f" + {_times(more.items(), 'NEW.')} < 0"
    )


def _approved_once() -> str:
    """Nothing of a grant is approved while something of it still is."""
    open_ = {kind: by.approved - by.paid for kind, by in EFFECTS.items()}
    return (
        f"NEW.kind = '{Kind.APPROVE}' AND (SELECT coalesce(sum({_times(open_.items(), 'e.')}), 0)"
        f" FROM {LEDGER} e WHERE e.grant_id = NEW.grant_id) <> 0"
    )


_OF_ENVELOPE = "e.envelope_id = NEW.envelope_id"
_OF_BOTH = f"{_OF_ENVELOPE} AND e.grant_id = NEW.grant_id"
_RISING = ("", *reversed(Sums._fields[1:]))


def _of_its_step() -> str:
    known = words(*(f"{kind} {act}" for kind, acts in ACTS.items() for act in acts))
    return (
        f"NEW.step_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {STEPS} s WHERE s.id = NEW.step_id AND {_OF_GRANT}"
        f" AND s.actor_id = NEW.actor_id AND NEW.kind || ' ' || s.act IN ({known})"
        f" AND (NEW.kind NOT IN ({words(*AS_SAID)}) OR (s.cents = NEW.cents AND s.envelope_id = NEW.envelope_id)))"
    )


def _follows_entry() -> str:
    return (
        f"NEW.number <> 1 AND NOT EXISTS (SELECT 1 FROM {LEDGER} e WHERE {_OF_ENVELOPE}"
        " AND e.number = NEW.number - 1 AND e.hash = NEW.previous)"
    )


GUARDS: tuple[Guard, ...] = (
    Guard(STEPS, "step_follows", _follows()),
    Guard(STEPS, "never_both", _never_both()),
    Guard(STEPS, "not_consecutive", _consecutive()),
    Guard(STEPS, "not_for_the_head", _acts_for_requester()),
    Guard(STEPS, "as_approved", _as_approved()),
    Guard(STEPS, "as_released", _as_released()),
    Guard(STEPS, "rate_known", _rate_known()),
    Guard(STEPS, "envelope_kept", _envelope_kept()),
    Guard(STEPS, "own_envelope", _own_envelope()),
    Guard(LEDGER, "entry_follows", _follows_entry()),
    Guard(LEDGER, "of_its_step", _of_its_step()),
    Guard(LEDGER, "approved_once", _approved_once()),
    Guard(LEDGER, "within_envelope", _below("approved", "allotted", _OF_ENVELOPE)),
    *(
        Guard(
            LEDGER, f"{low or 'nothing'}_within_{high}", f"NEW.grant_id IS NOT NULL AND {_below(low, high, _OF_BOTH)}"
        )
        for low, high in itertools.pairwise(_RISING)
    ),
)


def statements(dialect: str) -> list[tuple[str, str]]:
    """(table, statement) that make every guard on an engine."""
    if dialect == "sqlite":
        return [*map(_sqlite_guard, GUARDS), *(one for table in APPEND_ONLY for one in _sqlite_append_only(table))]
    locks = [(table, one) for table, (of, by) in LOCKED.items() for one in _postgresql_lock(table, of, by)]
    guards = [(guard.table, one) for guard in GUARDS for one in _postgresql_guard(guard)]
    return [*locks, *guards, *((table, one) for table in APPEND_ONLY for one in _postgresql_append_only(table))]


def _sqlite_guard(guard: Guard) -> tuple[str, str]:
    name = f"{guard.table}_{guard.name}"
    return guard.table, (
        f"CREATE TRIGGER {name} BEFORE INSERT ON {guard.table} WHEN {guard.condition}"
        f" BEGIN SELECT RAISE(ABORT, '{name}'); END"
    )


def _sqlite_append_only(table: str) -> Iterable[tuple[str, str]]:
    for act in ("UPDATE", "DELETE"):
        name = f"{table}_no_{act.lower()}"
        yield table, f"CREATE TRIGGER {name} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{name}'); END"


def _function(name: str, body: str) -> str:
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"


def _refuse(name: str) -> str:
    return f"RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation';"


def _postgresql_lock(table: str, of: str, by: str) -> list[str]:
    """PostgreSQL fires triggers in the order of their names: the lock first."""
    name = f"{table}_a_lock"
    return [
        _function(name, f"PERFORM 1 FROM {of} WHERE id = NEW.{by} FOR NO KEY UPDATE; RETURN NEW;"),
        f"CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def _postgresql_guard(guard: Guard) -> list[str]:
    name = f"{guard.table}_{guard.name}"
    return [
        _function(name, f"IF ({guard.condition}) THEN {_refuse(name)} END IF; RETURN NEW;"),
        f"CREATE TRIGGER {name} BEFORE INSERT ON {guard.table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def _postgresql_append_only(table: str) -> list[str]:
    name = f"{table}_append_only"
    return [
        _function(name, _refuse(name)),
        f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
        f"CREATE TRIGGER {name}_whole BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {name}()",
    ]
