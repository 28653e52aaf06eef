"""What readers muted, held against all that is offered to them: ten thousand readers with mutes drawn by lot, each with
the front page and its stories, the lists, a search and a digest. Which pieces are unwanted is known from how they were
written (`tests/muted_world.py`), not from the matcher. Leaks, and what is hidden for nothing, must be none.
"""

import argparse
import importlib
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from common import Report, installation
from common.processes import ROOT

PIECES = 90


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the bench; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=21)
    options = parser.parse_args(arguments)
    report = Report("muted")
    with tempfile.TemporaryDirectory(prefix="nashra-bench-") as temporary:
        installation.open_in(Path(temporary, "data"), {"NASHRA_URL": "http://localhost:8000"})
        _run(report, options.readers, options.seed)
    return report.finish()


def _run(report: Report, readers: int, seed: int) -> None:
    sys.path.insert(0, str(ROOT / "tests"))
    from django.utils import timezone

    from nashra.news.models import Source, Subscription

    world_of: Any = importlib.import_module("muted_world")
    now = timezone.now()
    reader = installation.owner(language="ar")
    world = world_of.build(PIECES, seed, now)
    Subscription.objects.create(reader=reader, source=Source.objects.filter(language="en")[0])
    counts: Counter[str] = Counter()
    started = time.process_time()
    for person in world_of.people(readers, seed + 1, sources=world.sources, stories=world.stories):
        world_of.muted(reader, person, now)
        _hold(reader, world, world.muted_for(person.tags), now, counts)
    spent = time.process_time() - started
    report.heading(f"{readers:,} readers with mutes, {PIECES} pieces each")
    report.figure("offered", counts["offered"], "pieces offered in all places")
    report.figure("kept_away", counts["unwanted"], "pieces kept away from the lists")
    report.figure("leaks", counts["leaks"], "muted pieces that were offered", most=0)
    report.figure("lost", counts["lost"], "others that the lists did not offer", most=0)
    report.check(not counts["leaks"] and not counts["lost"], "a mute leaks, or hides what it should not")
    report.check(counts["unwanted"] > readers, "hardly anything was muted")
    report.figure("ms_each", spent / readers * 1000, "for one reader", "ms")


def _hold(reader: Any, world: Any, unwanted: set[int], now: datetime, counts: Counter[str]) -> None:
    from nashra.front.muting import muting_of
    from nashra.news.access import visible_articles

    muting = muting_of(reader, now)
    listed = muting.offered(muting.firsts(visible_articles(reader), reader))
    counts["unwanted"] += len(unwanted)
    counts["lost"] += len(set(world.by_id) - unwanted - listed)
    for offered in (listed, *_places(reader, muting, now)):
        counts["offered"] += len(offered)
        counts["leaks"] += len(offered & unwanted)


def _places(reader: Any, muting: Any, now: datetime) -> Iterator[set[int]]:
    """The ids that the front page with its stories, a search, and a digest hold."""
    from nashra.front import services
    from nashra.news import services as news
    from nashra.news.access import visible_articles
    from nashra.newsletters.delivery.choosing import Sent, choose
    from nashra.site.pages import cards

    shown = services.refresh(reader, now=now)
    built = cards.of_items(reader, shown.items, muting, edition_id=None, follows=(), articles=shown.articles)
    yield {card.id for card in built} | {other.id for card in built for other in card.others}
    hits = news.search(reader, "تقرير OR report", limit=300).ids
    yield muting.offered(visible_articles(reader).filter(pk__in=hits))
    yield {article.pk for article in choose(reader, 8, Sent(frozenset(), frozenset()), now).articles}


if __name__ == "__main__":
    sys.exit(main())
