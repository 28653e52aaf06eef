"""Strangers' HTML made safe to place in a page or a mail.

Two stages. ``_Builder`` reads tokens in one linear pass and writes a well-nested document of known elements, bounded
in size and depth, with our own judgement of every attribute and address; ``quickly`` writes the same for simple HTML.
The gate (nh3, an HTML5 parser with an allow-list, or a narrow grammar) then has the last word, so that a mistake in
the first stage cannot become a hole. The result is cleaned until it no longer changes, which makes the function
idempotent.
"""

import html as html_library
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from .elements import (
    BLANK,
    CELLS,
    CONTROLS,
    DROPPED,
    ELEMENTS,
    ENDS_P,
    IMPLIED,
    IN_TABLE,
    KEPT_EMPTY,
    RENAMED,
    TABLE,
    VOID,
    balanced_isolates,
    picture,
    start_tag,
)
from .gate import is_narrow, reparsed
from .plain import paragraphs_of, text_of, to_text
from .quick import quickly
from .tokens import attributes_of, escape_text, tokens, usual_parts

LARGEST = 2_000_000
"""Characters of HTML that are read; the rest is cut at a tag or a word."""
DEEPEST = 512
MOST_REFERENCES = 100_000
"""Ampersands that are kept: nh3 takes time quadratic in their number."""

