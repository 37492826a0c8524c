"""A process gives up what it may do, for good: before it reads a file that somebody else made.

Standard library alone: the process that reads files imports nothing else of ours. Linux on x86-64 and 64-bit ARM;
elsewhere `shut_in` raises OSError, and nothing is read.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct

MEMORY = 1 << 30
"""Bytes of address space, what libraries take included."""
CPU_SECONDS = 20
_NO_NEW_PRIVILEGES, _SECCOMP, _DUMPABLE, _PARENT_DIES = 38, 22, 4, 1
_KILLED = 9
_FILTER = 2
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050001, 0x80000000  # _REFUSE answers EPERM
_LOAD, _EQUAL, _ANSWER = 0x20, 0x15, 0x06
_RULES, _LOCK = 444, 446
_NO_FILES, _READING = (1 << 16) - 1, 1 << 2 | 1 << 3

_CALLS: dict[str, tuple[int, dict[str, int]]] = {
    "x86_64": (0xC000003E, {
        "read": 0, "write": 1, "close": 3, "fstat": 5, "lseek": 8, "mmap": 9, "mprotect": 10, "munmap": 11, "brk": 12,
        "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "sched_yield": 24, "mremap": 25, "madvise": 28,
        "getpid": 39, "exit": 60, "gettimeofday": 96, "sysinfo": 99, "gettid": 186, "futex": 202,
        "sched_getaffinity": 204, "clock_gettime": 228, "exit_group": 231, "tgkill": 234, "getcpu": 309,
        "getrandom": 318,
    }),
    "aarch64": (0xC00000B7, {
        "close": 57, "lseek": 62, "read": 63, "write": 64, "fstat": 80, "exit": 93, "exit_group": 94, "futex": 98,
        "clock_gettime": 113, "sched_getaffinity": 123, "sched_yield": 124, "tgkill": 131, "rt_sigaction": 134,
        "rt_sigprocmask": 135, "rt_sigreturn": 139, "getcpu": 168, "gettimeofday": 169, "getpid": 172, "gettid": 178,
        "sysinfo": 179, "brk": 214, "munmap": 215, "mremap": 216, "mmap": 222, "mprotect": 226, "madvise": 233,
        "getrandom": 278,
    }),
}  # fmt: skip
"""By machine: what the kernel calls it, and the numbers of the few calls that memory, time and open pipes take. No file
can be opened, no connection made, no process begun or asked.
"""
_OUTWARD: dict[str, tuple[int, dict[str, int]]] = {
    "x86_64": (0xC000003E, {
        "socket": 41, "socketpair": 53, "fork": 57, "vfork": 58, "execve": 59, "kill": 62, "ptrace": 101,
        "setpgid": 109, "setsid": 112, "tkill": 200, "process_vm_readv": 310, "process_vm_writev": 311,
        "execveat": 322, "io_uring_setup": 425, "pidfd_getfd": 438,
    }),
    "aarch64": (0xC00000B7, {
        "ptrace": 117, "kill": 129, "tkill": 130, "setpgid": 154, "setsid": 157, "socket": 198, "socketpair": 199,
        "execve": 221, "process_vm_readv": 270, "process_vm_writev": 271, "execveat": 281, "io_uring_setup": 425,
        "pidfd_getfd": 438,
    }),
}  # fmt: skip
"""By machine: the calls by which a process reaches beyond itself."""


def limit(*, memory: int = MEMORY, cpu_seconds: int = CPU_SECONDS) -> None:
    """No more memory and time than this; nothing can be written to a disk; no trace of a crash."""
    bounds = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 64,
    }
    for what, most in bounds.items():
        resource.setrlimit(what, (most, most))
    _prctl(_PARENT_DIES, _KILLED)
    _prctl(_DUMPABLE, 0)
    _prctl(_NO_NEW_PRIVILEGES, 1)


def shut_in() -> None:
    """From now on this process computes, reads and writes what is open, and nothing else. Raises OSError if the kernel
    cannot promise that.
    """
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))  # what is open stays
    _close(_NO_FILES)
    _allow_few_calls()


def only_reads() -> None:
    """From now on this process opens files to read them, fonts as they are needed, and changes none (where the kernel
    has Landlock: Linux 5.13); it makes no connection, begins no program and asks nothing of others. It can divide
    itself, as threads do: all of it stays in one group, and ends with it. Raises OSError if the kernel cannot promise
    that.
    """
    _close(_NO_FILES & ~_READING)
    _answer(_OUTWARD, _REFUSE, others=_ALLOW)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _prctl(what: int, *values: object) -> None:
    if _libc().prctl(what, *(*values, 0, 0, 0, 0)[:4]):
        raise OSError(ctypes.get_errno(), "the kernel does not let this process shut itself in")


def _close(ways: int) -> None:
    """By Landlock, where the kernel has it: no path leads anywhere in these ways, and no port."""
    call = _libc().syscall
    version = call(_RULES, None, 0, 1)
    if version < 1:
        return
    files = ways & ((1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(version, 16)) - 1)
    handled = struct.pack("QQQ", files, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
    handled = handled[: 24 if version >= 6 else 16 if version >= 4 else 8]
    rules = call(_RULES, handled, ctypes.c_size_t(len(handled)), 0)
    if rules >= 0:
        call(_LOCK, rules, 0)
        os.close(rules)


def _allow_few_calls() -> None:
    _answer(_CALLS, _ALLOW, others=_REFUSE)


def _answer(calls: dict[str, tuple[int, dict[str, int]]], listed: int, *, others: int) -> None:
    """By seccomp: what the kernel answers to the calls of a list, and to all others."""
    if platform.machine() not in calls:
        raise OSError("no list of calls for this machine")
    machine, numbers = calls[platform.machine()]
    last = len(numbers)
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, machine), (_ANSWER, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    steps += [(_EQUAL, last - place, 0, number) for place, number in enumerate(sorted(numbers.values()))]
    steps += [(_ANSWER, 0, 0, others), (_ANSWER, 0, 0, listed)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code)))
    _prctl(_SECCOMP, _FILTER, program)
