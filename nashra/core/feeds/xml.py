"""Text to an lxml tree: strictly first, and only when that fails with repairs, each stronger than the one before."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from nashra.core.feeds import repair
from nashra.core.feeds.doctype import without_doctype
from nashra.core.feeds.model import MAX_ENTRIES, FeedError

Element = etree._Element
_LARGE = 250_000  # characters; in less, entries beyond the limit are counted once they are parsed
ROOTS = ("rss", "feed", "rdf", "channel", "urlset", "sitemapindex")
_NAME = r"(?:[A-Za-z_][\w.\-]*:)?"
_START = re.compile(rf"(?>\s+|\ufeff|<\?.*?\?>|<!--.*?-->)*+<({_NAME}([A-Za-z_][\w.\-]*))[\s/>]", re.DOTALL)
_FEED_ROOT = re.compile(rf"<({_NAME}(rss|feed|rdf|urlset|sitemapindex))(?=[\s>])[^<>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed document: its root, whether something was lost, whether entries beyond the limit were left out."""

    root: Element
    damaged: bool
    more: bool


def load(text: str, *, damaged: bool = False) -> Document:
    """The document in `text`. Raises FeedError "not-a-feed", "too-deep" or "entity-bomb"."""
    text = without_doctype(_from_first_tag(text))
    name, text = _root(text)
    text, more = repair.first_entries(text, name, MAX_ENTRIES) if len(text) > _LARGE else (text, False)
    text, cut = repair.whole_entries(text, name)
    root, guessed = _tree(repair.shortened(text))
    return Document(root, damaged or cut or guessed, more)


def root_name(text: str) -> str | None:
    """The local name of the first element, in lower case; None when the text does not begin like XML."""
    try:
        found = _START.match(without_doctype(_from_first_tag(text[:100_000])))
    except FeedError:
        return None
    return found[2].lower() if found else None


def _from_first_tag(text: str) -> str:
    """The text without what stands before the first "<": blank lines, byte-order marks, a server's chatter."""
    start = text.find("<")
    return text[start:] if start > 0 else text


def _root(text: str) -> tuple[str, str]:
    """The root's name as written and the text from there on; looks past markup that a broken server put before it."""
    found = _START.match(text)
    if found and found[2].lower() in ROOTS:
        return found[1], text[found.start(1) - 1 :]
    later = _FEED_ROOT.search(text)
    if not later:
        seen = f"its first element is <{found[1]}>" if found else "it is neither XML nor JSON"
        raise FeedError("not-a-feed", f"This is not a feed: {seen}.")
    return later[1], text[later.start() :]


def _tree(text: str) -> tuple[Element, bool]:
    data = _bytes(text)
    suspicious = b"#" in data and repair.C1_REFERENCE.search(text)
    if not suspicious and (root := _parsed(data)) is not None:
        return root, False
    text = repair.characters(text)
    if (root := _parsed(_bytes(text))) is not None:
        return root, False
    text = repair.fields(text)
    if (root := _parsed(_bytes(text))) is not None:
        return root, False
    root = _parsed(_bytes(repair.surrogates(text)), recover=True)
    if root is None:
        raise FeedError("not-a-feed", "The file begins like a feed, but nothing in it can be read.")
    return root, True


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _parsed(data: bytes, *, recover: bool = False) -> Element | None:
    """Entities, DTDs and the network are off; lxml's own limits on depth and size stay on."""
    parser = etree.XMLParser(
        encoding="utf-8", recover=recover, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True, strip_cdata=True,
    )  # fmt: skip
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        # A prefix that nobody declared is no reason to rewrite anything: the names are understood all the same.
        harmless = not recover and all(error.domain == etree.ErrorDomains.NAMESPACE for error in parser.error_log)
        return _parsed(data, recover=True) if harmless and parser.error_log else None
    except ValueError:
        return None
