"""The news sitemaps of a site: those that its robots.txt names, those at the usual places, those of an index."""

import time
from collections import deque
from collections.abc import Sequence

from nashra.base.net import Response, judge_url, without_credentials
from nashra.core.feeds.discovery import Candidate, robots_of, sitemap_guesses, sitemaps_of_robots
from nashra.core.feeds.sitemap import speaks_of_news
from nashra.news.errors import SourceError
from nashra.news.watching.asking import ask
from nashra.news.watching.seeing import see

REQUESTS = 5  # besides the one for robots.txt
MOST = 3
_XML = "application/xml, text/xml;q=0.9, */*;q=0.1"


def of_site(page: Response, deadline: float) -> list[Candidate]:
    """Up to three news sitemaps of the site that gave this page, looked for until `deadline` (monotonic seconds)."""
    url = without_credentials(page.final_url)
    named = _of_robots(url, deadline)
    news = [link for link in named if speaks_of_news(link)]
    others = [link for link in named if not speaks_of_news(link)][:1]
    return among([news, *([link] for link in (*sitemap_guesses(url), *others))], deadline)


def among(groups: Sequence[Sequence[str]], deadline: float) -> list[Candidate]:
    """The addresses that give news. The first that does ends the search but for its own group, or for those named
    beside it in one list.
    """
    waiting = deque((link, -place) for place, group in enumerate(groups) for link in group)
    seen, found, group = set[str](), list[Candidate](), None
    for asked in range(1, REQUESTS + 1):
        waiting = deque((link, of) for link, of in waiting if link not in seen and group in (None, of))
        if not waiting or len(found) >= MOST or deadline - time.monotonic() < 1:
            break
        link, of = waiting.popleft()
        seen.add(link)
        candidate, inner = _look(link, deadline)
        waiting.extendleft((one, asked) for one in reversed(inner[:MOST]))
        if candidate is not None:
            found.append(candidate)
            group = of
    return found


def _look(link: str, deadline: float) -> tuple[Candidate | None, list[str]]:
    if judge_url(link) or len(link) > 2000:
        return None, []
    try:
        answer = ask(link, deadline - time.monotonic(), accept=_XML)
    except SourceError:
        return None, []
    seen = see(answer)
    if seen.feed is None or seen.feed.kind != "sitemap":
        return None, seen.sitemaps
    return Candidate(link, seen.feed.title, "sitemap"), []


def _of_robots(url: str, deadline: float) -> list[str]:
    left = deadline - time.monotonic()
    if left < 1:
        return []
    try:
        answer = ask(robots_of(url), left, accept="text/plain, */*;q=0.1")
    except SourceError:
        return []
    return sitemaps_of_robots(answer.body.decode("utf-8", "replace"), url=url)
