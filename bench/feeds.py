"""How much work it is to take many feeds in, and to ask them again when nothing is new.

`nashra run`, the whole process tree, takes in 300 feeds of 30 entries from a local server, then asks them all again
three times and gets 304s; the median counts. PyPI's `reader` (lemon24/reader, 10 workers) does the same on the same
server in the same run. Parsing and cleaning alone are compared with feedparser, which cleans, too. With `--many` the
same tree then takes in 3,000 more feeds while a reader looks at their front page.

Feeds are spread over host names with a loopback address each, 60 hosts of 5 feeds by default: a host gives a few
feeds (its sections, its languages), as in readers' real lists, so both programs can keep connections open. Nashra keeps
its pause of a second between two requests to a host, so its wall time has a floor (5 feeds: 4 s).
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from common import Report, installation, parsing, processes
from common.corpus import MadeFeed, feeds
from common.feed_server import lay_out, read_log
from common.fetching import Nashra, Pass, Server, add_sources, watch_rewrites
from common.processes import Tree
from common.visits import Visits

MEGABYTE = 1024 * 1024
AGAIN = 3  # passes over unchanged feeds
_SPARE_HOST = 2001  # the first host of `--many`
_FEEDS_OF_A_HOST = 5
_LOOKED_AT = 40.0  # seconds in which the front page is asked for at rest


@dataclass(frozen=True, slots=True)
class Passes:
    """What Nashra needed: the first pass, and the passes over unchanged feeds."""

    first: Pass
    unchanged: list[Pass]

    @property
    def with_stories(self) -> float:
        """Processor seconds of the first pass and of all that follows from it."""
        return self.first.cpu + max(0.0, self.first.after)

    @property
    def again(self) -> float:
        """Processor seconds of a pass over unchanged feeds: the median."""
        return statistics.median(one.cpu for one in self.unchanged)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the bench; the exit status."""
    options = _options(arguments)
    report = Report("feeds")
    with tempfile.TemporaryDirectory(prefix="nashra-bench-") as temporary:
        served, data = Path(temporary, "served"), Path(temporary, "data")
        served.mkdir()
        made = lay_out(served, feeds(options.feeds, options.entries, hosts=options.hosts, now=_midnight()))
        _describe(report, options, made)
        parsing.compare(report, made, options.rounds)
        with Server(served, made) as server:
            passes = _nashra(report, options, data, server)
            if not options.without_reader:
                _rival(report, server, passes)
        if options.second_parser:
            parsing.second_opinion(report, made)
    return report.finish()


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=300)
    parser.add_argument("--entries", type=int, default=30)
    parser.add_argument("--hosts", type=int, default=60, help="host names over which the feeds are spread")
    parser.add_argument("--rounds", type=int, default=3, help="of parsing 60 feeds with either parser; the best counts")
    parser.add_argument("--many", action="store_true", help="also take in 3,000 feeds more; takes some minutes")
    parser.add_argument("--many-feeds", type=int, default=3000, help="another number of them")
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


# ------------------------------------------------------------------------------------------------------ Nashra


def _nashra(report: Report, options: argparse.Namespace, data: Path, server: Server) -> Passes:
    port = processes.free_port()
    settings = {"NASHRA_ALLOW_HOSTS": "127.0.0.0/8", "NASHRA_URL": f"http://localhost:{port}"}
    installation.open_in(data, {**settings, "NASHRA_SOURCES_PER_READER": "100000"})
    reader = installation.owner(language="ar")
    add_sources(report, reader, server.urls)
    command = [sys.executable, "-m", "nashra", "run", "--port", str(port)]
    env = processes.environment(installation.environment())
    with Tree(command, log=data / "run.log", env=env) as tree:
        processes.wait_for_port(tree, "127.0.0.1", port)
        processes.settle(tree)
        nashra = Nashra(tree)
        idle = nashra.idle()
        first = nashra.ask_all(server, with_stories=True)
        asked = len(read_log(server.folder))
        count = watch_rewrites()
        passes = Passes(first, [nashra.ask_all(server) for _ in range(AGAIN)])
        rewritten, peak, peaks = count(), nashra.worker_peak(), tree.peak_bytes
        _check(report, passes, asked, rewritten, options)
        if options.many:
            _many(report, options, nashra, port, reader, data.with_name("many"))
        tree.stop()
    _tell(report, passes, options.feeds)
    report.figure("worker_peak_mb", peak / MEGABYTE, "worker, most memory", "MB")
    report.figure("tree_peak_mb", peaks / MEGABYTE, "whole tree, most memory (shared parts once)", "MB")
    report.figure("idle_cpu_ms_per_s", idle * 1000, "processor time at rest, for each second", "ms")
    report.figure("stop_s", tree.stop_seconds, "time to stop on SIGTERM", "s", most=5)
    report.figure("rewritten_rows", rewritten, "article rows rewritten by the later passes", most=0)
    return passes


