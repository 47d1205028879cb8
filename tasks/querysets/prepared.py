"""Queries that a page asks again and again, with other values: Django builds them and writes their SQL once.

To do so takes about a millisecond a query, as long as PostgreSQL takes to answer. Only the query is kept, never an
answer to it; whose query it is, or of which day, is part of the key under which its maker keeps it:

    @lru_cache(maxsize=READERS)
    def _milestones(reader: Reader) -> Prepared:
        return Prepared(Milestone.objects.visible_to(reader).filter(task__plan=Given("plan")))

    milestones = _milestones(Reader.of(user)).ask(plan=plan.pk)
"""

from copy import copy
from functools import partial
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Expression, Field, IntegerField, QuerySet

READERS = 32  # kinds of readers whose queries are kept


class Reader(NamedTuple):
    """What decides what a user reads: users of one role and unit read the same."""

    is_authenticated: bool
    does_business: bool
    is_superuser: bool
    is_planner: bool
    is_leader: bool
    is_reporter: bool
    department_id: int | None

    @classmethod
    def of(cls, user: Any) -> "Reader":
        return cls(*(getattr(user, name) for name in cls._fields))


class Given(Expression):
    """A value that is said when the query is asked."""

    def __init__(self, name: str, output_field: "Field[Any, Any] | None" = None) -> None:
        super().__init__(output_field=output_field or IntegerField())
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


class Prepared:
    """A query, asked as it is. Nobody evaluates or changes `rows` themselves."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        self.rows = rows
        self.written: Any = None  # the compiler that wrote the SQL, and the SQL

    def ask(self, **values: Any) -> list[Any]:
        asked: Any = self.rows.all()
        try:
            self.written = self.written or self._write()
        except EmptyResultSet:
            return []
        asked.query.get_compiler = partial(self._compiler, values)
        return list(asked)

    def _write(self) -> Any:
        compiler = self.rows.all().query.get_compiler(using=self.rows.db)
        return compiler, *compiler.as_sql()

    def _compiler(self, values: dict[str, Any], using: str) -> Any:
        """One that says what has been written; each thread has a connection of its own."""
        before, sql, params = self.written
        compiler = copy(before)
        compiler.connection = connections[using]
        said = tuple(values[each.name] if isinstance(each, Given) else each for each in params)
        compiler.as_sql = lambda: (sql, said)
        return compiler
