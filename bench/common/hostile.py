"""Feeds made to hurt, and one reading of one of them in a process of its own.

`python -m common.hostile PARSER CASE` reads it and prints one line of JSON: seconds of processor time, the most
megabytes held on top of what was held before (children included), and what came of it.
"""

import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path

from common import processes

CUT = 20  # seconds of processor time
_HEAD = b'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><link>http://paper.example/</link>'
_END = b"</channel></rss>"
_MEGABYTE = 1024 * 1024


def _feed(inner: bytes) -> bytes:
    return _HEAD + b"<item><title>first</title></item>" + inner + _END


def _item(number: int) -> bytes:
    words = b"word " * 20
    return b"<item><title>n %d</title><link>http://paper.example/%d</link><description>%s</description></item>" % (
        number,
        number,
        words,
    )


def _laughs() -> bytes:
    lines = [b'<!ENTITY l0 "ha">', *(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))]
    return b"<!DOCTYPE rss [" + b"".join(lines) + b"]>" + _feed(b"<item><title>&l11;</title></item>")


def _quadratic() -> bytes:
    entity = b'<!DOCTYPE rss [<!ENTITY a "%s">]>' % (b"a" * 50_000)
    return entity + _feed(b"<item><title>" + b"&a;" * 50_000 + b"</title></item>")


def _outside() -> bytes:
    names = b'<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY n SYSTEM "http://127.0.0.1:9/x">'
    more = b'<!ENTITY % p SYSTEM "http://127.0.0.1:9/p">%p;'
    return b"<!DOCTYPE rss [" + names + more + b"]>" + _feed(b"<item><title>&f;&n;</title></item>" * 1000)


def _json(inner: bytes) -> bytes:
    return b'{"version":"https://jsonfeed.org/version/1.1","items":[' + inner + b"]}"


def _titled(title: bytes) -> bytes:
    return _feed(b"<item><title>" + title + b"</title></item>")


def _described(html: bytes) -> bytes:
    return _feed(b"<item><description><![CDATA[" + html + b"]]></description></item>")


def _many(count: int, piece: bytes, between: bytes = b"") -> bytes:
    """Numbered pieces."""
    return between.join(piece % number for number in range(count))


CASES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "nested": ("100,000 tags in each other", lambda: _feed(b"<item>" + b"<a>" * 100_000 + b"</a>" * 100_000)),
    "unclosed": ("100,000 tags never closed", lambda: _feed(b"<item>" + b"<b>" * 100_000)),
    "brackets": ("1 MB of <", lambda: _titled(b"<" * _MEGABYTE)),
    "bare-brackets": ("1 MB of < and nothing else", lambda: b"<" * _MEGABYTE),
    "items": ("50,000 entries", lambda: _HEAD + b"".join(map(_item, range(50_000))) + _END),
    "cdata": ("5 MB of CDATA", lambda: _described(b"<p>word " * 655_360)),
    "cdata-runs": ("100,000 openings of CDATA", lambda: _titled(b"<![CDATA[" * 100_000)),
    "laughs": ("an entity bomb, exponential", _laughs),
    "quadratic": ("an entity bomb, quadratic", _quadratic),
    "outside": ("entities of files and hosts", _outside),
    "ampersands": ("1 MB of &", lambda: _titled(b"&" * _MEGABYTE)),
    "attributes": ("100,000 attributes", lambda: _feed(b"<item" + _many(100_000, b' a%d="x"') + b"/>")),
    "links": ("100,000 relative links", lambda: _described(b"<a href=x>" * 100_000)),
    "quotes": ("a tag of 1 MB that never ends", lambda: _described(b'<img src="' + b"a" * _MEGABYTE)),
    "pictures": ("100,000 pictures", lambda: _described(b'<img width=1 src="x">' * 100_000)),
    "spaces": ("1 MB of spaces in a title", lambda: _titled(b"a" + b" " * _MEGABYTE + b"b")),
    "doctype": ("1 MB of doctype", lambda: b"<!DOCTYPE rss [" + b'<!ENTITY a "b">' * 70_000 + b"]>" + _feed(b"")),
    "tags": ("100,000 categories", lambda: _feed(b"<item>" + _many(100_000, b"<category>%d</category>") + b"</item>")),
    "json-deep": ("JSON nested 500,000 deep", lambda: _json(b"[" * 500_000)),
    "json-items": ("50,000 entries of JSON", lambda: _json(_many(50_000, b'{"id":"%d","title":"t"}', b","))),
    "wide": ("5 MB of UTF-16", lambda: _titled(b"word " * 500_000).decode().encode("utf-16")),
}  # fmt: skip


def ours(body: bytes) -> str:
    """How many entries, or the code of the error."""
    from multidict import CIMultiDict, CIMultiDictProxy

    from nashra.base.net import Response
    from nashra.core.feeds import FeedError
    from nashra.news.fetching import parsing, sandbox

    headers = CIMultiDictProxy(CIMultiDict({"Content-Type": "application/xml"}))
    answer = Response("http://paper.example/f", "http://paper.example/f", 200, headers, body)
    try:
        return f"{len(parsing.read(answer)[0].entries):,} entries"
    except (FeedError, sandbox.SandboxError) as error:
        return error.code


def feedparser(body: bytes) -> str:
    """How many entries, or the name of the error."""
    import feedparser as other

    try:
        return f"{len(other.parse(body).entries):,} entries"
    except Exception as error:
        return type(error).__name__


def warm() -> None:
    """Imports, and the child that waits for what is large: they are there before any feed comes."""
    import django

    django.setup()
    from nashra.news.fetching import sandbox

    small = _feed(b"")
    ours(small)
    feedparser(small)
    for job in ("parse", "second"):
        sandbox.run(job, small, None, None, seconds=10)


def main(parser: str, case: str) -> None:
    """Reads the case once and prints what it took."""
    body = CASES[case][1]()
    warm()
    _limit(CUT)
    pids = processes.pids(os.getpid())
    before = [_now(pid) for pid in pids]
    cpu = processes.cpu_seconds(os.getpid())
    what = {"ours": ours, "feedparser": feedparser}[parser](body)
    cpu = processes.cpu_seconds(os.getpid()) - cpu
    peak = sum(max(0, processes.peak(pid) - held) for pid, held in zip(pids, before, strict=True))
    print(json.dumps({"cpu_s": cpu, "peak_mb": peak / _MEGABYTE, "what": what}), flush=True)


def _limit(seconds: int) -> None:
    """So many seconds of processor time from here on; then the process is ended."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))


def _now(pid: int) -> int:
    """Bytes that a process holds now; its peak counts anew from here (proc(5), clear_refs)."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return processes.peak(pid)


if __name__ == "__main__":
    main(*sys.argv[1:])
