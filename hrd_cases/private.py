"""What every process of ours does first: what it leaves on the disk is for its own account only."""

from __future__ import annotations

import os
import resource


def keep_private() -> None:
    """New files are unreadable to other accounts; a crash leaves no core dump (memory holds opened keys).

    Processes started from this one inherit both.
    """
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
