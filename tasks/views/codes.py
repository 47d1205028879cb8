"""Task codes in addresses: `<plan code>-<number, at least two digits>`, 2023-05."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    plan: str
    number: int

    def __str__(self) -> str:
        return f"{self.plan}-{self.number:02d}"


class TaskCode:
    """A path converter. Only the canonical spelling is an address: 2023-5 and 2023-005 are none."""

    regex = r"[-a-zA-Z0-9_]+-[0-9]{2,5}"

    def to_python(self, value: str) -> Code:
        plan, _dash, digits = value.rpartition("-")
        code = Code(plan, int(digits))
        if str(code) != value:
            raise ValueError(value)
        return code

    def to_url(self, value: object) -> str:
        return str(value)
