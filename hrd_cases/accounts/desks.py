"""Every desk of the accounts room."""

from hrd_cases.accounts.account import desk as account
from hrd_cases.accounts.enrolment import desk as enrolment
from hrd_cases.accounts.not_sent import desk as not_sent
from hrd_cases.accounts.recovery import desk as recovery
from hrd_cases.accounts.sign_in import desk as sign_in

ACCOUNT_DESKS = (sign_in, enrolment, recovery, account, not_sent)
