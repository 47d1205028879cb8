"""`manage.py import_plan FILE`: a published document into a plan; with --dry-run only what would be read."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tasks.documents.contract import as_json, as_text
from tasks.documents.document import Document
from tasks.documents.encoding import NotADocument
from tasks.documents.reader import read
from tasks.documents.sources import text_of

UNREADABLE = 2  # the exit status where the file is no document


class Command(BaseCommand):
    help = "Reads a plan from a document (.docx, or text in UTF-8 or GB18030; - for standard input)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="the document, or - for standard input")
        parser.add_argument(
            "--dry-run", action="store_true", help="print what was read and what is unsure; store nothing"
        )
        parser.add_argument("--format", choices=["json", "text"], default="text", help="of the dry run")

    def handle(self, *args: Any, file: str, dry_run: bool, format: str, **options: Any) -> None:
        """Unsure is no failure; no document is."""
        document = self.read(file)
        if not dry_run:
            raise CommandError("Storing is not possible yet; use --dry-run.")
        told = json.dumps(as_json(document), ensure_ascii=False, indent=2) if format == "json" else as_text(document)
        self.stdout.write(told)

    def read(self, file: str) -> Document:
        try:
            if file == "-":
                return read(text_of(sys.stdin.buffer))
            with Path(file).open("rb") as opened:
                return read(text_of(opened))
        except OSError as error:
            raise CommandError(f"无法读取文件 {file}：{error.strerror}", returncode=UNREADABLE) from error
        except NotADocument as error:
            raise CommandError(str(error), returncode=UNREADABLE) from error
