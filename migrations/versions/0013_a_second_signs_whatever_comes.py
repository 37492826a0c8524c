"""Of a fast approval a second signs whatever step back was taken: else its money would stay unsigned for good."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOVES = (
    "state_before || ' ' || act || ' ' || state_after || ' ' || duty IN ('draft submit submitted "
    "request', 'returned submit submitted request', 'submitted change submitted request', 'assessed "
    "change submitted request', 'verified change submitted request', 'approved change submitted "
    "request', 'committed change submitted request', 'released change submitted request', 'submitted "
    "assess assessed assess', 'submitted verify verified verify', 'assessed verify verified verify', "
    "'submitted send_back returned verify', 'assessed send_back returned verify', 'approved send_back "
    "returned verify', 'released send_back returned verify', 'verified approve approved decide', "
    "'verified approve_less approved decide', 'submitted fast_approve approved decide', 'assessed "
    "fast_approve approved decide', 'submitted return returned decide', 'assessed return returned "
    "decide', 'verified return returned decide', 'committed return returned decide', 'submitted reject "
    "rejected decide', 'assessed reject rejected decide', 'verified reject rejected decide', 'returned "
    "countersign returned countersign', 'submitted countersign submitted countersign', 'assessed "
    "countersign assessed countersign', 'verified countersign verified countersign', 'approved "
    "countersign approved countersign', 'committed countersign committed countersign', 'released "
    "countersign released countersign', 'paid countersign paid countersign', 'receipts_due countersign "
    "receipts_due countersign', 'recovery countersign recovery countersign', 'approved approve_anew "
    "verified verify', 'released approve_anew verified verify', 'approved commit committed commit', "
    "'committed release released release', 'released pay paid pay', 'released pay_part committed pay', "
    "'returned stop paid -', 'submitted stop paid -', 'assessed stop paid -', 'verified stop paid -', "
    "'approved stop paid -', 'committed stop paid -', 'released stop paid -', 'paid arrive receipts_due "
    "-', 'receipts_due receipt receipts_due -', 'recovery receipt recovery -', 'paid ask_back recovery "
    "-', 'receipts_due ask_back recovery -', 'closed ask_back recovery -', 'recovery take_back recovery "
    "-', 'receipts_due close closed close', 'recovery close closed close', 'submitted ask submitted -', "
    "'assessed ask assessed -', 'verified ask verified -', 'approved ask approved -', 'committed ask "
    "committed -', 'released ask released -', 'submitted answer submitted -', 'assessed answer assessed "
    "-', 'verified answer verified -', 'approved answer approved -', 'committed answer committed -', "
    "'released answer released -', 'draft withdraw withdrawn -', 'returned withdraw withdrawn -', "
    "'submitted withdraw withdrawn -', 'assessed withdraw withdrawn -', 'verified withdraw withdrawn "
    "-', 'approved withdraw withdrawn -', 'committed withdraw withdrawn -', 'released withdraw "
    "withdrawn -', 'draft cancel cancelled -', 'returned cancel cancelled -', 'submitted cancel "
    "cancelled -', 'assessed cancel cancelled -', 'verified cancel cancelled -', 'approved cancel "
    "cancelled -', 'committed cancel cancelled -', 'released cancel cancelled -')"
)
ADDED = tuple(
    f", '{state} countersign {state} countersign'"
    for state in ("returned", "submitted", "assessed", "verified", "recovery")
)


def upgrade() -> None:
    _moves(MOVES)


def downgrade() -> None:
    """Nobody gets a table that refuses what lies in it, and no signed step is thrown away."""
    states = "('returned', 'submitted', 'assessed', 'verified', 'recovery')"
    found = f"SELECT count(*) FROM grant_steps WHERE act = 'countersign' AND state_before IN {states}"  # noqa: S608
    if op.get_bind().scalar(sa.text(found)):
        raise ValueError("a second has signed for a grant that was stepped back: the step would be refused")
    before = MOVES
    for one in ADDED:
        before = before.replace(one, "")
    _moves(before)


def _moves(condition: str) -> None:
    name = op.f("ck_grant_steps_moves")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(name, "grant_steps", type_="check")
        op.create_check_constraint(name, "grant_steps", condition)
        return
    around = _triggers()
    for trigger in around:
        op.execute(f"DROP TRIGGER {trigger}")
    with op.batch_alter_table("grant_steps", recreate="always", reflect_kwargs={"resolve_fks": False}) as batch_op:
        batch_op.drop_constraint(name, type_="check")
        batch_op.create_check_constraint(name, condition)
    for statement in around.values():
        op.get_bind().exec_driver_sql(statement)


def _triggers() -> dict[str, str]:
    """Those that look at the steps, by name: SQLite makes the table anew, and they would look at the old one."""
    found = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%grant\\_steps%' ESCAPE '\\'"
    return {row.name: row.sql for row in op.get_bind().execute(sa.text(found + " ORDER BY rowid"))}
