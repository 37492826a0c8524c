"""A process that only reads: it finds its fonts, and reaches nothing beyond itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hrd_cases.settings import ROOT

TRIED = """
import os, socket, subprocess, sys, threading
sys.path.insert(0, {root!r})
from hrd_cases.sandbox import shut_in
secret = {secret!r}
if {shut}:
    shut_in.limit(memory=1 << 30)
    shut_in.only_reads()
try:
    {act}
except BaseException as error:
    sys.stdout.write(type(error).__name__)
else:
    sys.stdout.write("done")
sys.stdout.flush()
"""
REFUSED = {
    "writes a file": "os.write(os.open(secret + 'x', os.O_WRONLY | os.O_CREAT), b'x')",
    "empties a file": "os.truncate(secret, 0)",
    "deletes a file": "os.unlink(secret)",
    "makes a folder": "os.mkdir(secret + 'd')",
    "makes a socket": "socket.socket(socket.AF_UNIX)",
    "opens a connection": "socket.create_connection(('127.0.0.1', 9), 0.1)",
    "begins a process": "subprocess.run(['/bin/true'], check=True)",
    "ends its parent": "os.kill(os.getppid(), 0)",
    "leaves its group": "os.setpgid(0, 0)",
    "leaves its session": "os.setsid()",
    "takes more memory": "bytes(2 << 30)",
}
DONE = {
    "reads a file": "open(secret).read()",
    "lists a folder": "os.listdir('/usr')",
    "loads a module": "import wave",
    "begins a thread": "threading.Thread(target=int).start()",
}


def tried(tmp_path: Path, act: str, *, shut: bool) -> str:
    secret = tmp_path / "secret"
    secret.write_text("x")
    code = TRIED.format(root=str(ROOT), secret=str(secret), shut=shut, act=(REFUSED | DONE)[act])
    command = [sys.executable, "-I", "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=30, env={}).stdout


@pytest.mark.parametrize("act", REFUSED)
def test_it_changes_nothing_and_reaches_nobody(tmp_path: Path, act: str) -> None:
    assert tried(tmp_path, act, shut=True) not in ("done", "")


@pytest.mark.parametrize("act", DONE)
def test_it_reads_what_it_needs(tmp_path: Path, act: str) -> None:
    assert tried(tmp_path, act, shut=True) == "done"


@pytest.mark.parametrize("act", [act for act in REFUSED if act not in ("opens a connection", "takes more memory")])
def test_the_same_process_could_before(tmp_path: Path, act: str) -> None:
    assert tried(tmp_path, act, shut=False) == "done"
