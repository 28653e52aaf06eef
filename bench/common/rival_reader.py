"""lemon24/reader on the bench's feeds, run by the rivals' own interpreter: `rival_reader.py DATABASE URLS WORKERS`.

Prints one line of JSON for each pass over the feeds, and one for making everything searchable; start-up and the adding
of feeds are not counted.
"""

import json
import resource
import sys
import time
from importlib.metadata import version
from pathlib import Path

from reader import make_reader  # type: ignore[import-not-found, unused-ignore]


def main(database: str, urls: str, workers: int) -> None:
    """A first pass and three more; each line has a pass's seconds of processor and of wall time, and what is stored.
    The search comes last, so that the passes are without what it adds to them.
    """
    reader = make_reader(database)
    for url in Path(urls).read_text().split():
        reader.add_feed(url)
    for name in ("first", "unchanged", "unchanged", "unchanged"):
        cpu, wall = _cpu(), time.monotonic()
        reader.update_feeds(scheduled=False, workers=workers)
        found = {
            "pass": name,
            "cpu_s": _cpu() - cpu,
            "wall_s": time.monotonic() - wall,
            "entries": reader.get_entry_counts().total,
            "failed": reader.get_feed_counts(broken=True).total,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "version": version("reader"),
        }
        print(json.dumps(found), flush=True)
    cpu = _cpu()
    reader.enable_search()
    reader.update_search()
    print(json.dumps({"pass": "search", "cpu_s": _cpu() - cpu}), flush=True)


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
