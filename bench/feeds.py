"""How much work it is to take many feeds in, and to ask them again when nothing is new.

`nashra run`, the whole process tree, takes in 300 feeds of 30 entries from a local server, then asks them all again
and gets 304s. PyPI's `reader` (lemon24/reader, 10 workers) does the same on the same server in the same run. Parsing
and cleaning alone are compared with feedparser, which cleans, too.

Feeds are spread over host names with a loopback address each, 60 hosts of 5 feeds by default, so Nashra keeps its
pause of a second between two requests to a host: its wall time has a floor (5 feeds: 4 s), which the figures name.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from common import Report, installation, processes
from common.corpus import MadeFeed, feeds
from common.feed_server import LOG, PORT, Asked, lay_out, read_log
from common.processes import Tree

FAR = timedelta(days=300)
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass over all feeds: seconds of processor time and of wall time from the first request to the last stored,
    and the requests that the server saw. `after` is work that followed until the tree was quiet again.
    """

    cpu: float
    wall: float
    after: float
    asked: list[Asked]


class Nashra:
    """`nashra run` on an installation that is open in this process, with the bench's sources in it."""

    def __init__(self, folder: Path, served: Path, tree: Tree) -> None:
        self.folder, self.served, self.tree = folder, served, tree

    def ask_all(self, expected: int) -> Pass:
        """Makes all sources due and waits until each was asked and its answer stored."""
        from nashra.news.models import Source

        began = datetime.now(UTC)
        skip, cpu = len(read_log(self.served)), self.tree.cpu()
        Source.objects.update(due_at=began)
        stored = Source.objects.filter(fetched_at__gte=began, claimed_until=None)
        until = time.monotonic() + 540
        while stored.count() < expected:
            self.tree.check_alive()
            if time.monotonic() > until:
                raise RuntimeError(f"{stored.count()} of {expected} sources after nine minutes")
            time.sleep(0.1)
            self.tree.cpu()
        end, used = time.monotonic(), self.tree.cpu() - cpu
        asked = read_log(self.served, skip)
        self._wait_for_stories(datetime.now(UTC))
        return Pass(used, end - asked[0].at, processes.settle(self.tree) - cpu - used, asked)

    def _wait_for_stories(self, since: datetime) -> None:
        """Until the grouping of stories, which has its own rhythm, has begun after this moment and ended."""
        from nashra.base.models import Periodic

        rows = Periodic.objects.filter(name__endswith=".group_stories", ran_at__gt=since)
        while not any(_began(row) > since for row in rows.all()):
            self.tree.check_alive()
            time.sleep(0.5)


