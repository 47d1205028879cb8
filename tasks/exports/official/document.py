"""An official document (GB/T 9704-2012) as .docx, written from its top to its end."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from docx import Document

from tasks.exports.official.elements import Column, Piece, Words, paragraph, table
from tasks.exports.official.looks import AFTER_TABLE, CHARACTERS, SIGNED, TEXT, Look
from tasks.exports.official.package import lay_out
from tasks.exports.official.text import clean, day, width


class Official:
    def __init__(self, title: str, made_on: date) -> None:
        self.file: Any = Document()
        lay_out(self.file, clean(title), made_on)

    def add(self, words: Words = "", look: Look = TEXT) -> None:
        """One paragraph; without words an empty line."""
        self._append(paragraph(look, words))

    def add_table(self, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
        self._append(table(columns, rows))
        self._append(paragraph(AFTER_TABLE))  # no body ends with a table

    def sign(self, issuer: str, on: date) -> None:
        """Two characters from the right; the date begins two characters after the issuer, where it is the shorter.

        It is marked: that of the signing will be another.
        """
        ahead = min(width(issuer), CHARACTERS - 2) - width(day(on))
        self.add(issuer, replace(SIGNED, from_right=max(2, 4 - ahead)))
        self.add(Piece(day(on), marked=True), replace(SIGNED, from_right=max(2, ahead)))

    def _append(self, element: Any) -> None:
        """Before the section, which ends the body."""
        self.file.element.body[-1].addprevious(element)

    def content(self) -> bytes:
        file = io.BytesIO()
        self.file.save(file)
        return file.getvalue()