_LINE_ENDS = re.compile("\r\n?|\x0c")
_ODD = re.compile(f"{CONTROLS.pattern[:-1]}\r\x0c\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Fragment:
    """Clean HTML, and its text as ``to_text`` gives it."""

    html: str
    text: str


def sanitise(html: str, *, base_url: str) -> str:
    """Clean ``html`` (a fragment or a whole page) to the elements of an article; addresses become absolute.

    Idempotent; never raises on bad input. Longer input than LARGEST is cut; elements nested deeper than DEEPEST
    lose their tags and keep their text.
    """
    pieces = _quickly(html, base_url, printable=_is_printable(html))
    return _thoroughly(html, base_url) if pieces is None else "".join(pieces)


def fragment(html: str, *, base_url: str) -> Fragment:
    """What ``sanitise`` makes of ``html``, and the text of that."""
    printable = _is_printable(html)
    pieces = _quickly(html, base_url, printable=printable)
    cleaned = _thoroughly(html, base_url) if pieces is None else "".join(pieces)
    if pieces is None or not printable or html.count("&") != html.count("&amp;"):
        return Fragment(cleaned, to_text(cleaned))
    return Fragment(cleaned, text_of(pieces))


def _is_printable(html: str) -> bool:
    """Whether it has no controls and no spaces but plain ones and line ends."""
    return html.replace("\n", " ").isprintable()


def _quickly(html: str, base_url: str, *, printable: bool) -> list[str] | None:
    """The pieces of clean HTML that needs no more than the short way and the narrow gate."""
    if len(html) > LARGEST or (not printable and _ODD.search(html)):
        return None
    pieces = quickly(html, base_url)
    if pieces is None or not is_narrow(cleaned := "".join(pieces)) or len(cleaned) > LARGEST:
        return None
    return pieces


def _thoroughly(html: str, base_url: str) -> str:
    cleaned, settled = _once(_cut(html, LARGEST), base_url)
    limit = LARGEST
    while len(cleaned) > LARGEST:  # escaping made it longer
        limit = limit * LARGEST // len(cleaned) - 10_000
        cleaned, settled = _once(_cut(html, limit), base_url)
    for _ in range(4):
        if settled:
            return cleaned
        again, settled = _once(cleaned, base_url)
        settled = settled or again == cleaned
        cleaned = again
    return cleaned if settled else _once(paragraphs_of(to_text(cleaned)), base_url)[0]


def _cut(html: str, limit: int) -> str:
    if len(html) <= limit:
        return html
    head = html[:limit]
    if head.rfind("<") > head.rfind(">"):
        return head[: head.rfind("<")]
    return head[: head.rfind(" ") + 1] or head


def _once(html: str, base_url: str) -> tuple[str, bool]:
    """One cleaning, and whether nh3 found nothing to change in what the builder wrote: then it is final."""
    odd = _ODD.search(html) is not None
    plain = CONTROLS.sub("", _LINE_ENDS.sub("\n", html)) if odd else html
    built = _Builder(base_url, isolates=odd).build(plain)
    cleaned = reparsed(built)
    return cleaned, cleaned == built


class _Frame(NamedTuple):
    name: str
    at: int  # index of its start tag in the output
    solid: int  # how much solid content had been written before it
    scope: dict[str, int] | None = None  # the scope outside, for table cells


@dataclass(slots=True)
class _Builder:
    """Writes a well-nested document from tokens. Every step is O(1) amortised: scopes count the open names."""

    base_url: str
    out: list[str] = field(default_factory=list)
    stack: list[_Frame] = field(default_factory=list)
    scope: dict[str, int] = field(default_factory=dict)
    open_tables: dict[str, int] = field(default_factory=dict)  # parts of tables, in any scope
    solid: int = 0
    references: int = 0
    too_deep: int = 0
    in_noscript: bool = False
    isolates: bool = False
    picture_sets: list[str] = field(default_factory=list)
    last_image: tuple[int, str, bool] = (-1, "", False)

    def build(self, html: str) -> str:
        parts = usual_parts(html, dropped=DROPPED)
        if parts is None:
            self._read(html)
        else:
            self._read_parts(parts)
        self._pop_to(0)
        return "".join(self.out)

    def _read(self, html: str) -> None:
        for kind, raw, name, attributes_raw in tokens(html, dropped=DROPPED):
            if kind == "text":
                self._text(raw)
            elif kind == "open":
                self._open(name, attributes_raw)
            else:
                self._close(name)

    def _read_parts(self, parts: list[str]) -> None:
        """The same for the parts of HTML in the usual form."""
        if parts[0]:
            self._text(parts[0])
        for close, name, attributes_raw, text in zip(parts[1::4], parts[2::4], parts[3::4], parts[4::4], strict=True):
            if close:
                self._close(name.lower())
            else:
                self._open(name.lower(), attributes_raw)
            if text:
                self._text(text)

    def _text(self, raw: str) -> None:
        if self.stack and self.stack[-1].name == "pre" and self.stack[-1].at == len(self.out) - 1:
            raw = raw.lstrip("\r\n")  # the parser would take one line end away at every cleaning
        if "&" in raw:
            raw = balanced_isolates(CONTROLS.sub("", html_library.unescape(raw)))
            self.references += raw.count("&")
            if self.references > MOST_REFERENCES:
                raw = raw.replace("&", " ")
        elif self.isolates:
            raw = balanced_isolates(raw)
        self.out.append(escape_text(raw))
        if raw[:1].isalnum() or not BLANK.match(raw):
            self.solid += 1

    def _open(self, name: str, attributes_raw: str) -> None:
        name = RENAMED.get(name, name)
        if name in ELEMENTS:
            self._element(name, attributes_raw)
        elif name == "img" or name == "image":
            self._image(attributes_of(attributes_raw))
        elif name in VOID:
            self._void(name)
        elif name == "source":
            self.picture_sets.append(attributes_of(attributes_raw).get("srcset", ""))
        elif name == "picture":
            self.picture_sets = []
        elif name == "noscript":
            self.in_noscript = True

    def _void(self, name: str) -> None:
        if name == "hr" and self.scope.get("p"):
            self._pop_name("p")
        self.out.append(f"<{name}>")
        self.solid += name == "hr"

    def _element(self, name: str, attributes_raw: str) -> None:
        start = start_tag(name, attributes_raw, self.base_url)
        if not start:
            return
        if len(self.stack) >= DEEPEST:
            self.too_deep += 1
            return
        self._end_implied(name)
        outside = self.scope if name in CELLS else None
        self.stack.append(_Frame(name, len(self.out), self.solid, outside))
        if name in TABLE:
            self.open_tables[name] = self.open_tables.get(name, 0) + 1
        if outside is not None:
            self.scope = {}
        self.scope[name] = self.scope.get(name, 0) + 1
        self.out.append(start)

    def _end_implied(self, name: str) -> None:
        if name in ENDS_P and self.scope.get("p"):
            self._pop_name("p")
        if name in IN_TABLE and self.stack and not self.scope.get("table"):
            self._leave_cell()
        if name in IMPLIED:
            closes, barriers = IMPLIED[name]
            if any(self.scope.get(other) for other in closes):
                self._pop_nearest(closes, barriers)

    def _leave_cell(self) -> None:
        for cell in CELLS:
            if self.scope.get(cell):
                self._pop_name(cell)
                return

    def _pop_nearest(self, closes: tuple[str, ...], barriers: tuple[str, ...]) -> None:
        for index in range(len(self.stack) - 1, max(-1, len(self.stack) - 40), -1):
            frame = self.stack[index]
            if frame.name in closes:
                self._pop_to(index)
                return
            if frame.name in barriers or frame.name in CELLS:
                return

    def _close(self, token_name: str) -> None:
        name = RENAMED.get(token_name, token_name)
        if self.stack and self.stack[-1].name == name and not self.too_deep:
            self._pop_to(len(self.stack) - 1)
        elif name == "noscript":
            self.in_noscript = False
        elif name == "picture":
            self._image({})
        elif self.too_deep and name in ELEMENTS:
            self.too_deep -= 1
        elif self.scope.get(name) or (name in TABLE and self.open_tables.get(name)):
            self._pop_name(name)
        elif name == "br":
            self.out.append("<br>")

    def _pop_name(self, name: str) -> None:
        index = len(self.stack) - 1
        while self.stack[index].name != name:
            index -= 1
        self._pop_to(index)

    def _pop_to(self, size: int) -> None:
        while len(self.stack) > size:
            frame = self.stack.pop()
            if frame.name in TABLE:
                self.open_tables[frame.name] -= 1
            self.scope[frame.name] -= 1
            if frame.scope is not None:
                self.scope = frame.scope
            if frame.solid == self.solid and frame.name not in KEPT_EMPTY:
                del self.out[frame.at :]
                self.out.append(" ")
            else:
                self.out.append(f"</{frame.name}>")

    def _image(self, attributes: dict[str, str]) -> None:
        written, source, lazy = picture(attributes, self.picture_sets, self.base_url)
        self.picture_sets = []
        after, last, last_lazy = self.last_image
        if not written:
            return
        if after == self.solid and (source == last or (self.in_noscript and last_lazy)):
            return  # the same picture again, for readers without scripts
        self.out.append(written)
        self.solid += 1
        self.last_image = (self.solid, source, lazy)