def _began(row: Any) -> datetime:
    """When the last run of a sweep began."""
    ended: datetime = row.ran_at
    return ended - timedelta(milliseconds=row.took_ms)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the bench; the exit status."""
    options = _options(arguments)
    report = Report("feeds")
    with tempfile.TemporaryDirectory(prefix="nashra-bench-") as temporary:
        served, data = Path(temporary, "served"), Path(temporary, "data")
        served.mkdir()
        made = lay_out(served, feeds(options.feeds, options.entries, hosts=options.hosts, now=_midnight()))
        _describe(report, options, made)
        _parsing(report, made, options.rounds)
        command = [sys.executable, "-m", "common.feed_server", str(served)]
        with Tree(command, log=Path(temporary, "server.log"), env=processes.environment()) as server:
            port = _port(server, served)
            urls = [feed.url(port) for feed in made]
            first, unchanged = _nashra(report, options, data, served, urls)
            if not options.without_reader:
                _rival(report, served, urls, first, unchanged)
        if options.second_parser:
            _second_parser(report, made)
    return report.finish()


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=300)
    parser.add_argument("--entries", type=int, default=30)
    parser.add_argument("--hosts", type=int, default=60, help="host names over which the feeds are spread")
    parser.add_argument("--rounds", type=int, default=3, help="of parsing 60 feeds with either parser; the best counts")
    parser.add_argument("--second-parser", action="store_true", help="also time our second opinion in its sandbox")
    parser.add_argument("--without-reader", action="store_true", help="leave the rival out")
    return parser.parse_args(arguments)


def _midnight() -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _describe(report: Report, options: argparse.Namespace, made: Sequence[MadeFeed]) -> None:
    report.heading(f"Input: half Arabic, half English; half RSS, half Atom; {min(options.hosts, options.feeds)} hosts")
    report.figure("feeds", len(made), "feeds")
    report.figure("entries", len(made) * options.entries, "entries")
    report.figure("megabytes", sum(len(feed.body) for feed in made) / 1e6, "size", "MB")


def _port(server: Tree, served: Path) -> int:
    while not (served / PORT).exists():
        server.check_alive()
        time.sleep(0.05)
    (served / LOG).touch()
    return int((served / PORT).read_text())


# ------------------------------------------------------------------------------------------------------ Nashra


def _nashra(
    report: Report, options: argparse.Namespace, data: Path, served: Path, urls: Sequence[str]
) -> tuple[Pass, Pass]:
    port = processes.free_port()
    settings = {"NASHRA_ALLOW_HOSTS": "127.0.0.0/8", "NASHRA_URL": f"http://localhost:{port}"}
    installation.open_in(data, {**settings, "NASHRA_SOURCES_PER_READER": "100000"})
    _add_sources(report, urls)
    command = [sys.executable, "-m", "nashra", "run", "--port", str(port)]
    env = processes.environment(installation.environment())
    with Tree(command, log=data / "run.log", env=env) as tree:
        processes.wait_for_port(tree, "127.0.0.1", port)
        processes.settle(tree)
        nashra = Nashra(data, served, tree)
        idle = _idle(tree)
        first = nashra.ask_all(len(urls))
        report.figures["requests_per_feed"] = len(read_log(served)) / len(urls)
        worker = _worker_peak(tree)
        counts = _watch_rewrites()
        unchanged = nashra.ask_all(len(urls))
        rewritten = counts()
        tree.stop()
    _check_first(report, first, urls, options)
    report.check([a.status for a in unchanged.asked] == [304] * len(urls), f"the second pass was not {len(urls)} × 304")
    report.check(rewritten == 0, f"{rewritten} rows of articles were written again though nothing was new")
    _tell(report, first, unchanged, len(urls))
    report.figure("worker_peak_mb", worker / MEGABYTE, "worker, most memory", "MB")
    report.figure("tree_peak_mb", tree.peak_bytes / MEGABYTE, "whole tree, most memory (shared parts once)", "MB")
    report.figure("idle_cpu_ms_per_s", idle * 1000, "processor time at rest, for each second", "ms")
    report.figure("stop_s", tree.stop_seconds, "time to stop on SIGTERM", "s", most=5)
    report.figure("rewritten_rows", rewritten, "article rows rewritten by the second pass", most=0)
    return first, unchanged


def _add_sources(report: Report, urls: Sequence[str]) -> None:
    """Follows all feeds by an OPML file, as a reader would; none is due before the bench says so."""
    from django.utils import timezone

    from nashra.news import services
    from nashra.news.models import Source

    outlines = "".join(f'<outline type="rss" text="{url}" xmlUrl="{url}"/>' for url in urls)
    document = f'<?xml version="1.0" encoding="UTF-8"?><opml version="2.0"><head/><body>{outlines}</body></opml>'
    added = services.import_opml(installation.owner(), document.encode())
    report.check(added.added == len(urls), f"{added.added} of {len(urls)} sources were added")
    Source.objects.update(due_at=timezone.now() + FAR)


def _idle(tree: Tree) -> float:
    """Seconds of processor time that the resting tree uses in a second."""
    before = tree.cpu()
    time.sleep(4)
    return (tree.cpu() - before) / 4


def _worker_peak(tree: Tree) -> int:
    workers = [pid for pid in processes.pids(tree.process.pid) if processes.command_of(pid).endswith(" work")]
    return max((processes.peak(pid) for pid in workers), default=0)


def _watch_rewrites() -> Callable[[], int]:
    """From here on the database itself counts every change of articles and their texts; returns how to read it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_rewrites (n INTEGER)")
        for table in ("news_article", "news_articletext"):
            for what in ("INSERT", "UPDATE", "DELETE"):
                cursor.execute(
                    f"CREATE TRIGGER bench_{table}_{what} AFTER {what} ON {table} "
                    "BEGIN INSERT INTO bench_rewrites VALUES (1); END"
                )

    def count() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM bench_rewrites")
            return int(cursor.fetchone()[0])

    return count


def _check_first(report: Report, first: Pass, urls: Sequence[str], options: argparse.Namespace) -> None:
    from nashra.news.models import Article, Source

    articles, expected = Article.objects.count(), len(urls) * options.entries
    failed = Source.objects.exclude(failing_since=None).count()
    report.check(articles == expected, f"{articles} of {expected} articles were stored")
    report.check(failed == 0, f"{failed} sources failed")
    report.check([a.status for a in first.asked] == [200] * len(urls), f"the first pass was not {len(urls)} × 200")
    report.figures["articles"] = articles
    report.check(report.figures["requests_per_feed"] == 1, "more was asked for than the feeds")


def _tell(report: Report, first: Pass, unchanged: Pass, count: int) -> None:
    report.heading("Nashra (the whole tree: web, worker, schedule)")
    report.figure("first_cpu_s", first.cpu, "first pass, processor time", "s")
    report.figure("first_after_cpu_s", first.after, "work that follows it (stories …)", "s")
    report.figure("first_wall_s", first.wall, "first pass, wall time", "s")
    report.figure("first_feeds_per_s", count / first.wall, "first pass", "feeds/s")
    report.figure("unchanged_cpu_s", unchanged.cpu, "second pass, processor time", "s")
    report.figure("unchanged_wall_s", unchanged.wall, "second pass, wall time", "s")
    report.figure("unchanged_feeds_per_s", count / unchanged.wall, "second pass", "feeds/s")
    report.figures["unchanged_304"] = sum(one.status == 304 for one in unchanged.asked)


# ------------------------------------------------------------------------------------------------------ rivals


