"""`nashra run` taking feeds in: passes over all its sources, and what they cost."""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from common import Report, processes
from common.corpus import MadeFeed
from common.feed_server import LOG, PORT, Asked, read_log
from common.processes import Tree

FAR = timedelta(days=300)


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass over all feeds: seconds of processor time and of wall time from the first request to the last stored,
    and the requests that the server saw. `after` is work that followed until the tree was quiet again.
    """

    cpu: float
    wall: float
    after: float
    asked: list[Asked]


class Server(Tree):
    """The feed server with the feeds of a folder, see `feed_server`."""

    def __init__(self, folder: Path, made: Sequence[MadeFeed]) -> None:
        command = [sys.executable, "-m", "common.feed_server", str(folder)]
        super().__init__(command, log=folder.with_suffix(".log"), env=processes.environment())
        self.folder, self._made = folder, made

    def __enter__(self) -> "Server":
        while not (self.folder / PORT).exists():
            self.check_alive()
            time.sleep(0.05)
        (self.folder / LOG).touch()
        self.port = int((self.folder / PORT).read_text())
        self.urls = [feed.url(self.port) for feed in self._made]
        return self


class Nashra:
    """`nashra run` on an installation that is open in this process, with the bench's sources in it."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def ask_all(self, server: "Server", *, with_stories: bool = False) -> Pass:
        """Makes the sources of this server due and waits until each was asked and its answer stored; then, if wanted,
        until the stories were grouped and the shelf has the articles, which have their own rhythm.
        """
        from nashra.news.models import Source

        began, skip, cpu = datetime.now(UTC), len(read_log(server.folder)), self.tree.cpu()
        mine = Source.objects.filter(url__contains=f":{server.port}/")
        mine.update(due_at=began)
        end = self._wait_until_stored(mine.filter(fetched_at__gte=began, claimed_until=None), mine.count())
        used = self.tree.cpu() - cpu
        asked = read_log(server.folder, skip)
        if with_stories:
            since = datetime.now(UTC)
            self._wait_for_stories(since)
            self._wait_for_the_shelf(since)
        return Pass(used, end - asked[0].at, processes.settle(self.tree) - cpu - used, asked)

    def _wait_until_stored(self, stored: Any, expected: int) -> float:
        until = time.monotonic() + 1800
        while stored.count() < expected:
            self.tree.check_alive()
            if time.monotonic() > until:
                raise RuntimeError(f"{stored.count()} of {expected} sources after half an hour")
            time.sleep(0.1)
            self.tree.cpu()
        return time.monotonic()

    def _wait_for_stories(self, since: datetime) -> None:
        """Until the grouping of stories has begun after this moment and ended."""
        from nashra.base.models import Periodic

        rows = Periodic.objects.filter(name__endswith=".group_stories", ran_at__gt=since)
        while not any(_began(row) > since for row in rows.all()):
            self.tree.check_alive()
            time.sleep(0.5)

    def _wait_for_the_shelf(self, since: datetime) -> None:
        """Until the articles that pages choose from have been written after this moment."""
        from django.conf import settings

        written = Path(settings.NASHRA_DATA, "shelf", "now")
        while not written.exists() or written.stat().st_mtime < since.timestamp():
            self.tree.check_alive()
            time.sleep(0.5)

    def worker_peak(self) -> int:
        """The most bytes of memory that the worker has held so far."""
        tree = processes.pids(self.tree.process.pid)
        workers = [pid for pid in tree if processes.command_of(pid).endswith(" work")]
        return max((processes.peak(pid) for pid in workers), default=0)

    def idle(self, seconds: float = 8.0) -> float:
        """Seconds of processor time that the resting tree uses in a second."""
        before = self.tree.cpu()
        time.sleep(seconds)
        return (self.tree.cpu() - before) / seconds


def _began(row: Any) -> datetime:
    """When the last run of a sweep began."""
    ended: datetime = row.ran_at
    return ended - timedelta(milliseconds=row.took_ms)


def add_sources(report: Report, reader: Any, urls: Sequence[str]) -> None:
    """Follows all feeds by an OPML file, as a reader would; none is due before the bench says so."""
    from django.utils import timezone

    from nashra.news import services
    from nashra.news.models import Source

    outlines = "".join(f'<outline type="rss" text="{url}" xmlUrl="{url}"/>' for url in urls)
    document = f'<?xml version="1.0" encoding="UTF-8"?><opml version="2.0"><head/><body>{outlines}</body></opml>'
    added = services.import_opml(reader, document.encode())
    report.check(added.added == len(urls), f"{added.added} of {len(urls)} sources were added")
    Source.objects.update(due_at=timezone.now() + FAR)


def watch_rewrites() -> Callable[[], int]:
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