def _check(report: Report, passes: Passes, asked: int, rewritten: int, options: argparse.Namespace) -> None:
    from nashra.news.models import Article, Source

    articles, expected = Article.objects.count(), options.feeds * options.entries
    failed = Source.objects.exclude(failing_since=None).count()
    report.check(articles == expected, f"{articles} of {expected} articles were stored")
    report.check(failed == 0, f"{failed} sources failed")
    statuses = [a.status for a in passes.first.asked]
    report.check(statuses == [200] * options.feeds, f"the first pass was not {options.feeds} × 200")
    for one in passes.unchanged:
        statuses = [a.status for a in one.asked]
        report.check(statuses == [304] * options.feeds, f"a later pass was not {options.feeds} × 304")
    report.check(rewritten == 0, f"{rewritten} rows of articles were written again though nothing was new")
    report.figures |= {"articles": articles, "requests_per_feed": asked / options.feeds}
    report.check(asked == options.feeds, "more was asked for than the feeds")


def _tell(report: Report, passes: Passes, count: int) -> None:
    first, again = passes.first, statistics.median(one.wall for one in passes.unchanged)
    report.heading("Nashra (the whole tree: web, worker, schedule)")
    report.figure("first_cpu_s", first.cpu, "first pass, processor time", "s")
    report.figure("first_after_cpu_s", first.after, "work that follows it (stories, shelf)", "s")
    report.figure("first_wall_s", first.wall, "first pass, wall time", "s")
    report.figure("first_feeds_per_s", count / first.wall, "first pass", "feeds/s")
    report.figure("unchanged_cpu_s", passes.again, f"unchanged, processor time, median of {AGAIN}", "s")
    report.figure("unchanged_wall_s", again, "unchanged, wall time", "s")
    report.figure("unchanged_feeds_per_s", count / again, "unchanged", "feeds/s")
    report.figures["unchanged_304"] = sum(one.status == 304 for one in passes.unchanged[0].asked)


