"""Parsing and cleaning alone, beside feedparser; and what our second opinion costs."""

import time
from collections.abc import Callable, Sequence

from common import Report
from common.corpus import MadeFeed


def compare(report: Report, made: Sequence[MadeFeed], rounds: int) -> None:
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


def second_opinion(report: Report, made: Sequence[MadeFeed]) -> None:
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
