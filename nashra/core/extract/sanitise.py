"""Strangers' HTML made safe to place in a page or a mail.

Two stages. ``_Builder`` reads tokens in one linear pass and writes a well-nested document of known elements, bounded
in size and depth, with our own judgement of every attribute and address. nh3 (an HTML5 parser with an allow-list)
then cleans that again, so that a mistake in the first stage cannot become a hole. The result is cleaned until it
no longer changes, which makes the function idempotent.
"""

import html as html_library
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import nh3

from .images import best_source, is_tracker, number
from .plain import paragraphs_of, to_text
from .tokens import RAW, attributes_of, escape_attribute, escape_text, names, tokens, usual_parts
from .urls import clean_url

LARGEST = 2_000_000
"""Characters of HTML that are read; the rest is cut at a tag or a word."""
DEEPEST = 512
MOST_REFERENCES = 100_000
"""Ampersands that are kept: nh3 takes time quadratic in their number."""
REL = "noopener noreferrer nofollow ugc"

_INLINE = names("em strong b i u s sub sup small mark abbr cite q a code time bdi bdo span del ins ruby rt rp")
_TABLE = names("table caption thead tbody tfoot tr th td")
_BLOCK = names("p h2 h3 h4 h5 h6 blockquote ul ol li dl dt dd pre figure figcaption div") | _TABLE
_VOID = names("br hr img wbr")
_ELEMENTS = _INLINE | _BLOCK
_IN_TABLE = _TABLE - {"table"}
_ENDS_P = _BLOCK - _IN_TABLE
_REMEMBERED = 400  # characters of attributes; longer ones are read again
_DIVISIONS = names(
    "section article main header footer aside nav address details summary center fieldset legend hgroup form dir menu"
)
_RENAMED = dict.fromkeys(_DIVISIONS, "div") | {
    "h1": "h2", "strike": "s", "tt": "code", "kbd": "code", "samp": "code", "var": "i", "dfn": "i",
    "acronym": "abbr", "listing": "pre",
}  # fmt: skip
_DROPPED = RAW | names("svg math object template applet video audio canvas button select datalist frameset")
_CELLS = frozenset({"td", "th", "caption"})
_KEPT_EMPTY = _TABLE | {"rp", "rt"}
_IMPLIED = {  # an opening tag ends these, unless one of the second set lies between
    "li": (("li",), ("ul", "ol")),
    "dt": (("dt", "dd"), ("dl",)),
    "dd": (("dt", "dd"), ("dl",)),
    "rt": (("rt", "rp"), ("ruby",)),
    "rp": (("rt", "rp"), ("ruby",)),
    "tr": (("tr", "caption"), ("table",)),
    "thead": (("thead", "tbody", "tfoot", "caption"), ("table",)),
    "tbody": (("thead", "tbody", "tfoot", "caption"), ("table",)),
    "tfoot": (("thead", "tbody", "tfoot", "caption"), ("table",)),
    "a": (("a",), ()),
    **{f"h{n}": (("h2", "h3", "h4", "h5", "h6"), ("table", "blockquote", "li", "figure", "div")) for n in range(2, 7)},
}
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}\Z")
_DATETIME = re.compile(r"[0-9A-Za-z:+.\- ]{1,40}\Z")
_BLANK = re.compile(r"(?:\s|\ufeff|\u200b)*\Z")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?|\x0c")
_ISOLATES = re.compile("[\u2066-\u2069]")
_ODD = re.compile(f"{_CONTROLS.pattern[:-1]}\r\x0c\u2066-\u2069]")
_ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "time": {"datetime"},
    "del": {"datetime"},
    "ins": {"datetime"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
}
_NH3 = nh3.Cleaner(
    tags=set(_INLINE | _BLOCK | _VOID),
    clean_content_tags=set(_DROPPED - {"xmp", "noembed", "noframes"}),
    attributes=_ATTRIBUTES,
    link_rel=REL,
    url_schemes={"http", "https", "mailto"},
)


def sanitise(html: str, *, base_url: str) -> str:
    """Clean ``html`` (a fragment or a whole page) to the elements of an article; addresses become absolute.

    Idempotent; never raises on bad input. Longer input than LARGEST is cut; elements nested deeper than DEEPEST
    lose their tags and keep their text.
    """
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
    plain = _CONTROLS.sub("", _LINE_ENDS.sub("\n", html)) if odd else html
    built = _Builder(base_url, isolates=odd).build(plain)
    cleaned = _NH3.clean(built)
    return cleaned, cleaned == built


