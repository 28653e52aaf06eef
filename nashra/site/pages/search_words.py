"""What the search page calls things: filters as chips, ways to ask for less, examples; and where each leads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, pgettext

from nashra.base import locale
from nashra.core.text.asking import And, Filter, Node, Not, Or, Query, first_day, leaves, written
from nashra.core.text.asking.loosening import Looser

Address = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Link:
    """A name that leads somewhere: `count` is ready to be shown, `current` says that it is here."""

    label: str
    url: str
    count: str = ""
    current: bool = False


def chips(address: Address, query: Query, now: datetime) -> list[Link]:
    """The filters that all hits must answer, each leading to the search without it."""
    node = query.node
    parts = node.parts if isinstance(node, And) else () if node is None else (node,)
    found = []
    for part in parts:
        if label := _part_label(part, now):
            rest = And(tuple(one for one in parts if one is not part))
            found.append(Link(label, address(q=written(rest))))
    return found


def _part_label(part: Node, now: datetime) -> str:
    """What a part of a search that is made of filters alone asks for; empty for other parts."""
    if isinstance(part, Filter):
        return filter_label(part, now)
    if isinstance(part, Not):
        label = _part_label(part.part, now)
        return gettext("not: %(filter)s") % {"filter": label} if label else ""
    if isinstance(part, Or) and all(isinstance(one, Filter) for one in part.parts):
        return " / ".join(filter_label(one, now) for one in part.parts if isinstance(one, Filter))
    return ""


def filter_label(wanted: Filter, now: datetime) -> str:
    """A filter in words: "since 1 November 2026"."""
    if wanted.name in ("since", "before"):
        day = locale.date(first_day(wanted.value, locale.local(now).date()))
        text = gettext("since %(date)s") if wanted.name == "since" else gettext("before %(date)s")
        return text % {"date": day}
    if wanted.name == "lang":
        return gettext("language: %(name)s") % {"name": locale.language_name(wanted.value)}
    if wanted.name == "source":
        return gettext("source: %(name)s") % {"name": wanted.value}
    if wanted.name == "tag":
        return gettext("topic: %(name)s") % {"name": wanted.value}
    return {
        "saved": gettext("only saved"),
        "unread": gettext("only unread"),
        "read": gettext("only read"),
        "highlight": gettext("only highlighted"),
    }[wanted.value]


def narrower(address: Address, query: Query, *, saved: bool) -> list[Link]:
    """Filters that are often wanted and not there yet; `saved`: all that is searched is saved anyway."""
    there = {leaf.name for leaf in leaves(query.node) if isinstance(leaf, Filter)}
    offers = [
        ("is", "is:unread", gettext("only unread")),
        ("is", "is:saved", gettext("only saved")),
        ("since", "since:7d", gettext("the past seven days")),
    ]
    text = written(query)
    return [
        Link(label, address(q=f"{text} {wanted}"))
        for name, wanted, label in offers
        if text and name not in there and not (saved and wanted == "is:saved")
    ]


def orders(address: Address, current: str) -> list[Link]:
    """The two orders of hits."""
    return [
        Link(pgettext("order of hits", "Newest first"), address(order=""), current=current == "newest"),
        Link(pgettext("order of hits", "Best match first"), address(order="best"), current=current == "best"),
    ]


def tabs(news: tuple[str, str, bool], library: tuple[str, str, bool]) -> list[Link]:
    """The two places that are searched; each has its address, number of hits, and whether one is there."""
    return [
        Link(gettext("In the news"), news[0], news[1], news[2]),
        Link(gettext("In your library"), library[0], library[1], library[2]),
    ]


def looser(address: Address, one: Looser, count: str, now: datetime) -> Link:
    """A way to ask for less."""
    label = {
        "unquoted": gettext("Without quotation marks"),
        "beginnings": gettext("Longer words that begin so, too"),
        "not_excluded": gettext("With the words that were left out"),
        "anywhere": gettext("In the text, too"),
        "any": gettext("Any of the words"),
        "without": gettext("Without “%(filter)s”"),
    }[one.way]
    if one.left_out:
        label %= {"filter": filter_label(one.left_out, now)}
    return Link(label, address(q=written(one.query)), count)


def nothing_highlighted() -> str:
    """Said where highlights are asked for and there are none."""
    return gettext("Nothing is highlighted yet.")


def examples() -> Sequence[tuple[str, str]]:
    """Searches and what they find: to be tried, and translated whole, names of fields included."""
    return (
        (pgettext("example of a search", "water harbour"), gettext("both words, in any of their forms")),
        (pgettext("example of a search", "“desalination plant”"), gettext("just these words, one after another")),
        (pgettext("example of a search", "water -football"), gettext("without a word")),
        (pgettext("example of a search", "harbour OR port"), gettext("one of the two is enough; | says the same")),
        (pgettext("example of a search", "(harbour OR port) water"), gettext("brackets hold together")),
        (pgettext("example of a search", "desal*"), gettext("every word that begins so")),
        (pgettext("example of a search", "title:water"), gettext("in the title")),
        (pgettext("example of a search", "author:haddad"), gettext("by an author")),
        (pgettext("example of a search", 'source:"Harbour Post"'), gettext("from a source, by its name or address")),
        (pgettext("example of a search", "tag:science lang:en"), gettext("of a topic, in a language")),
        (pgettext("example of a search", "is:unread"), gettext("not read yet; also is:read and is:saved")),
        (pgettext("example of a search", "since:7d"), gettext("of the past seven days; also 2w, 3m, yesterday")),
        (pgettext("example of a search", "since:2026-10 before:2026-11-15"), gettext("between two dates")),
    )
