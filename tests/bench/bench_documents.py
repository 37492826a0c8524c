"""A gibibyte sealed beside a gibibyte copied: same machine, same run, same disk."""

from __future__ import annotations

import http.client
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hrd_cases.documents.sealing import AT_ONCE, Sealing
from hrd_cases.documents.storage import Storage
from hrd_cases.vault.streams import Sealer
from tests.bench.table import ROUNDS, Measured, Row, in_turns
from tests.served import Server, free_port

LENGTH = 1 << 30
MOST_MEMORY = 64 * 1024 * 1024
AGE = shutil.which("age")


@contextmanager
def _source() -> Iterator[Path]:
    """A gibibyte that nothing compresses, in a directory of its own on the disk that temporary files lie on."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as directory:
        source = Path(directory) / "source"
        with source.open("wb") as file:
            for _ in range(LENGTH >> 20):
                file.write(os.urandom(1 << 20))
        yield source


def _pieces(source: Path) -> Iterator[memoryview]:
    buffer = bytearray(AT_ONCE)
    with source.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            yield memoryview(buffer)[:count]


def _seal(source: Path) -> None:
    sealer = Sealer(os.urandom(32), b"bench")
    with source.with_name("sealed").open("wb", buffering=0) as into:
        for piece in _pieces(source):
            into.write(sealer.update(piece))
        for rest in sealer.finish():
            into.write(rest)


def _arrive(source: Path) -> None:
    storage = Storage(source.with_name("documents"))
    document = Sealing(storage, uuid.uuid4())
    for piece in _pieces(source):
        document.write(piece)
    document.finish()
    storage.drop(document.document_id)


def _copy(source: Path) -> None:
    # Read and written, as sealing does: some disks copy by noting that two files are the same.
    subprocess.run(["cp", "--reflink=never", source, source.with_name("copy")], check=True)


def _copy_and_sum_up(source: Path) -> None:
    _copy(source)
    subprocess.run(["sha256sum", source.with_name("copy")], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["sync", source.with_name("copy")], check=True)


def _age(source: Path) -> None:
    """For a key of its own, as ours is."""
    key = subprocess.run(["age-keygen"], check=True, capture_output=True, text=True).stdout
    to = next(line.split()[-1] for line in key.splitlines() if "public key" in line)
    subprocess.run([str(AGE), "-r", to, "-o", source.with_name("aged"), source], check=True)


def _beside(ours: Callable[[Path], None], other: Callable[[Path], None]) -> Measured:
    with _source() as source:
        return in_turns(lambda: ours(source), lambda: other(source))


def memory() -> Measured:
    """What a process holds at most that seals a gibibyte and does nothing else, as a share of what it may."""
    with _source() as source:
        taken = [_held_by_one(source) / MOST_MEMORY for _ in range(ROUNDS)]
    return taken, [1.0] * ROUNDS


def _held_by_one(source: Path) -> int:
    code = "import sys; from tests.bench.bench_documents import held; print(held(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", code, source], check=True, capture_output=True, text=True)
    return int(done.stdout.split()[-1])


def held(source: str) -> int:
    """Run in a process of its own."""
    _arrive(Path(source))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


UPLOADED = 512 << 20
EDGE = b"----edge"
APPLICATION = """
import pathlib
from hrd_cases.documents.arriving import Arriving
from hrd_cases.documents.scanning import Scanner
from hrd_cases.documents.storage import Storage
from hrd_cases.door.arrivals import read_form

storage = Storage(pathlib.Path(__file__).parent / "documents")

class Nobody:
    def write(self, part):
        return len(part)

def app(environ, start_response):
    stream = environ["wsgi.input"]
    if environ["PATH_INFO"] == "/discard":
        read_form(stream, b"----edge", lambda name: Nobody(), lambda fields: None, 10_000)
    if environ["PATH_INFO"] == "/keep":
        begin = lambda name: Arriving(storage, name, 1 << 40)
        came = read_form(stream, b"----edge", begin, lambda fields: None, 10_000)
        for _, file in came.files:
            storage.keep(file.finish(Scanner("")).document_id)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2"), ("Server", "web")])
    return [b"ok"]
"""


def uploads() -> Measured:
    """A recording sent over HTTP: sealed, summed up and on the disk, beside the same bytes thrown away."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as home:
        server = Server(Path(home), free_port(), APPLICATION)
        try:
            server.await_answer()
            return in_turns(lambda: _upload(server, "/keep"), lambda: _upload(server, "/discard"))
        finally:
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait()


def _upload(server: Server, path: str) -> None:
    head = b'--%s\r\nContent-Disposition: form-data; name="documents"; filename="a.mp3"\r\n\r\nID3' % EDGE
    tail = b"\r\n--%s--\r\n" % EDGE
    piece = os.urandom(1 << 20)
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    length = {"Content-Length": str(len(head) + UPLOADED + len(tail))}
    line.request("POST", path, (part for part in (head, *[piece] * (UPLOADED >> 20), tail)), length)
    assert line.getresponse().read() == b"ok"
    line.close()


ROWS = [
    Row("1 GiB sealed", "cp", 1 / 0.65, lambda: _beside(_seal, _copy)),
    Row("1 GiB sealed, summed up, on the disk", "cp, sha256sum, sync", 1.0, lambda: _beside(_arrive, _copy_and_sum_up)),
    Row("512 MiB uploaded and kept", "the same server discarding", 1 / 0.7, uploads),
    Row("memory while 1 GiB is sealed", "64 MiB", 1.0, memory, "%"),
]
if AGE:
    ROWS.append(Row("1 GiB sealed", "age", 0.5, lambda: _beside(_seal, _age)))
else:
    print("1 GiB sealed, beside age: age is not installed here")
