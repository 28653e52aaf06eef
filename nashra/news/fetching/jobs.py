"""What runs in a sandboxed child (`python -m nashra.news.fetching.jobs MEGABYTES PARENT`), and the child's own loop.

No Django and no network here: bytes come in over a pipe, dataclasses of `nashra.core` go out.
"""

import os
import pickle
import struct
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from nashra.base.lifeline import die_with_parent
from nashra.core.feeds import Feed, FeedError, parse

_LENGTH = struct.Struct("!I")


def parse_feed(body: bytes, content_type: str | None, url: str | None) -> Feed:
    """The feed, by our own parser. FeedError when it is none."""
    return parse(body, content_type=content_type, url=url)


def second_opinion(body: bytes, content_type: str | None, url: str | None) -> Feed:
    """The feed, by feedparser. FeedError when it finds none either."""
    from nashra.core.feeds.second import parse_with_feedparser

    return parse_with_feedparser(body, content_type=content_type, url=url)


def watch_page(body: bytes, content_type: str | None, url: str, selectors: dict[str, str]) -> Feed:
    """What a page gives under these selectors, or by its microformats when there are none. FeedError "no-items", or
    "selectors" when they cannot be used.
    """
    from nashra.core.feeds import hfeed, watching

    if not selectors:
        return hfeed.parse_page(body, content_type=content_type, url=url)
    try:
        chosen = watching.Selectors(**selectors)
        return watching.watch(body, url=url, selectors=chosen, content_type=content_type)
    except watching.SelectorError as error:
        raise FeedError("selectors", str(error)) from None


def preview_page(body: bytes, content_type: str | None, url: str, selectors: dict[str, str]) -> Any:
    """The same with how many elements were looked at: a `watching.Reading`. FeedError "selectors" with the
    field and the code of what is wrong in `feeds`.
    """
    from nashra.core.feeds import watching

    try:
        return watching.preview(body, url=url, selectors=watching.Selectors(**selectors), content_type=content_type)
    except watching.SelectorError as error:
        raise FeedError("selectors", str(error), [error.field, error.code]) from None


def suggest_lists(body: bytes, content_type: str | None, url: str) -> Any:
    """The lists of a page that could be watched, as `watching.Suggestion`."""
    from nashra.core.feeds.watching import suggest

    return suggest(body, url=url, content_type=content_type)


def extract_page(html: bytes, url: str) -> Any:
    """The article in a page."""
    from nashra.core.extract import extract

    return extract(html, url=url)


JOBS: dict[str, Callable[..., Any]] = {
    "parse": parse_feed,
    "second": second_opinion,
    "watch": watch_page,
    "preview": preview_page,
    "suggest": suggest_lists,
    "extract": extract_page,
}


def main() -> None:
    """Serves jobs until the parent closes the pipe."""
    die_with_parent(int(sys.argv[2]))
    _limit_memory(int(sys.argv[1]) * 1024 * 1024)
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not get among the answers
    while head := requests.read(_LENGTH.size):
        job, arguments, seconds = pickle.loads(requests.read(_LENGTH.unpack(head)[0]))  # noqa: S301  (our own parent)
        _limit_time(seconds)
        _reply(answers, _do(job, arguments))


def _do(job: str, arguments: tuple[Any, ...]) -> tuple[str, Any]:
    try:
        return "ok", JOBS[job](*arguments)
    except FeedError as error:
        return "feed-error", (error.code, str(error), error.feeds)
    except Exception as error:
        return "error", f"{type(error).__name__}: {error}"[:500]


def _reply(answers: BinaryIO, answer: tuple[str, Any]) -> None:
    data = pickle.dumps(answer)
    answers.write(_LENGTH.pack(len(data)) + data)
    answers.flush()


def _limit_memory(more: int) -> None:
    """So many bytes on top of what the process holds now."""
    try:
        import resource

        with open("/proc/self/statm", encoding="ascii") as file:
            now = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + more, now + more))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        pass  # elsewhere than on Linux the limit on time alone holds


def _limit_time(seconds: float) -> None:
    """So many seconds of processor time for the next job; the limit counts from the child's start."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime + seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    main()