def _rival(report: Report, served: Path, urls: Sequence[str], first: Pass, unchanged: Pass) -> None:
    """lemon24/reader on the same server; `sgmllib3k` is what its parser needs and does not ask for."""
    python = processes.rival("reader", "sgmllib3k")
    skip = len(read_log(served))
    (served / "urls").write_text("\n".join(urls))
    script = processes.BENCH / "common" / "rival_reader.py"
    command = [python, script, served / "reader.db", served / "urls", "10"]
    done = subprocess.run(
        [str(part) for part in command], env=processes.environment(), check=True, stdout=subprocess.PIPE, cwd=served
    )
    one, two = map(json.loads, done.stdout.splitlines()[-2:])
    statuses = [asked.status for asked in read_log(served, skip)]
    report.check(statuses == [200] * len(urls) + [304] * len(urls), "reader did not get 200s and then 304s")
    report.check(one["failed"] == 0, f"reader failed on {one['failed']} feeds")
    report.heading(f"reader {one['version']}, 10 workers")
    _tell_rival(report, one, two, len(urls))
    report.heading("Nashra ÷ reader")
    cpu = first.cpu + max(0.0, first.after)
    report.ratio("first_cpu_vs_reader", cpu / one["cpu_s"], "first pass with what follows, processor time", most=1 / 3)
    report.ratio("unchanged_cpu_vs_reader", unchanged.cpu / two["cpu_s"], "second pass, processor time", most=1 / 3)
    report.ratio("worker_peak_vs_reader", _megabytes(report) / two["peak_mb"], "worker's most memory", most=2)


def _megabytes(report: Report) -> float:
    return float(report.figures["worker_peak_mb"])


def _tell_rival(report: Report, one: dict[str, Any], two: dict[str, Any], count: int) -> None:
    report.figure("reader_first_cpu_s", one["cpu_s"], "first pass, processor time", "s")
    report.figure("reader_first_wall_s", one["wall_s"], "first pass, wall time", "s")
    report.figure("reader_first_feeds_per_s", count / one["wall_s"], "first pass", "feeds/s")
    report.figure("reader_unchanged_cpu_s", two["cpu_s"], "second pass, processor time", "s")
    report.figure("reader_unchanged_wall_s", two["wall_s"], "second pass, wall time", "s")
    report.figure("reader_peak_mb", two["peak_mb"], "most memory", "MB")
    report.figures["reader_entries"] = one["entries"]


# ------------------------------------------------------------------------------------------------------ parsing


def _parsing(report: Report, made: Sequence[MadeFeed], rounds: int) -> None:
    """Parsing and cleaning in this process, turn and turn about with feedparser; the best round of each counts."""
    sample = made[:60]
    for parse in (_ours, _feedparser):
        parse(sample[0])  # imports
    times = [(_timed(_ours, sample), _timed(_feedparser, sample)) for _ in range(rounds)]
    (ours, entries), (theirs, others) = (min(side) for side in zip(*times, strict=True))
    report.check(entries == others, f"our parser finds {entries} entries, feedparser {others}")
    report.heading(f"Parsing and cleaning alone, {len(sample)} feeds, best of {rounds}")
    report.figure("parse_entries_per_cpu_s", entries / ours, "Nashra", "entries/s")
    report.figure("feedparser_entries_per_cpu_s", others / theirs, "feedparser", "entries/s")
    report.ratio("parse_vs_feedparser", theirs / ours, "Nashra ÷ feedparser", least=5)


def _timed(parse: Callable[[MadeFeed], int], sample: Sequence[MadeFeed]) -> tuple[float, int]:
    started = time.process_time()
    entries = sum(parse(feed) for feed in sample)
    return time.process_time() - started, entries


def _ours(feed: MadeFeed) -> int:
    from nashra.core.extract import sanitise
    from nashra.core.feeds import parse

    url = f"http://{feed.host}{feed.path}"
    entries = parse(feed.body, content_type=feed.content_type, url=url).entries
    for entry in entries:
        for html in filter(None, (entry.summary, entry.content)):
            sanitise(html, base_url=entry.link or url)
    return len(entries)


def _feedparser(feed: MadeFeed) -> int:
    import feedparser

    headers = {"content-type": feed.content_type, "content-location": f"http://{feed.host}{feed.path}"}
    return len(feedparser.parse(feed.body, response_headers=headers).entries)


def _second_parser(report: Report, made: Sequence[MadeFeed]) -> None:
    """Feeds that our parser cannot read go to feedparser in a child that may be killed: what that costs."""
    import resource

    from nashra.news.fetching import sandbox

    def used() -> float:
        both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(one.ru_utime + one.ru_stime for one in both)

    before, sample = used(), made[:60]
    entries = sum(
        len(sandbox.run("second", feed.body, feed.content_type, f"http://{feed.host}{feed.path}", seconds=20).entries)
        for feed in sample
    )
    sandbox._end_all()  # its time counts once it has ended
    report.heading("Second opinion (feedparser in a child), start of the child included")
    report.figure("second_entries_per_cpu_s", entries / (used() - before), f"{len(sample)} feeds", "entries/s")


if __name__ == "__main__":
    sys.exit(main())
