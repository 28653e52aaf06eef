"""What a search costs among 50,000 articles, and what it costs to keep them findable.

300 searches of all kinds (one to three words, phrases, beginnings of words, words to leave out) are asked of Nashra as
a reader asks them: visible articles only, newest first, 20 with their snippets and marks. Beside it SQLite's FTS5 with
its own tokenizer `unicode61` answers the same searches on the raw texts in the same run: 20 by rank, with `snippet()`.
It knows no word forms and asks for nobody's rights, so it is the floor, not a rival. Times are of the processor,
of each search the best of three.
"""

import argparse
import random
import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from common import Report, installation

SHOWN = 20
_BATCH = 300  # articles of one transaction, as a worker stores them
_INDEXED = 9_000  # articles whose analysis and storing is timed
_WORD = re.compile(r"[^\W\d_]{3,}")
_RAW = (
    "SELECT rowid, snippet(raw, 2, '<mark>', '</mark>', '…', 32) FROM raw WHERE raw MATCH ? ORDER BY rank LIMIT {SHOWN}"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One search: as it is typed here, and in the language of FTS5."""

    typed: str
    match: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the bench; the exit status."""
    options = _options(arguments)
    report = Report("search")
    with tempfile.TemporaryDirectory(prefix="nashra-bench-") as temporary:
        installation.open_in(Path(temporary, "data"), {"NASHRA_URL": "http://localhost:8000"})
        reader = _fill(report, options)
        raw = _raw(Path(temporary, "raw.db"))
        _storing(report, raw)
        asked = list(_searches(random.Random(11), options.queries))
        _searching(report, reader, raw, asked, options.rounds)
        raw.close()
    return report.finish()


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=50_000)
    parser.add_argument("--sources", type=int, default=60)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3, help="of each search; the best counts")
    return parser.parse_args(arguments)


def _fill(report: Report, options: argparse.Namespace) -> Any:
    from common import newspaper
    from django.utils import timezone

    from nashra.news.models import Article

    now = timezone.now()
    reader = installation.owner(language="ar", seen_at=now - timedelta(hours=20), visit_at=now - timedelta(hours=9))
    newspaper.build(reader, articles=options.articles, sources=options.sources, now=now)
    report.heading("Input: half Arabic, half English")
    report.figure("articles", Article.objects.count(), "articles")
    return reader


def _texts(count: int | None = None) -> Iterator[tuple[int, str, str, str, str]]:
    """Id, title, author, text and language of the articles, the first `count` of them."""
    from nashra.news.models import Article

    rows = Article.objects.order_by("pk").values_list("pk", "title", "author", "body__text", "language")
    yield from rows[:count].iterator()


# ----------------------------------------------------------------------------------------------------- storing


def _raw(path: Path) -> sqlite3.Connection:
    """All articles in FTS5 with its own tokenizer, stored in the batches in which a worker stores them."""
    raw = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-16384", "mmap_size=134217728"):
        raw.execute(f"PRAGMA {pragma}")
    _fill_raw(raw, "raw", None)
    return raw


def _fill_raw(raw: sqlite3.Connection, table: str, count: int | None) -> float:
    """Seconds of processor time."""
    raw.execute(f"CREATE VIRTUAL TABLE {table} USING fts5(title, author, text, tokenize='unicode61')")
    rows, used = [row[:4] for row in _texts(count)], time.process_time()
    for batch in _batches(rows):
        raw.execute("BEGIN IMMEDIATE")
        raw.executemany(f"INSERT INTO {table}(rowid, title, author, text) VALUES (?, ?, ?, ?)", batch)
        raw.execute("COMMIT")
    return time.process_time() - used


def _storing(report: Report, raw: sqlite3.Connection) -> None:
    from django.db import connection, transaction

    from nashra.base.fulltext import Index
    from nashra.core.text.entries import entry

    index = Index("bench", table="bench_terms", owner="news_article")
    index.create()
    rows, used = list(_texts(_INDEXED)), time.process_time()
    made = [(pk, entry(title, author, text, language=language)) for pk, title, author, text, language in rows]
    analysed = time.process_time() - used
    for batch in _batches(made):
        with transaction.atomic():
            index.put(batch)
    both = time.process_time() - used
    index.drop()
    beside = _fill_raw(raw, "again", _INDEXED)
    raw.execute("DROP TABLE again")
    report.heading(f"Analysing and storing, {_BATCH} articles at a time")
    report.figure("analysed_per_cpu_s", len(rows) / analysed, "analysis alone", "articles/s")
    report.figure("indexed_per_cpu_s", len(rows) / both, "analysis and index", "articles/s", least=500)
    report.figure("raw_indexed_per_cpu_s", len(rows) / beside, "raw FTS5", "articles/s")
    report.ratio("indexing_vs_raw", both / beside, "analysis and index ÷ raw FTS5")
    with connection.cursor() as cursor:
        sizes = [_size(cursor.execute, "news_terms"), _size(raw.execute, "raw")]
    report.figure("index_mb", sizes[0], "index with its terms", "MB")
    report.figure("raw_index_mb", sizes[1], "raw FTS5 with its texts", "MB")
    report.ratio("size_vs_raw", sizes[0] / sizes[1], "index ÷ raw FTS5")


