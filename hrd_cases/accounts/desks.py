"""Every desk of the accounts room."""

from hrd_cases.accounts.account import desk as account
from hrd_cases.accounts.enrolment import desk as enrolment
from hrd_cases.accounts.not_sent import desk as not_sent
from hrd_cases.accounts.own_sessions import desk as own_sessions
from hrd_cases.accounts.recovery import desk as recovery
from hrd_cases.accounts.sign_in import desk as sign_in
from hrd_cases.accounts.steps import desk as steps
from hrd_cases.accounts.waiting import desk as waiting

ACCOUNT_DESKS = (sign_in, enrolment, steps, waiting, recovery, account, own_sessions, not_sent)