def balanced_isolates(text: str) -> str:
    """``text``, without its isolates if one is left open or closed twice."""
    if not _ISOLATES.search(text):
        return text
    depth = 0
    for mark in _ISOLATES.findall(text):
        depth += -1 if mark == "\u2069" else 1
        if depth < 0:
            break
    return _ISOLATES.sub("", text) if depth else text


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
        parts = usual_parts(html, dropped=_DROPPED)
        if parts is None:
            self._read(html)
        else:
            self._read_parts(parts)
        self._pop_to(0)
        return "".join(self.out)

    def _read(self, html: str) -> None:
        for kind, raw, name, attributes_raw in tokens(html, dropped=_DROPPED):
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
            raw = balanced_isolates(_CONTROLS.sub("", html_library.unescape(raw)))
            self.references += raw.count("&")
            if self.references > MOST_REFERENCES:
                raw = raw.replace("&", " ")
        elif self.isolates:
            raw = balanced_isolates(raw)
        self.out.append(escape_text(raw))
        if raw[:1].isalnum() or not _BLANK.match(raw):
            self.solid += 1

    def _open(self, name: str, attributes_raw: str) -> None:
        name = _RENAMED.get(name, name)
        if name in _ELEMENTS:
            self._element(name, attributes_raw)
        elif name == "img" or name == "image":
            self._image(attributes_of(attributes_raw))
        elif name in _VOID:
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
        start = _start(name, attributes_raw, self.base_url)
        if not start:
            return
        if len(self.stack) >= DEEPEST:
            self.too_deep += 1
            return
        self._end_implied(name)
        outside = self.scope if name in _CELLS else None
        self.stack.append(_Frame(name, len(self.out), self.solid, outside))
        if name in _TABLE:
            self.open_tables[name] = self.open_tables.get(name, 0) + 1
        if outside is not None:
            self.scope = {}
        self.scope[name] = self.scope.get(name, 0) + 1
        self.out.append(start)

    def _end_implied(self, name: str) -> None:
        if name in _ENDS_P and self.scope.get("p"):
            self._pop_name("p")
        if name in _IN_TABLE and self.stack and not self.scope.get("table"):
            self._leave_cell()
        if name in _IMPLIED:
            closes, barriers = _IMPLIED[name]
            if any(self.scope.get(other) for other in closes):
                self._pop_nearest(closes, barriers)

    def _leave_cell(self) -> None:
        for cell in _CELLS:
            if self.scope.get(cell):
                self._pop_name(cell)
                return

    def _pop_nearest(self, closes: tuple[str, ...], barriers: tuple[str, ...]) -> None:
        for index in range(len(self.stack) - 1, max(-1, len(self.stack) - 40), -1):
            frame = self.stack[index]
            if frame.name in closes:
                self._pop_to(index)
                return
            if frame.name in barriers or frame.name in _CELLS:
                return

    def _close(self, token_name: str) -> None:
        name = _RENAMED.get(token_name, token_name)
        if self.stack and self.stack[-1].name == name and not self.too_deep:
            self._pop_to(len(self.stack) - 1)
        elif name == "noscript":
            self.in_noscript = False
        elif name == "picture":
            self._image({})
        elif self.too_deep and name in _ELEMENTS:
            self.too_deep -= 1
        elif self.scope.get(name) or (name in _TABLE and self.open_tables.get(name)):
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
            if frame.name in _TABLE:
                self.open_tables[frame.name] -= 1
            self.scope[frame.name] -= 1
            if frame.scope is not None:
                self.scope = frame.scope
            if frame.solid == self.solid and frame.name not in _KEPT_EMPTY:
                del self.out[frame.at :]
                self.out.append(" ")
            else:
                self.out.append(f"</{frame.name}>")

    def _image(self, attributes: dict[str, str]) -> None:
        source, lazy = best_source(attributes, self.picture_sets, base_url=self.base_url)
        self.picture_sets = []
        after, last, last_lazy = self.last_image
        if source is None or is_tracker(source, attributes):
            return
        if after == self.solid and (source == last or (self.in_noscript and last_lazy)):
            return  # the same picture again, for readers without scripts
        parts = {"src": source, "alt": _words(attributes.get("alt", "")), "title": _words(attributes.get("title", ""))}
        for name in ("width", "height"):
            parts[name] = str(number(attributes.get(name, "")) or "")
        self.out.append(_tag("img", {key: value for key, value in parts.items() if value or key == "alt"}))
        self.solid += 1
        self.last_image = (self.solid, source, lazy)


def _start(name: str, raw: str, base_url: str) -> str:
    """The start tag of a known element with what is kept of its attributes; empty for one that would say nothing."""
    if not raw:
        return "" if name == "span" or name == "a" else f"<{name}>"
    if name == "a" or len(raw) > _REMEMBERED:
        return _new_start(name, raw, base_url)
    return _remembered_start(name, raw)


@lru_cache(maxsize=4096)
def _remembered_start(name: str, raw: str) -> str:
    """Publishing programs write the same classes and styles on every paragraph."""
    return _new_start(name, raw, "")


def _new_start(name: str, raw: str, base_url: str) -> str:
    attributes = _attributes(name, attributes_of(raw), base_url)
    if (name == "span" and not attributes) or (name == "a" and "href" not in attributes):
        return ""
    return _tag(name, attributes)


def _tag(name: str, attributes: dict[str, str]) -> str:
    return f"<{name}" + "".join(f' {key}="{escape_attribute(value)}"' for key, value in attributes.items()) + ">"


def _attributes(name: str, given: dict[str, str], base_url: str) -> dict[str, str]:
    kept: dict[str, str] = {}
    if "dir" in given and (direction := given["dir"].strip().lower()) in ("rtl", "ltr", "auto"):
        kept["dir"] = direction
    if "lang" in given and _LANGUAGE.match(language := given["lang"].strip()):
        kept["lang"] = language
    if name == "span":
        return kept
    if name in ("a", "abbr") and "title" in given and (title := _words(given["title"])):
        kept["title"] = title
    if name == "a":
        address = clean_url(given.get("href", ""), base_url=base_url, schemes=("http", "https", "mailto"))
        kept |= {"href": address, "rel": REL} if address else {}
    elif name in ("time", "del", "ins") and _DATETIME.match(given.get("datetime", "")):
        kept["datetime"] = given["datetime"]
    elif name in ("td", "th", "ol"):
        kept |= _numbers(name, given)
    return kept


def _words(value: str) -> str:
    if value.isprintable():  # neither controls nor isolates
        return " ".join(value.split())
    return balanced_isolates(" ".join(_CONTROLS.sub("", value).split()))


def _numbers(name: str, given: dict[str, str]) -> dict[str, str]:
    wanted, highest = (("start",), 99_999) if name == "ol" else (("colspan", "rowspan"), 100)
    found = {key: number(given.get(key, "")) for key in wanted}
    return {key: str(min(value, highest)) for key, value in found.items() if value and value > 1}
