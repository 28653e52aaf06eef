"""Reading OPML with expat, element by element: no limit on depth but ours, exact line numbers, no external entities.

The document type goes before expat sees the text, so nothing can grow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from xml.parsers import expat

from nashra.core.feeds import repair
from nashra.core.feeds.address import AddressError, normalise
from nashra.core.feeds.doctype import without_doctype
from nashra.core.feeds.encoding import decode
from nashra.core.feeds.links import absolute
from nashra.core.feeds.model import FeedError
from nashra.core.feeds.opml.model import MAX_FOLDERS, MAX_PLACES, MAX_RULES, NAMESPACE, Opml, Outline, Problem
from nashra.core.feeds.text import plain

_DECLARATION = re.compile(r"\A\s*<\?xml\b.*?\?>", re.DOTALL)
_OTHER_SCHEME = re.compile(r"\s*[a-z][a-z0-9+.\-]*:(?!\d)", re.IGNORECASE)
_COMMAS = re.compile("[,،]")
_LONGEST_RULE = 2_000  # letters
_SCHEMES = ("http:", "https:", "feed:", "itpc:", "pcast:", "rss:")


def read(body: bytes) -> Opml:
    """The subscriptions in an OPML file. Raises FeedError: "empty", "not-opml", "entity-bomb".

    A file that breaks off is read up to there; the problem "damaged" names the line.
    """
    text, _ = decode(body)
    if not text.strip("\ufeff \t\r\n\0"):
        raise FeedError("empty", "The file is empty.")
    text = _prepared(without_doctype(text.lstrip("\ufeff\0")))
    reader = _Reader()
    reader.feed(text)
    if reader.broken:
        reader = _Reader()
        reader.feed(repair.characters(text))
    if not reader.is_opml:
        raise FeedError("not-opml", "This is not an OPML file: it has no <opml> element.")
    return reader.result()


def _prepared(text: str) -> str:
    """The text without its declaration, from the first tag on, with every line where it was."""
    found = _DECLARATION.match(text)
    start = found.end() if found else max(text.find("<"), 0)
    return "\n" * text[:start].count("\n") + text[start:]


@dataclass(slots=True)
class _Reader:
    """Collects outlines while expat walks; folders are a stack, so depth costs nothing."""

    is_opml: bool = False
    broken: int = 0
    own: str = ""  # the prefix of our namespace, with its colon; empty where the file has none
    title: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    stack: list[str | None] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    outlines: list[Outline] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)  # address -> place in `outlines`
    inside: str = ""  # of which element the text is collected
    leaf: tuple[int, str] | None = None

    def feed(self, text: str) -> None:
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = lambda name, attributes: self._start(name, attributes, parser.CurrentLineNumber)
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(text.encode("utf-8", "replace"), True)
        except expat.ExpatError as error:
            self.broken = error.lineno

    def result(self) -> Opml:
        problems = [*self.problems, *([Problem(self.broken, "", "damaged")] if self.broken else [])]
        rules = [rule for rule in map(str.strip, self.rules) if rule]
        return Opml(plain("".join(self.title)), self.outlines, problems, rules)

    def _start(self, name: str, attributes: dict[str, str], line: int) -> None:
        local = name.lower()
        if local == "outline":
            self._outline(_Attributes(attributes), line)
        elif local == "opml":
            self.is_opml = True
            self.own = next((f"{key[6:]}:" for key, value in attributes.items() if _is_ours(key, value)), "")
        elif local == "title" and not self.outlines:
            self.inside = "title"
        elif self.own and name == f"{self.own}rule" and len(self.rules) < MAX_RULES:
            self.inside = "rule"
            self.rules.append("")

    def _end(self, name: str) -> None:
        self.inside = ""
        if name.lower() != "outline" or not self.stack:
            return
        if self.leaf:
            self.problems.append(Problem(self.leaf[0], self.leaf[1], "no-address"))
            self.leaf = None
        if self.stack.pop() is not None:
            self.path.pop()

    def _text(self, data: str) -> None:
        if self.inside == "title" and len(self.title) < 100:
            self.title.append(data)
        elif self.inside == "rule" and len(self.rules[-1]) < _LONGEST_RULE:
            self.rules[-1] += data

    def _outline(self, attributes: _Attributes, line: int) -> None:
        self.leaf = None
        name = plain(attributes.get("title") or attributes.get("text"), limit=300)
        address = attributes.get("xmlUrl", "feedUrl") if attributes.has("xmlUrl", "feedUrl") else attributes.get("url")
        if address is not None:
            self._subscription(name, address, attributes, line)
            self.stack.append(None)
            return
        self.leaf = (line, name or "")
        self.stack.append(name or "")
        self.path.append(name or "")

    def _subscription(self, name: str | None, address: str, attributes: _Attributes, line: int) -> None:
        url, reason = _judged(address)
        if reason or not url:
            self.problems.append(Problem(line, address.strip()[:500], reason or "bad-address"))
            return
        folders = tuple(folder for folder in self.path[:MAX_FOLDERS] if folder)
        kind = (attributes.get("type") or "rss").lower()[:20]
        made = Outline(
            name or url, url, absolute(attributes.get("htmlUrl")), folders, line, kind, (), _categories(attributes)
        )
        if self.own:
            made = _with_own(made, attributes, self.own)
        if url in self.seen:
            self._again(made, address)
            return
        self.seen[url] = len(self.outlines)
        self.outlines.append(made)

    def _again(self, found: Outline, address: str) -> None:
        """The same feed once more: in another folder it gets both, else the line is left out."""
        place = self.seen[found.xml_url]
        known = self.outlines[place]
        joined = _joined(known, found)
        if joined == known and found.folders in (known.folders, *known.more):
            self.problems.append(Problem(found.line, address.strip()[:500], "duplicate"))
        self.outlines[place] = joined


def _joined(known: Outline, found: Outline) -> Outline:
    more, folders = known.more, known.folders or found.folders
    if found.folders and found.folders not in (folders, *more):
        more = (*more, found.folders)[:MAX_PLACES]
    return replace(known, folders=folders, more=more, tags=_once((*known.tags, *found.tags)))


def _is_ours(key: str, value: str) -> bool:
    return key.startswith("xmlns:") and value.strip() == NAMESPACE


def _categories(attributes: _Attributes) -> tuple[str, ...]:
    """The names in `category`: separated by commas, nested by slashes (OPML 2.0)."""
    value = attributes.get("category")
    if not value:
        return ()
    return _once(part for tag in _COMMAS.split(value) for part in tag.split("/"))


def _once(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, tidied, in order."""
    found = dict.fromkeys(name for part in names if (name := plain(part, limit=60)))
    return tuple(found)[:MAX_PLACES]


