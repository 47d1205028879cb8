"""`manage.py catalogues`: bring the Chinese message catalogue up to date, check it or compile it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Collects all messages into the .po, keeps their Chinese, drops unused ones and compiles the .mo."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--check", action="store_true", help="change nothing; fail when something is missing")
        how.add_argument("--compile", action="store_true", help="only compile the .mo from the .po as it is")

    def handle(self, *args: Any, check: bool, compile: bool, **options: Any) -> None:
        from metrology_plan import catalogues  # needs Babel, a development requirement

        po, mo = catalogues.PO, catalogues.PO.with_suffix(".mo")
        text = po.read_text("utf-8") if po.exists() else ""
        if check:
            problems = catalogues.problems(text, mo.read_bytes() if mo.exists() else b"", catalogues.extracted())
            if problems:
                raise CommandError("\n".join([*problems, "Run `manage.py catalogues` and fill in the Chinese."]))
            return
        catalogue = catalogues.read(text)
        if not compile:
            catalogue = catalogues.merged(catalogues.extracted(), catalogue)
            po.write_text(catalogues.po(catalogue), "utf-8")
        mo.write_bytes(catalogues.mo(catalogue))
        empty = [catalogues.name(m) for m in catalogues.messages(catalogue) if not catalogues.translated(m)]
        self.stdout.write("\n".join([f"{len(catalogue)} messages, {len(empty)} without Chinese", *empty]))