def _many(report: Report, options: argparse.Namespace, nashra: Nashra, port: int, reader: Any, folder: Path) -> None:
    """Many more feeds in the same tree: what the worker holds then, and how long a front page takes meanwhile."""
    folder.mkdir()
    hosts = -(-options.many_feeds // _FEEDS_OF_A_HOST)
    made = lay_out(
        folder, feeds(options.many_feeds, options.entries, hosts=hosts, now=_midnight(), seed=7, first=_SPARE_HOST)
    )
    before, cookie = nashra.worker_peak(), installation.sign_in(reader)
    with Server(folder, made) as server:
        add_sources(report, reader, server.urls)
        processes.settle(nashra.tree)
        with Visits(port, cookie) as idle:
            nashra.idle(_LOOKED_AT)
        with Visits(port, cookie) as busy:
            fetched = nashra.ask_all(server)
        processes.settle(nashra.tree)
        with Visits(port, cookie) as after:
            nashra.idle(_LOOKED_AT)
    report.check([a.status for a in fetched.asked] == [200] * len(made), "of the many feeds some were not fetched once")
    report.check(idle.failed + busy.failed == 0, f"{idle.failed + busy.failed} front pages failed")
    report.heading(f"{len(made):,} feeds more, while a reader looks at the front page every second")
    report.figure("many_cpu_s", fetched.cpu, "processor time, front pages among it", "s")
    report.figure("many_feeds_per_s", len(made) / fetched.wall, "fetched and stored", "feeds/s")
    report.figure("many_worker_peak_mb", nashra.worker_peak() / MEGABYTE, "worker, most memory", "MB")
    report.ratio("many_worker_peak_vs_first", nashra.worker_peak() / before, "÷ that of the first feeds", most=1.2)
    report.figure("front_idle_p95_ms", idle.percentile(0.95) * 1000, "front page at rest, p95", "ms")
    report.figure("front_after_p95_ms", after.percentile(0.95) * 1000, "front page at rest with all stored, p95", "ms")
    report.figure("front_busy_p95_ms", busy.percentile(0.95) * 1000, "front page meanwhile, p95", "ms")
    report.ratio("front_busy_vs_idle", busy.percentile(0.95) / idle.percentile(0.95), "meanwhile ÷ at rest", most=2)


# ------------------------------------------------------------------------------------------------------- rival


def _rival(report: Report, server: Server, passes: Passes) -> None:
    """lemon24/reader on the same server; `sgmllib3k` is what its parser needs and does not ask for."""
    python = processes.rival("reader", "sgmllib3k")
    skip, served, count = len(read_log(server.folder)), server.folder, len(server.urls)
    (served / "urls").write_text("\n".join(server.urls))
    script = processes.BENCH / "common" / "rival_reader.py"
    command = [python, script, served / "reader.db", served / "urls", "10"]
    done = subprocess.run(
        [str(part) for part in command], env=processes.environment(), check=True, stdout=subprocess.PIPE, cwd=served
    )
    one, *again, search = map(json.loads, done.stdout.splitlines()[-2 - AGAIN :])
    statuses = [asked.status for asked in read_log(served, skip)]
    report.check(statuses == [200] * count + [304] * count * AGAIN, "reader did not get 200s and then 304s")
    report.check(one["failed"] == 0, f"reader failed on {one['failed']} feeds")
    report.heading(f"reader {one['version']}, 10 workers")
    two = {name: statistics.median(other[name] for other in again) for name in ("cpu_s", "wall_s", "peak_mb")}
    _tell_rival(report, one, two, count)
    report.heading("Nashra ÷ reader")
    least = one["cpu_s"]
    report.ratio("first_cpu_vs_reader", passes.first.cpu / least, "first pass, first request to last", most=1 / 3)
    report.ratio("first_cpu_and_after_vs_reader", passes.with_stories / least, "the same and what follows it")
    report.figure("reader_search_cpu_s", search["cpu_s"], "reader's search update", "s")
    searchable = least + search["cpu_s"]
    report.ratio(
        "first_cpu_vs_reader_with_search", passes.with_stories / searchable, "first pass, both searchable", most=1
    )
    report.ratio("unchanged_cpu_vs_reader", passes.again / two["cpu_s"], "unchanged, processor time", most=1 / 3)
    peak = float(report.figures["worker_peak_mb"])
    report.ratio("worker_peak_vs_reader", peak / two["peak_mb"], "worker's most memory", most=2)


def _tell_rival(report: Report, one: dict[str, Any], two: dict[str, float], count: int) -> None:
    report.figure("reader_first_cpu_s", one["cpu_s"], "first pass, processor time", "s")
    report.figure("reader_first_wall_s", one["wall_s"], "first pass, wall time", "s")
    report.figure("reader_first_feeds_per_s", count / one["wall_s"], "first pass", "feeds/s")
    report.figure("reader_unchanged_cpu_s", two["cpu_s"], f"unchanged, processor time, median of {AGAIN}", "s")
    report.figure("reader_unchanged_wall_s", two["wall_s"], "unchanged, wall time", "s")
    report.figure("reader_peak_mb", two["peak_mb"], "most memory", "MB")
    report.figures["reader_entries"] = one["entries"]


if __name__ == "__main__":
    sys.exit(main())
