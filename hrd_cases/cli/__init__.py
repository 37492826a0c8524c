"""`hrd-cases`: the operator's command; `flask` knows the same words. Nothing here asks for a secret or shows one.

order.py    what every command is: whatever goes wrong on purpose is one sentence on standard error and exit status 1
begin.py    init, check-config, demo
stores.py   db
run.py      serve, scheduler
staff.py    office, member
trail.py    audit
reminders.py  reminders
"""

from __future__ import annotations

import click

from hrd_cases.cli.begin import check_config, demo, init
from hrd_cases.cli.grants import grants
from hrd_cases.cli.order import Orders
from hrd_cases.cli.reminders import reminders
from hrd_cases.cli.run import scheduler, serve
from hrd_cases.cli.staff import member, office
from hrd_cases.cli.stores import db
from hrd_cases.cli.trail import audit

COMMANDS = (init, check_config, serve, scheduler, db, office, member, audit, grants, reminders, demo)


@click.group(cls=Orders)
def main() -> None:
    """Runs and looks after an installation."""


for command in COMMANDS:
    main.add_command(command)
