"""What is said about samples: medians with their spread, ratios taken within a round, and the goal beside them."""

import dataclasses
import statistics


def spread(values, digits=2):
    """median (least to most)"""
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def ratios(samples, over, under, by):
    return [getattr(a, by) / getattr(b, by) for a, b in zip(samples[over], samples[under])]


@dataclasses.dataclass
class Line:
    """One figure of the table. `at_least` or `at_most` is the goal, judged on the median."""

    row: int
    what: str
    baseline: str
    values: list
    beside: str = ""  # the two sides in plain units
    at_least: float = None
    at_most: float = None
    unit: str = ""
    digits: int = 2

    def goal(self):
        if self.at_least is not None:
            return f">= {self.at_least:g}{self.unit}"
        return f"<= {self.at_most:g}{self.unit}" if self.at_most is not None else "stated"

    def reached(self):
        middle = statistics.median(self.values)
        if self.at_least is None and self.at_most is None:
            return "-"
        low_enough = self.at_most is None or middle <= self.at_most
        high_enough = self.at_least is None or middle >= self.at_least
        return "yes" if low_enough and high_enough else "no"

    def markdown(self):
        return (f"| {self.row} | {self.what} | {self.baseline} | {spread(self.values, self.digits)}{self.unit} | "
                f"{self.goal()} | {self.reached()} | {self.beside} |")


HEAD = ("| row | what | baseline | median (least to most) | goal | reached | both sides, medians |\n"
        "|---|---|---|---|---|---|---|")


def both(samples, ours, theirs, by, unit):
    """`8.1 against 7.6 us`"""
    middle = [statistics.median(getattr(sample, by) for sample in samples[name]) for name in (ours, theirs)]
    digits = 0 if min(middle) >= 100 else 1
    return f"{middle[0]:,.{digits}f} against {middle[1]:,.{digits}f} {unit}"
