"""The desk of documents, for the composition root."""

from __future__ import annotations

from hrd_cases.documents import openers  # noqa: F401 - registers how rows are opened
from hrd_cases.documents.views import adding, one  # noqa: F401 - their pages are at the desk
from hrd_cases.documents.views.desk import desk as documents
from hrd_cases.documents.words import install_document_words
from hrd_cases.door.desk import Desk

DOCUMENT_DESKS: tuple[Desk, ...] = (documents,)

install_document_words(documents.blueprint)
