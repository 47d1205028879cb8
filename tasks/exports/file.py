"""What every export comes to: a file, and whoever can write it."""

from collections.abc import Callable
from typing import NamedTuple, Protocol

Tick = Callable[[int], None]  # is told how many rows are done


def nobody(_rows: int) -> None:
    """For what is written at once: nobody waits to be told."""


class File(NamedTuple):
    name: str
    type: str
    content: bytes


class Source(Protocol):
    """Knows how much there is to write before it writes it. Making one refuses what cannot be written."""

    @property
    def rows(self) -> int: ...

    def write(self, tick: Tick) -> File: ...
