"""What every bench shares: a table for people, and one last line of JSON for programs."""

import json
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

Value = float | int | str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what was measured, how much, the bar it has to clear, and whether it does."""

    label: str
    shown: str
    bar: str = ""
    holds: bool | None = None


@dataclass(slots=True)
class Report:
    """Collects figures and ratios by name; `finish` prints them."""

    bench: str
    figures: dict[str, Value] = field(default_factory=dict)
    ratios: dict[str, float] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def heading(self, text: str) -> None:
        """Begins a part of the table."""
        self.rows.append(Row(text, ""))

    def figure(
        self,
        name: str,
        value: Value,
        label: str,
        unit: str = "",
        *,
        most: float | None = None,
        least: float | None = None,
    ) -> None:
        """Keeps a figure; `most` or `least` is the bar that it has to clear."""
        self.figures[name] = round(value, 4) if isinstance(value, float) else value
        self.rows.append(_row(label, value, unit, most, least))

    def ratio(
        self, name: str, value: float, label: str, *, most: float | None = None, least: float | None = None
    ) -> None:
        """Keeps a ratio of two figures of this run."""
        self.ratios[name] = round(value, 4)
        self.rows.append(_row(label, value, "×", most, least))

    def check(self, holds: bool, sentence: str) -> None:
        """Something that must be true for the figures to mean anything: what is false makes the bench fail."""
        if not holds:
            self.faults.append(sentence)

    def finish(self) -> int:
        """Prints the table, what is wrong, and the line of JSON; the exit status is 0 when all checks hold."""
        self.figures |= {"date": date.today().isoformat(), "machine": machine()}
        for line in _table(self.rows):
            print(line)
        for sentence in self.faults:
            print(f"WRONG: {sentence}")
        print(json.dumps({"bench": self.bench, "figures": self.figures, "ratios": self.ratios}, ensure_ascii=False))
        return 1 if self.faults else 0


def machine() -> str:
    """The machine in a few words, to stand beside a published figure."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{platform.machine()}, {cores} cores, {platform.system()}, Python {platform.python_version()}"


def _row(label: str, value: Value, unit: str, most: float | None, least: float | None) -> Row:
    shown = f"{_number(value)} {unit}".rstrip()
    if isinstance(value, str) or (most is None and least is None):
        return Row(label, shown)
    if most is not None:
        return Row(label, shown, f"≤ {_number(most)}", value <= most)
    assert least is not None
    return Row(label, shown, f"≥ {_number(least)}", value >= least)


def _number(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) or value.is_integer() or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 10 else f"{value:.1f}"


def _table(rows: list[Row]) -> list[str]:
    def width(part: Callable[[Row], str]) -> int:
        return max((len(part(row)) for row in rows if row.shown), default=0)

    first, second, third = width(lambda r: r.label), width(lambda r: r.shown), width(lambda r: r.bar)
    lines = []
    for row in rows:
        if not row.shown:
            lines += ["", row.label]
            continue
        verdict = "" if row.holds is None else "holds" if row.holds else "MISSED"
        lines.append(f"  {row.label:<{first}}  {row.shown:>{second}}  {row.bar:>{third}}  {verdict}".rstrip())
    return [*lines, ""]
