"""What may stand in an article: elements, their attributes, and how their start tags are written."""

import re
from collections.abc import Iterable
from functools import lru_cache

from .images import best_source, is_tracker, number
from .tokens import RAW, attributes_of, escape_attribute, names
from .urls import clean_url

REL = "noopener noreferrer nofollow ugc"

INLINE = names("em strong b i u s sub sup small mark abbr cite q a code time bdi bdo span del ins ruby rt rp")
TABLE = names("table caption thead tbody tfoot tr th td")
BLOCK = names("p h2 h3 h4 h5 h6 blockquote ul ol li dl dt dd pre figure figcaption div") | TABLE
VOID = names("br hr img wbr")
ELEMENTS = INLINE | BLOCK
IN_TABLE = TABLE - {"table"}
ENDS_P = BLOCK - IN_TABLE
SIMPLE = (INLINE | BLOCK) - TABLE - names("dl dt dd ruby rt rp pre")
"""Elements of which a well-nested document means the same to every parser, if none ends another."""
_REMEMBERED = 400  # characters of attributes; longer ones are read again
_DIVISIONS = names(
    "section article main header footer aside nav address details summary center fieldset legend hgroup form dir menu"
)
RENAMED = dict.fromkeys(_DIVISIONS, "div") | {
    "h1": "h2", "strike": "s", "tt": "code", "kbd": "code", "samp": "code", "var": "i", "dfn": "i",
    "acronym": "abbr", "listing": "pre",
}  # fmt: skip
DROPPED = RAW | names("svg math object template applet video audio canvas button select datalist frameset")
CELLS = frozenset({"td", "th", "caption"})
KEPT_EMPTY = TABLE | {"rp", "rt"}
IMPLIED = {  # an opening tag ends these, unless one of the second set lies between
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
BLANK = re.compile(r"(?:\s|\ufeff|\u200b)*\Z")
CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_ISOLATES = re.compile("[\u2066-\u2069]")


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


def start_tag(name: str, raw: str, base_url: str) -> str:
    """The start tag of a known element with what is kept of its attributes; empty for one that would say nothing."""
    if not raw:
        return "" if name == "span" or name == "a" else f"<{name}>"
    if name == "a" or len(raw) > _REMEMBERED:
        return _new_start(name, raw, base_url)
    return _remembered_start(name, raw)


def link_tag(href: str, base_url: str) -> str:
    """The start tag of a link with nothing but an address; empty if that leads nowhere."""
    address = clean_url(href, base_url=base_url, schemes=("http", "https", "mailto"))
    return f'<a href="{escape_attribute(address)}" rel="{REL}">' if address else ""


@lru_cache(maxsize=4096)
def _remembered_start(name: str, raw: str) -> str:
    """Publishing programs write the same classes and styles on every paragraph."""
    return _new_start(name, raw, "")


def _new_start(name: str, raw: str, base_url: str) -> str:
    attributes = _attributes(name, attributes_of(raw), base_url)
    if (name == "span" and not attributes) or (name == "a" and "href" not in attributes):
        return ""
    return tag(name, attributes)


def tag(name: str, attributes: dict[str, str]) -> str:
    """A start tag with these attributes, in the form that an HTML5 serializer writes."""
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
    return balanced_isolates(" ".join(CONTROLS.sub("", value).split()))


def _numbers(name: str, given: dict[str, str]) -> dict[str, str]:
    wanted, highest = (("start",), 99_999) if name == "ol" else (("colspan", "rowspan"), 100)
    found = {key: number(given.get(key, "")) for key in wanted}
    return {key: str(min(value, highest)) for key, value in found.items() if value and value > 1}


def picture(attributes: dict[str, str], sets: Iterable[str], base_url: str) -> tuple[str, str, bool]:
    """An ``img``'s tag, its address, and whether that was hidden behind a stand-in; empty texts for no picture.

    ``sets`` are the ``srcset`` of the ``source`` elements before it.
    """
    source, lazy = best_source(attributes, sets, base_url=base_url)
    if source is None or is_tracker(source, attributes):
        return "", "", False
    alt, title = _words(attributes.get("alt", "")), _words(attributes.get("title", ""))
    written = f'<img src="{escape_attribute(source)}" alt="{escape_attribute(alt)}"'
    if title:
        written += f' title="{escape_attribute(title)}"'
    for name in ("width", "height"):
        if size := number(attributes.get(name, "")):
            written += f' {name}="{size}"'
    return f"{written}>", source, lazy