def _size(execute: Callable[[str], Any], table: str) -> float:
    """Megabytes of a table of FTS5."""
    names = (f"{table}_{part}" for part in ("data", "idx", "content", "docsize", "config"))
    said = execute(f"SELECT sum(pgsize) FROM dbstat WHERE name IN ({', '.join(map(repr, names))})")
    return float(said.fetchone()[0]) / 1e6


def _batches(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))


# --------------------------------------------------------------------------------------------------- searching


def _searches(dice: random.Random, count: int) -> Iterator[Asked]:
    """Searches for what stands in some article, in turn of each kind."""
    texts = [(title, text) for _, title, _, text, _ in _texts()]
    for number in range(count):
        words = _WORD.findall(dice.choice(texts)[1])
        start = dice.randrange(len(words) - 2)
        one, two = words[start : start + 2]
        apart = dice.sample(words, 3)
        yield [
            Asked(f"{apart[0]} {apart[1]}", f'"{apart[0]}" AND "{apart[1]}"'),
            Asked(one, f'"{one}"'),
            Asked(f'"{one} {two}"', f'"{one} {two}"'),
            Asked(f"{one[:3]}*", f'"{one[:3]}"*'),
            Asked(f"{apart[0]} -{apart[1]}", f'"{apart[0]}" NOT "{apart[1]}"'),
            Asked(f"{apart[0]} {apart[1]} {apart[2]}", " AND ".join(f'"{word}"' for word in apart)),
        ][number % 6]


def _searching(report: Report, reader: Any, raw: sqlite3.Connection, asked: Sequence[Asked], rounds: int) -> None:
    from nashra.news import services

    def nashra(one: Asked, order: str = "newest") -> int:
        found = services.search(reader, one.typed, limit=SHOWN, order=order)
        return len(found.snippets(found.ids))

    def beside(one: Asked) -> int:
        return len(raw.execute(_RAW.format(SHOWN=SHOWN), [one.match]).fetchall())

    ours, theirs = _times(nashra, asked, rounds), _times(beside, asked, rounds)
    best = _times(lambda one: nashra(one, "best"), asked[: len(asked) // 3], 1)
    found = sum(nashra(one) > 0 for one in asked)
    report.check(found >= len(asked) * 0.9, f"only {found} of {len(asked)} searches found anything")
    report.heading(f"{len(asked)} searches, {SHOWN} results with snippets, processor time")
    for name, label, times in (("search", "Nashra, newest first", ours), ("best", "Nashra, best match", best)):
        report.figure(f"{name}_p50_ms", _part(times, 0.5), f"{label}, p50", "ms")
        most = 50 if name == "search" else None
        report.figure(f"{name}_p95_ms", _part(times, 0.95), f"{label}, p95", "ms", most=most)
    report.figure("raw_p50_ms", _part(theirs, 0.5), "raw FTS5, p50", "ms")
    report.figure("raw_p95_ms", _part(theirs, 0.95), "raw FTS5, p95", "ms")
    report.ratio("p50_vs_raw", _part(ours, 0.5) / _part(theirs, 0.5), "newest first ÷ raw FTS5, p50")
    report.ratio("p95_vs_raw", _part(ours, 0.95) / _part(theirs, 0.95), "newest first ÷ raw FTS5, p95", most=6)


def _times(ask: Callable[[Asked], int], asked: Sequence[Asked], rounds: int) -> list[float]:
    """Milliseconds of each search, the best of some rounds, in ascending order."""
    return sorted(min(_time(ask, one) for _ in range(rounds)) for one in asked)


def _time(ask: Callable[[Asked], int], one: Asked) -> float:
    started = time.process_time()
    ask(one)
    return (time.process_time() - started) * 1000


def _part(times: Sequence[float], part: float) -> float:
    return times[min(len(times) - 1, int(len(times) * part))]


if __name__ == "__main__":
    sys.exit(main())
