"""The process that draws a PDF: a page of ours and its style sheet on its input, the file on its output.

It reads the fonts of the machine and nothing that the page names: one that names an address is not drawn at all. It
writes no file.
"""

from __future__ import annotations

import sys

from hrd_cases.sandbox import shut_in

MEMORY = 2 << 30
CPU_SECONDS = 120
_APART = "\0"


def main() -> None:
    shut_in.limit(memory=MEMORY, cpu_seconds=CPU_SECONDS)
    shut_in.only_reads()
    import weasyprint  # noqa: PLC0415 - whoever does not draw does not load it

    nowhere = weasyprint.urls.URLFetcher(allowed_protocols=(), fail_on_errors=True)
    style, _, page = sys.stdin.buffer.read().decode().partition(_APART)
    sheet = weasyprint.CSS(string=style, url_fetcher=nowhere)
    sys.stdout.buffer.write(weasyprint.HTML(string=page, url_fetcher=nowhere).write_pdf(stylesheets=[sheet]))
    sys.stdout.buffer.flush()
