"""A process that answers, divides itself, and whose other half goes on holding the pipe: asked by a test."""

from __future__ import annotations

import os
import sys
import time

from hrd_cases.sandbox import shut_in


def main() -> None:
    shut_in.limit()
    shut_in.only_reads()
    if os.fork() == 0:
        sys.stdout.write(f"{os.getpid()}\n")
        sys.stdout.flush()
        time.sleep(60)