def _with_own(made: Outline, attributes: _Attributes, own: str) -> Outline:
    """The same with what only this program writes."""
    tags = attributes.get(f"{own}tags")
    reads = attributes.get(f"{own}reads")
    return replace(
        made,
        tags=_once(_COMMAS.split(tags)) if tags else made.tags,
        feed_title=plain(attributes.get(f"{own}title"), limit=300) or "",
        private=attributes.get(f"{own}private") == "true",
        reads=reads if reads in ("sitemap", "page") else "feed",
        selectors=(attributes.get(f"{own}selectors") or "")[:5_000],
    )


class _Attributes:
    """An outline's attributes: as the standard spells them first, else in any case."""

    def __init__(self, values: dict[str, str]) -> None:
        self._values = values
        self._lower = {key.lower(): value for key, value in reversed(values.items())}

    def has(self, *names: str) -> bool:
        return any(name.lower() in self._lower for name in names)

    def get(self, *names: str) -> str | None:
        for name in names:
            value = self._values.get(name)
            if value is None:
                value = self._lower.get(name.lower())
            if value is not None:
                return value
        return None


def _judged(address: str) -> tuple[str | None, str | None]:
    """(address to fetch, None) or (None, reason code)."""
    text = address.strip()
    if not text:
        return None, "empty-address"
    scheme = _OTHER_SCHEME.match("".join(text.split()))
    if scheme and not scheme[0].lower().strip().startswith(_SCHEMES):
        return None, "script-address" if "script" in scheme[0].lower() else "bad-scheme"
    try:
        return normalise(text), None
    except AddressError:
        return None, "bad-address"
