"""OPML: lists of subscriptions in and out (http://opml.org/spec2.opml).

Read with expat, element by element: no limit on depth but ours, exact line numbers, no external entities. The document
type goes before expat sees the text, so nothing can grow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from nashra.core.feeds import repair
from nashra.core.feeds.address import AddressError, normalise
from nashra.core.feeds.doctype import without_doctype
from nashra.core.feeds.encoding import decode
from nashra.core.feeds.links import absolute
from nashra.core.feeds.model import FeedError
from nashra.core.feeds.text import plain

MAX_FOLDERS = 8
_DECLARATION = re.compile(r"\A\s*<\?xml\b.*?\?>", re.DOTALL)
_OTHER_SCHEME = re.compile(r"\s*[a-z][a-z0-9+.\-]*:(?!\d)", re.IGNORECASE)
_SCHEMES = ("http:", "https:", "feed:", "itpc:", "pcast:", "rss:")


@dataclass(frozen=True, slots=True)
class Outline:
    """One subscription: its name, feed and site addresses, the folders around it from the outside in, its line."""

    title: str
    xml_url: str
    html_url: str | None = None
    folders: tuple[str, ...] = ()
    line: int = 0
    kind: str = "rss"


@dataclass(frozen=True, slots=True)
class Problem:
    """What was left out: the line, the address as written, and why.

    `reason_code`: "no-address", "empty-address", "script-address", "bad-scheme", "bad-address", "duplicate", "damaged".
    """

    line: int
    address: str
    reason_code: str


@dataclass(frozen=True, slots=True)
class Opml:
    """A list of subscriptions as read: what can be imported, and what was left out and why."""

    title: str | None
    outlines: list[Outline]
    problems: list[Problem]


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
    title: list[str] = field(default_factory=list)
    stack: list[str | None] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    outlines: list[Outline] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    in_title: bool = False
    leaf: tuple[int, str] | None = None
    line: int = 0

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
        return Opml(plain("".join(self.title)), self.outlines, problems)

    def _start(self, name: str, attributes: dict[str, str], line: int) -> None:
        local = name.lower()
        if local == "opml":
            self.is_opml = True
        elif local == "title" and not self.outlines:
            self.in_title = True
        elif local == "outline":
            self._outline(_Attributes(attributes), line)

    def _end(self, name: str) -> None:
        self.in_title = False
        if name.lower() != "outline" or not self.stack:
            return
        if self.leaf:
            self.problems.append(Problem(self.leaf[0], self.leaf[1], "no-address"))
            self.leaf = None
        if self.stack.pop() is not None:
            self.path.pop()

    def _text(self, data: str) -> None:
        if self.in_title and len(self.title) < 100:
            self.title.append(data)

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
        if url and url in self.seen:
            reason = "duplicate"
        if reason or not url:
            self.problems.append(Problem(line, address.strip()[:500], reason or "bad-address"))
            return
        self.seen.add(url)
        folders = tuple(folder for folder in self.path[:MAX_FOLDERS] if folder)
        site = absolute(attributes.get("htmlUrl"))
        kind = (attributes.get("type") or "rss").lower()[:20]
        self.outlines.append(Outline(name or url, url, site, folders, line, kind))


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


def write(outlines: list[Outline], *, title: str, now: datetime) -> bytes:
    """An OPML 2.0 file in UTF-8 with the outlines in their folders; `now` is aware and becomes dateCreated."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"<head><title>{_text(title)}</title><dateCreated>{format_datetime(now)}</dateCreated></head>",
        "<body>",
    ]
    open_folders: tuple[str, ...] = ()
    for outline in sorted(outlines, key=lambda one: one.folders):
        lines += _steps(open_folders, outline.folders)
        lines.append(_written(outline))
        open_folders = outline.folders
    lines += [*_steps(open_folders, ()), "</body>", "</opml>", ""]
    return "\n".join(lines).encode("utf-8")


def _steps(old: tuple[str, ...], new: tuple[str, ...]) -> list[str]:
    """The end and start tags between two places in the tree of folders."""
    common = 0
    while common < min(len(old), len(new)) and old[common] == new[common]:
        common += 1
    opened = [f"<outline text={_quoted(folder)} title={_quoted(folder)}>" for folder in new[common:]]
    return ["</outline>"] * (len(old) - common) + opened


def _written(outline: Outline) -> str:
    site = f" htmlUrl={_quoted(outline.html_url)}" if outline.html_url else ""
    name = _quoted(outline.title)
    return f"<outline type={_quoted(outline.kind)} text={name} title={name} xmlUrl={_quoted(outline.xml_url)}{site}/>"


def _quoted(value: str) -> str:
    return quoteattr(repair.BAD_CHARACTERS.sub("", value))


def _text(value: str) -> str:
    return repair.BAD_CHARACTERS.sub("", value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
