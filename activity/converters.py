"""The parts of an address: a quarter (`2024Q1`) and a kind (`patrols`)."""

from dataclasses import dataclass

from .kinds import BY_SLUG


@dataclass(frozen=True)
class QuarterCode:
    """Year and number of a quarter as they stand in an address; whether there is such a quarter is not said."""

    year: int
    number: int

    def __str__(self):
        return f"{self.year}Q{self.number}"


class QuarterConverter:
    regex = "[0-9]{4}Q[1-4]"

    def to_python(self, value):
        return QuarterCode(int(value[:4]), int(value[5]))

    def to_url(self, value):
        """Accept whatever knows its ``year`` and ``number``: a code, a row, a period."""
        return f"{value.year}Q{value.number}"


class KindConverter:
    regex = "[a-z-]+"

    def to_python(self, value):
        try:
            return BY_SLUG[value]
        except KeyError:
            raise ValueError(value) from None

    def to_url(self, value):
        return value.slug
