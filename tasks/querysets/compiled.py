"""Expressions whose SQL is written once.

A light is some 9,000 characters of SQL, always the same on a day. Django writes them anew for every query, which takes
several times as long as PostgreSQL takes to answer.
"""

from typing import Any

from django.db.models import Expression, QuerySet
from django.db.models.expressions import Col


class Compiled(Expression):
    """A resolved annotation that remembers its SQL, and what it adds to GROUP BY, under the names it was resolved for.

    Whoever gives tables other names, as Django does in a sub-query, gets a copy that remembers nothing.
    """

    def __init__(self, expression: Any) -> None:
        super().__init__(output_field=expression.output_field)
        self.expression = expression
        self.sql: Any = None
        self.grouped: list[Any] | None = None

    @property
    def identity(self) -> Any:
        """Equal is what is the same: comparing trees by their content is what shall be saved."""
        return self.__class__, id(self.expression)

    def resolve_expression(self, *args: Any, **kwargs: Any) -> "Compiled":
        """It has been; Django asks again whenever it writes a condition."""
        return self

    def get_source_expressions(self) -> list[Any]:
        return [self.expression]

    def set_source_expressions(self, exprs: Any) -> None:
        [self.expression], self.sql, self.grouped = exprs, None, None

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if self.sql is None:
            sql, params = compiler.compile(self.expression)
            self.sql = sql, tuple(params)
        return self.sql

    def get_group_by_cols(self) -> list[Any]:
        if self.grouped is None:
            columns = self.expression.get_group_by_cols() if self.contains_aggregate else [self]
            self.grouped = [each if isinstance(each, (Col, Compiled)) else Compiled(each) for each in columns]
        return self.grouped


def compiled(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The same rows; clones of them share the SQL of their annotations."""
    rows.query.annotations = {name: Compiled(each) for name, each in rows.query.annotations.items()}
    return rows
