"""A small click log of Arabic headlines, for tests: readers who mostly open what is about their own subject."""

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

SUBJECTS: dict[str, list[str]] = json.loads(
    (Path(__file__).parent.parent / "data/evaluation/subjects.json").read_text("utf-8")
)
TIME = "%m/%d/%Y %I:%M:%S %p"
START = datetime(2026, 11, 20, 6, tzinfo=UTC)


class Log:
    """Lines of articles and of lists: `lists` of each of them with `size` articles, one every `minutes`."""

    def __init__(self, lists: int = 120, *, size: int = 6, minutes: int = 20, seed: int = 3) -> None:
        lot = random.Random(seed)
        self.subject: dict[str, str] = {}
        self.titles: dict[str, str] = {}
        for number in range(160):
            subject = lot.choice(sorted(SUBJECTS))
            self.subject[f"N{number}"] = subject
            self.titles[f"N{number}"] = " ".join(lot.sample(SUBJECTS[subject], 4))
        self.log = [
            self._line(number, lot, size, START + timedelta(minutes=minutes * number)) for number in range(lists)
        ]

    def _line(self, number: int, lot: random.Random, size: int, at: datetime) -> str:
        own = sorted(SUBJECTS)[number % len(SUBJECTS)]
        read = [key for key, subject in self.subject.items() if subject == own]
        shown = lot.sample(sorted(self.subject), size)
        opened = [key for key in shown if self.subject[key] == own and lot.random() < 0.8] or [lot.choice(shown)]
        if len(opened) == size:
            opened = opened[:1]
        candidates = " ".join(f"{key}-{int(key in opened)}" for key in shown)
        return "\t".join([str(number), f"R{number % 40}", at.strftime(TIME), " ".join(lot.sample(read, 5)), candidates])

    def news(self, spelled: Callable[[str], str] = str) -> list[str]:
        """The articles, each title passed through `spelled`."""
        return [f"{key}\t\t\t{spelled(title)}\t\t\t[]\t[]\n" for key, title in self.titles.items()]

    @property
    def train(self) -> list[str]:
        """The first two thirds."""
        return [f"{line}\n" for line in self.log[: len(self.log) * 2 // 3]]

    @property
    def test(self) -> list[str]:
        """The rest."""
        return [f"{line}\n" for line in self.log[len(self.log) * 2 // 3 :]]
