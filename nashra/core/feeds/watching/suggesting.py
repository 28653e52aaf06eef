"""Which lists of a page could be watched: links that stand in the same kind of place again and again.

Links are grouped by the tags and classes of what they stand in. A group's items are the largest elements around its
links that hold one headline each; a selector for them is put together from their classes, or from what holds them, and
tried on the page. The lists are weighed by what they give.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from nashra.core.feeds import page
from nashra.core.feeds.links import absolute
from nashra.core.feeds.model import Entry
from nashra.core.feeds.watching.items import MAX_ITEMS, Page, load, read
from nashra.core.feeds.watching.naming import by_address, primary, selectors_for, telling
from nashra.core.feeds.watching.selectors import LONGEST, SelectorError, Selectors

MOST = 5
SHOWN = 5
_LINKS = 5_000  # of a page that are looked at
_GROUPS = 15  # that are looked at closely
_FEWEST = 3  # items of a list
_JOINED = 4  # lists that are offered as one
_DEPTH = 14  # elements around a link that its place is told by
_HEADLINE = 15  # letters from which a link's text may be a headline
_ASIDE = ("nav", "footer", "aside", "header")
_ASIDE_NAME = re.compile(
    r"(?:^|[\s_-])(?:nav\w*|menu\w*|foot\w*|sidebar|breadcrumbs?|tags?|share|social|related|comments?|pagination|pager|"
    r"most-?(?:read|viewed|popular)|ticker|cookie\w*|topbar|languages?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MAIN = ("main", "section", "article")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A list of a page: the selectors for it, how many items they give, and the first five of them."""

    selectors: Selectors
    count: int
    items: tuple[Entry, ...]


@dataclass(slots=True)
class _Link:
    element: HtmlElement
    url: str
    letters: int
    around: list[HtmlElement]  # the link itself, then what it stands in, outwards


@dataclass(frozen=True, slots=True)
class _Rated:
    """A list with its grade, whether it stands in the main part of the page, and what it gives."""

    grade: float
    is_main: bool
    entries: list[Entry]
    selectors: Selectors

    @property
    def links(self) -> set[str | None]:
        """Where its items lead."""
        return {entry.link for entry in self.entries}

    def as_suggestion(self) -> Suggestion:
        """What leaves this module."""
        return Suggestion(self.selectors, len(self.entries), tuple(self.entries[:SHOWN]))


def suggest(html: bytes | str, *, url: str, content_type: str | None = None) -> list[Suggestion]:
    """At most five lists of a page that could be watched, the best first; then the best of its main part together."""
    loaded = load(html, url=url, content_type=content_type)
    if loaded is None:
        return []
    links = list(_links(loaded))
    headlines = _headlines(links)
    rated: dict[str, _Rated] = {}
    for group in _groups(links):
        items = _items(group, headlines)
        found = _best(loaded, group, items, headlines)
        if found is not None and found[0].item not in rated:
            zone = _zone([items[0], *items[0].iterancestors()])
            rated[found[0].item] = _Rated(_grade(found[1]) * zone, zone >= 1, found[1], found[0])
    best = _distinct(sorted(rated.values(), key=lambda one: -one.grade))
    return [one.as_suggestion() for one in [*best, *_together(loaded, best)][:MOST]]


def _links(loaded: Page) -> Iterator[_Link]:
    """Links to other pages of the same site."""
    here, host = loaded.url.partition("#")[0], _site(loaded.url)
    for number, element in enumerate(loaded.root.iter("a")):
        link = absolute(element.get("href"), loaded.base)
        if number >= _LINKS or not link or not _same_site(_site(link), host):
            continue
        url = link.partition("#")[0]
        if url != here and urlsplit(url).path.strip("/") + urlsplit(url).query:
            around = [element]
            for outer in element.iterancestors():
                if outer.tag in ("body", "html") or len(around) > _DEPTH:
                    break
                around.append(outer)
            yield _Link(element, url, len(page.text_of(element)), around)


