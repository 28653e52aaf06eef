"""Click logs in MIND's format (Wu and others, ACL 2020): tab-separated lines, read into values.

News: id, category, subcategory, title, abstract, address, entities of the title and of the abstract (JSON lists).
Behaviours: impression id, reader, time (`11/13/2019 8:36:57 AM`), history (ids, the oldest first), candidates
(`id-1` was opened, `id-0` was not).
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

TIME = "%m/%d/%Y %I:%M:%S %p"
NEWS_COLUMNS, LOG_COLUMNS = 4, 5
NO_CHOICE = "impressions without an opening and something else"
BROKEN = "broken lines"
UNKNOWN = "articles of histories and impressions that are not among the news"
REPEATED = "candidates that stand twice in an impression"


class LogError(Exception):
    """A log that cannot be replayed: which file and line, and why."""


@dataclass(frozen=True, slots=True)
class News:
    """An article as the file gives it."""

    title: str
    abstract: str
    topics: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Impression:
    """A list that a reader was shown, n articles in an order that tells nothing."""

    reader: str
    at: float  # seconds since 1970
    history: tuple[str, ...]  # the oldest first
    candidates: tuple[str, ...]
    clicked: npt.NDArray[np.bool_]  # (n,)


@dataclass(slots=True)
class Skipped:
    """What was left out, and how often, by its reason in English."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, what: str, count: int = 1) -> None:
        """Notes that something was left out."""
        self.counts[what] += count


def read_news(lines: Iterable[str], skipped: Skipped) -> dict[str, News]:
    """The articles by id. Lines with too few columns are left out."""
    found: dict[str, News] = {}
    for line in lines:
        row = line.rstrip("\r\n").split("\t")
        if len(row) < NEWS_COLUMNS or not row[0]:
            skipped.add(BROKEN)
            continue
        row += [""] * (8 - len(row))
        topics = tuple(dict.fromkeys(one for one in row[1:3] if one))
        found[row[0]] = News(row[3], row[4], topics, _names(row[6]) + _names(row[7]))
    return found


def _names(column: str) -> tuple[str, ...]:
    try:
        return tuple(str(one["WikidataId"]) for one in json.loads(column or "[]"))
    except (ValueError, TypeError, LookupError):
        return ()


def read_log(
    name: str,
    lines: Iterable[str],
    news: Mapping[str, News],
    skipped: Skipped,
    *,
    since: float = -np.inf,
    seed: int = 0,
) -> Iterator[Impression]:
    """The impressions of a file in order, the candidates of each shuffled (in which order they stood would tell what
    was opened). Raises `LogError` where the times run backwards, also from `since`, the end of the file before.
    """
    random = np.random.default_rng(seed)
    last = since
    for number, line in enumerate(lines, 1):
        one = _impression(line, random)
        if one is None:
            skipped.add(BROKEN)
            continue
        if one.at < last:
            raise LogError(
                f"{name}, line {number}: {_written(one.at)} comes after {_written(last)}. A log is replayed in the "
                "order in which things happened: sort it by time, and give the later part as the test."
            )
        last = one.at
        _note(one, news, skipped)
        if one.clicked.any() and not one.clicked.all():
            yield one


def _note(one: Impression, news: Mapping[str, News], skipped: Skipped) -> None:
    if not one.clicked.any() or one.clicked.all():
        skipped.add(NO_CHOICE)
    if unknown := sum(key not in news for key in (*one.history, *one.candidates)):
        skipped.add(UNKNOWN, unknown)


def _written(at: float) -> str:
    if not np.isfinite(at):
        return "the beginning"
    return datetime.fromtimestamp(at, UTC).replace(tzinfo=None).isoformat(" ", "seconds")


def _impression(line: str, random: np.random.Generator) -> Impression | None:
    row = line.rstrip("\r\n").split("\t")
    if len(row) < LOG_COLUMNS:
        return None
    pairs = [one.rpartition("-") for one in row[4].split()]
    try:
        at = datetime.strptime(row[2].strip(), TIME).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None
    if not pairs or any(not key or sign not in ("0", "1") for key, _, sign in pairs):
        return None
    opened: dict[str, bool] = {}
    for key, _, sign in sorted(pairs):  # an order that does not depend on the one in the file
        opened[key] = opened.get(key, False) or sign == "1"
    keys = list(opened)
    order = random.permutation(len(keys))
    return Impression(
        row[1], at, tuple(row[3].split()), tuple(keys[place] for place in order),
        np.array([opened[keys[place]] for place in order], np.bool_),
    )  # fmt: skip
