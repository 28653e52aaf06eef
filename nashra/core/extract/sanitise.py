"""Strangers' HTML made safe to place in a page or a mail.

Two stages. ``_Builder`` reads tokens in one linear pass and writes a well-nested document of known elements, bounded
in size and depth, with our own judgement of every attribute and address. nh3 (an HTML5 parser with an allow-list)
then cleans that again, so that a mistake in the first stage cannot become a hole. The result is cleaned until it
no longer changes, which makes the function idempotent.
"""

import html as html_library
import re
from dataclasses import dataclass, field

import nh3

from .images import best_source, is_tracker, number
from .plain import paragraphs_of, to_text
from .tokens import RAW, Token, escape_attribute, escape_text, names, tokens
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
    plain = _CONTROLS.sub("", _LINE_ENDS.sub("\n", html))
    built = _Builder(base_url).build(plain)
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


@dataclass(slots=True)
class _Frame:
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
    open_names: dict[str, int] = field(default_factory=dict)
    solid: int = 0
    references: int = 0
    too_deep: int = 0
    in_noscript: bool = False
    picture_sets: list[str] = field(default_factory=list)
    last_image: tuple[int, str, bool] = (-1, "", False)

    def build(self, html: str) -> str:
        for token in tokens(html, dropped=_DROPPED):
            if token.kind == "text":
                self._text(token.raw)
            elif token.kind == "open":
                self._open(token)
            else:
                self._close(token.name)
        self._pop_to(0)
        return "".join(self.out)

    def _text(self, raw: str) -> None:
        if self.stack and self.stack[-1].name == "pre" and self.stack[-1].at == len(self.out) - 1:
            raw = raw.lstrip("\r\n")  # the parser would take one line end away at every cleaning
        text = balanced_isolates(_CONTROLS.sub("", html_library.unescape(raw)) if "&" in raw else raw)
        self.references += text.count("&")
        if self.references > MOST_REFERENCES:
            text = text.replace("&", " ")
        self.out.append(escape_text(text))
        if not _BLANK.match(text):
            self.solid += 1

    def _open(self, token: Token) -> None:
        name = _RENAMED.get(token.name, token.name)
        if name == "img" or token.name == "image":
            self._image(token.attributes())
        elif name in _VOID:
            self._void(name)
        elif name in _INLINE or name in _BLOCK:
            self._element(name, token)
        elif name == "source":
            self.picture_sets.append(token.attributes().get("srcset", ""))
        elif name == "picture":
            self.picture_sets = []
        elif name == "noscript":
            self.in_noscript = True

    def _void(self, name: str) -> None:
        if name == "hr" and self.scope.get("p"):
            self._pop_name("p")
        self.out.append(f"<{name}>")
        self.solid += name == "hr"

    def _element(self, name: str, token: Token) -> None:
        attributes = _attributes(name, token.attributes(), self.base_url) if token.attributes_raw else {}
        if (name == "span" and not attributes) or (name == "a" and "href" not in attributes):
            return
        if len(self.stack) >= DEEPEST:
            self.too_deep += 1
            return
        self._end_implied(name)
        outside = self.scope if name in _CELLS else None
        self.stack.append(_Frame(name, len(self.out), self.solid, outside))
        self.open_names[name] = self.open_names.get(name, 0) + 1
        if outside is not None:
            self.scope = {}
        self.scope[name] = self.scope.get(name, 0) + 1
        self.out.append(_tag(name, attributes))

    def _end_implied(self, name: str) -> None:
        if name in _BLOCK and name not in _TABLE - {"table"} and self.scope.get("p"):
            self._pop_name("p")
        if name in _TABLE - {"table"} and self.stack and not self.scope.get("table"):
            self._leave_cell()
        closes, barriers = _IMPLIED.get(name, ((), ()))
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
        if name == "noscript":
            self.in_noscript = False
        elif name == "picture":
            self._image({})
        elif self.too_deep and (name in _INLINE or name in _BLOCK):
            self.too_deep -= 1
        elif self.scope.get(name) or (name in _TABLE and self.open_names.get(name)):
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
            self.open_names[frame.name] -= 1
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


def _tag(name: str, attributes: dict[str, str]) -> str:
    return f"<{name}" + "".join(f' {key}="{escape_attribute(value)}"' for key, value in attributes.items()) + ">"


def _attributes(name: str, given: dict[str, str], base_url: str) -> dict[str, str]:
    kept: dict[str, str] = {}
    direction = given.get("dir", "").strip().lower()
    if direction in ("rtl", "ltr", "auto"):
        kept["dir"] = direction
    language = given.get("lang", "").strip()
    if _LANGUAGE.match(language):
        kept["lang"] = language
    if name == "span":
        return kept
    if name in ("a", "abbr") and (title := _words(given.get("title", ""))):
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
    return balanced_isolates(" ".join(_CONTROLS.sub("", value).split()))


def _numbers(name: str, given: dict[str, str]) -> dict[str, str]:
    wanted, highest = (("start",), 99_999) if name == "ol" else (("colspan", "rowspan"), 100)
    found = {key: number(given.get(key, "")) for key in wanted}
    return {key: str(min(value, highest)) for key, value in found.items() if value and value > 1}