def _site(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _same_site(one: str, other: str) -> bool:
    return one == other or one.endswith("." + other) or other.endswith("." + one)


def _headlines(links: Sequence[_Link]) -> dict[HtmlElement, set[str]]:
    """For each element the addresses of the links in it that may be headlines."""
    held: dict[HtmlElement, set[str]] = defaultdict(set)
    for link in links:
        if link.letters >= _HEADLINE:
            for element in link.around:
                held[element].add(link.url)
    return held


def _groups(links: Sequence[_Link]) -> list[list[_Link]]:
    """Links that stand in the same kind of place, the most promising groups first."""
    places: dict[tuple[str, ...], dict[str, _Link]] = defaultdict(dict)
    for link in links:
        place = tuple(f"{element.tag}.{primary(element)}" for element in link.around)
        known = places[place].get(link.url)
        if known is None or known.letters < link.letters:
            places[place][link.url] = link
    groups = [list(group.values()) for group in places.values() if len(group) >= _FEWEST]
    return sorted(groups, key=lambda group: -_promise(group))[:_GROUPS]


def _promise(group: Sequence[_Link]) -> float:
    letters = sum(min(link.letters, 120) for link in group) / len(group)
    return min(len(group), 30) * (letters + 5) * _zone(group[0].around)


def _zone(around: Sequence[HtmlElement]) -> float:
    """How likely news stands in this part of a page."""
    names = [f"{element.get('class') or ''} {element.get('id') or ''}" for element in around]
    if any(element.tag in _ASIDE and not _in_article(element) for element in around):
        return 0.15
    if any(_ASIDE_NAME.search(name) for name in names):
        return 0.3
    return 1.3 if any(element.tag in _MAIN for element in around) else 1.0


def _in_article(element: HtmlElement) -> bool:
    """Whether a <header> or <footer> is that of one item and not of the page."""
    return element.tag in ("header", "footer") and any(
        outer.tag in ("article", "li") for outer in element.iterancestors()
    )


def _items(group: Sequence[_Link], headlines: dict[HtmlElement, set[str]]) -> list[HtmlElement]:
    """The largest elements around the links that belong to one link each."""
    items = [link.element for link in group]
    for level in range(1, min(len(link.around) for link in group)):
        outer = [link.around[level] for link in group]
        crowded = sum(len(headlines.get(element, ())) > 1 for element in outer)
        if len(set(outer)) < 0.9 * len(group) or crowded > 0.2 * len(group):
            break
        items = outer
    return _better_named(list(dict.fromkeys(items)))


def _better_named(items: list[HtmlElement]) -> list[HtmlElement]:
    """The items, or what fills each of them, if that has a more telling class than a column of a layout has."""
    inner = items
    for _ in range(3):
        if not all(len(item) == 1 and not (item.text or "").strip() for item in inner):
            break
        inner = [item[0] for item in inner]
        if telling(inner[0]) < telling(items[0]):
            return inner
    return items


def _best(
    loaded: Page, group: Sequence[_Link], items: Sequence[HtmlElement], headlines: dict[HtmlElement, set[str]]
) -> tuple[Selectors, list[Entry]] | None:
    """The first selector that gives these items and few others, with what it gives; None when there is none."""
    wanted, addresses = set(items), {link.url for link in group}
    for text, matched in selectors_for(loaded.root, items):
        others = [one for one in matched if one not in wanted and not headlines.get(one, set()) <= addresses]
        if len(wanted & set(matched)) >= 0.9 * len(wanted) and len(wanted) >= 0.85 * (len(wanted) + len(others)):
            return _read(loaded, Selectors(item=text), group, addresses)
    text = by_address([link.element for link in group])
    return _read(loaded, Selectors(item=text), group, addresses) if text else None


def _read(
    loaded: Page, selectors: Selectors, group: Sequence[_Link], addresses: set[str]
) -> tuple[Selectors, list[Entry]] | None:
    """What the selectors give; where that is not the group's links, the links are named, too."""
    for link in ("", *_link_selectors(group)):
        chosen = replace(selectors, link=link, title=link)
        try:
            entries = read(loaded, chosen).entries
        except SelectorError:
            continue
        given = {(entry.link or "").partition("#")[0] for entry in entries}
        if len(given & addresses) >= 0.7 * min(len(addresses), MAX_ITEMS):
            return chosen, entries
    return None


def _link_selectors(group: Sequence[_Link]) -> Iterator[str]:
    """Ways to name a link inside its item: its own class, or the element around it."""
    tags = Counter(
        (primary(link.element), link.around[1].tag, primary(link.around[1])) for link in group if link.around[1:]
    )
    for (own, outer, outer_class), _ in tags.most_common(1):
        if own:
            yield f"a.{own}"
        yield f"{outer}.{outer_class} > a" if outer_class else f"{outer} > a"


def _grade(entries: Sequence[Entry]) -> float:
    """How much a list looks like news: headlines of a sentence's length, different ones, with dates and summaries."""
    titles = [entry.title or "" for entry in entries]
    if len(entries) < _FEWEST or len(set(titles)) < 0.6 * len(titles):
        return 0.0
    letters = sum(min(len(title), 120) for title in titles) / len(titles)
    dated = sum(entry.published is not None for entry in entries) / len(entries)
    told = sum(bool(entry.summary) for entry in entries) / len(entries)
    length = min(max((letters - 8) / 40, 0.02), 1.0)
    return length * math.sqrt(min(len(entries), 25)) * (1 + 0.8 * dated) * (1 + 0.2 * told)


def _distinct(rated: Sequence[_Rated]) -> list[_Rated]:
    """The best ones that do not give mostly what a better one gives."""
    found: list[_Rated] = []
    for one in rated:
        known = any(len(one.links & other.links) > 0.6 * len(one.links) for other in found)
        if not known and one.grade >= max(0.1 * rated[0].grade, 0.05):
            found.append(one)
    return found[:MOST]


def _together(loaded: Page, best: Sequence[_Rated]) -> list[_Rated]:
    """The lists of a front page's main part as one: leads, cards and plain headlines are marked up differently."""
    plain = [one for one in best if one.is_main and not one.selectors.link][:_JOINED]
    item = ", ".join(one.selectors.item for one in plain)
    if len(plain) < 2 or len(item) > LONGEST:
        return []
    selectors = Selectors(item=item)
    try:
        return [_Rated(0.0, True, read(loaded, selectors).entries, selectors)]
    except SelectorError:
        return []
