"""What digests cost: choosing ahead for readers among 20,000 live articles, and issuing what was chosen.

Readers have sources, topics, words, mutes and a history each. Times are of the processor, for one reader.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from common import Report, installation

READERS = 100_000  # of the extrapolation


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the bench; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--sources", type=int, default=200)
    parser.add_argument("--readers", type=int, default=100)
    options = parser.parse_args(arguments)
    report = Report("digests")
    with tempfile.TemporaryDirectory(prefix="nashra-bench-") as temporary:
        installation.open_in(Path(temporary, "data"), {"NASHRA_URL": "http://localhost:8000"})
        due = _fill(report, options)
        _run(report, options.readers, due)
    return report.finish()


def _fill(report: Report, options: argparse.Namespace) -> datetime:
    """The paper, the readers, and the shelf; when all digests are due."""
    from common import newspaper
    from django.utils import timezone

    from nashra.front import shelf
    from nashra.newsletters.models import Digest

    now = timezone.now()
    due = now + timedelta(minutes=30)
    newspaper.DAYS = 6.9  # all of them live
    owner = installation.owner(language="ar")
    newspaper.build(owner, articles=options.articles, sources=options.sources, now=now)
    for number in range(options.readers):
        reader = _reader(number, now)
        Digest.objects.create(reader=reader, is_on=True, due_at=due, hour=due.hour, minute=due.minute)
    while shelf.refresh(now).waiting:
        pass
    report.heading("Input")
    report.figure("articles", options.articles, "live articles")
    report.figure("readers", options.readers, "readers, each with a profile of their own")
    return due


def _reader(number: int, now: datetime) -> Any:
    import random

    from allauth.account.models import EmailAddress
    from common import newspaper

    from nashra.accounts.models import Reader
    from nashra.news.models import Source, Topic

    reader = Reader.objects.create(email=f"r{number}@example.com", language="ar", welcomed_at=now)
    EmailAddress.objects.create(user=reader, email=reader.email, primary=True, verified=True)
    newspaper._history(random.Random(number), reader, list(Source.objects.all()), list(Topic.objects.all()), now)
    return reader


def _run(report: Report, readers: int, due: datetime) -> None:
    from nashra.base.models import Message
    from nashra.newsletters.delivery import issuing, preparing

    preparing.MANY = 1
    before = _megabytes()
    started = time.process_time()
    prepared = preparing.prepare_due(lambda: due - timedelta(minutes=25))
    chosen = (time.process_time() - started) / readers * 1000
    started = time.process_time()
    issuing.send_due(lambda: due)
    sent = (time.process_time() - started) / readers * 1000
    report.check(prepared == readers, f"chosen for {prepared} of {readers}")
    report.check(Message.objects.count() == readers, f"{Message.objects.count()} letters for {readers}")
    report.heading("For one reader")
    report.figure("choose_ms", chosen, "to choose ahead", "ms")
    report.figure("issue_ms", sent, "to issue what was chosen", "ms")
    report.heading(f"For {READERS:,} readers at one hour, on one core")
    report.figure("choose_minutes", chosen * READERS / 60_000, "before the hour", "min")
    report.figure("issue_minutes", sent * READERS / 60_000, "after it", "min")
    report.figure("memory_grown", _megabytes() - before, "memory that all of them took", "MiB")


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    raise SystemExit(main())
