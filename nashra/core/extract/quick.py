"""The short way through HTML that is simple and well-nested, as publishing programs mostly write it.

It writes exactly what the long way (``sanitise._Builder``) writes, or nothing: whatever is not plainly simple (tables,
elements that end each other, scripts, odd quoting) is left to the long way. A tag is judged once and remembered.
"""

import html as html_library
import re
from functools import lru_cache
from typing import NamedTuple

from .elements import (
    CONTROLS,
    DROPPED,
    ELEMENTS,
    ENDS_P,
    REL,
    RENAMED,
    SIMPLE,
    VOID,
    balanced_isolates,
    link_tag,
    picture,
    start_tag,
)
from .gate import is_sound, is_sound_origin
from .tokens import USUAL_TAG, escape_text, names, unescape_attribute, usual_attributes
from .urls import LONGEST

_PIECES = re.compile("(<[^<>]*>)")
_REMEMBERED = 200  # characters of a tag; longer ones are judged again
_DEEPEST = 60
_MOST_REFERENCES = 10_000
_HEADINGS = names("h2 h3 h4 h5 h6")
_HARD = (ELEMENTS - SIMPLE) | DROPPED | names("picture source noscript plaintext")
_PARAGRAPH = frozenset({"p"})
_APART = dict.fromkeys(ENDS_P, _PARAGRAPH) | dict.fromkeys(_HEADINGS, _HEADINGS | _PARAGRAPH) | {
    "li": _PARAGRAPH | {"li"}, "a": frozenset({"a"}),
}  # fmt: skip
"""The elements that must not be open when one begins, for it would end them."""
_NO_TAG = "</html>"
_SAYS_NOTHING = r"""(?: (?:class|id|rel|style|target|data-[a-z\-]+)="[^"]*")*+"""
_LINK = re.compile(f'<a{_SAYS_NOTHING} href="([^"]*)"{_SAYS_NOTHING}>')
# One whose address stays as it is written: absolute, nothing to quote, no reference but `&amp;`.
_PLAIN_LINK = re.compile(
    rf"""<a{_SAYS_NOTHING} href="((https?://[a-z0-9.\-]+(?::[0-9]{{1,4}})?+)"""
    rf"""(?:[/?\#](?:[A-Za-z0-9_\-~%!$'()*+,=:@/.;?\#]++|&amp;)*+)?+)"{_SAYS_NOTHING}>"""
)
_BLANK = re.compile(r"(?:\s|\ufeff|\u200b|&nbsp;)*\Z")


class _Tag(NamedTuple):
    """What becomes of a start tag: how it is written, and the elements that must not be open when it comes."""

    name: str  # of the element that it opens; empty for one that is never open
    written: str
    apart_from: frozenset[str] = frozenset()
    picture: str = ""  # the address


def quickly(html: str, base_url: str) -> list[str] | None:
    """What the long way makes of ``html`` that has no controls, as texts and tags; None if it is not plainly simple."""
    pieces = _PIECES.split(html)
    if not html.count("<") == html.count(">") == len(pieces) // 2 or html.count("&") > _MOST_REFERENCES:
        return None
    return _written([*pieces, _NO_TAG], base_url)


def _written(pieces: list[str], base_url: str) -> list[str] | None:
    """The same for text, tag, text, tag … One loop without calls for what is most frequent."""
    out: list[str] = []
    opened: list[str] = []  # names of the elements that are open
    ends: list[tuple[str, int, int]] = []  # of each: its end tag, its place in the output, ``solid`` before it
    solid, last_picture = 0, (-1, "")  # pieces of solid content so far; this number after a picture, its address
    for text, tag in zip(pieces[::2], pieces[1::2], strict=True):
        if text:
            out.append(text := _escaped(text) if "&" in text or "\xa0" in text else text)
            if text[:1].isalnum() or not (text.isspace() or _BLANK.match(text)):
                solid += 1
        if tag[1] == "/":
            if not opened or (tag != ends[-1][0] and _ended(tag) != opened[-1]):
                if not (name := _ended(tag)) or name in opened:
                    return None  # it ends more than one element, or is not simple
                continue
            opened.pop()
            end, at, before = ends.pop()
            if before == solid:
                out[at:] = " "
            else:
                out.append(end)
            continue
        own = (tag[1] in "aAiI" and tag[2] in " mM") or len(tag) > _REMEMBERED
        judged = _judge(tag, base_url) if own else _judged(tag)
        if judged is None or not judged[2].isdisjoint(opened) or len(opened) >= _DEEPEST:
            return None
        name, written, _, address = judged
        if name:
            opened.append(name)
            ends.append((f"</{name}>", len(out), solid))
        elif address:
            if last_picture == (solid, address):
                continue
            last_picture = (solid := solid + 1, address)
        elif written == "<hr>":
            solid += 1
        out.append(written)
    return None if opened else out


def _escaped(text: str) -> str:
    """Text with references as the long way writes it."""
    if text.count("&") != text.count("&amp;"):
        text = balanced_isolates(CONTROLS.sub("", html_library.unescape(text)))
        return escape_text(text)
    return text.replace("\xa0", "&nbsp;")


@lru_cache(maxsize=1024)
def _ended(tag: str) -> str:
    """The simple element that an end tag ends, ``-`` if it ends none, empty if it is not simple."""
    usual = USUAL_TAG.fullmatch(tag)
    name = _name(usual[2]) if usual else "br"
    if name in SIMPLE:
        return name
    return "" if name in _HARD or name == "br" else "-"


def _judge(tag: str, base_url: str) -> _Tag | None:
    """What becomes of a start tag in the usual form; None if it is not simple."""
    if (link := _PLAIN_LINK.fullmatch(tag)) and len(link[1]) <= LONGEST:
        return _Tag("a", f'<a href="{link[1]}" rel="{REL}">', _APART["a"]) if is_sound_origin(link[2]) else None
    if link := _LINK.fullmatch(tag):
        written = link_tag(unescape_attribute(link[1]), base_url)
        return _Tag("a" if written else "", written, _APART["a"]) if not written or is_sound(written[9:]) else None
    usual = USUAL_TAG.fullmatch(tag)
    if not usual or usual[1] or (name := _name(usual[2])) in _HARD:
        return None
    if name in ("img", "image"):
        written, address, _ = picture(usual_attributes(usual[3]), (), base_url)
        return _Tag("", written, picture=address) if not written or is_sound(address) else None
    if name in SIMPLE:
        written = start_tag(name, usual[3], base_url)
        if name == "a" and written and not is_sound(written.rpartition(' href="')[2]):
            return None
        return _Tag(name if written else "", written, _APART.get(name, frozenset()))
    if name == "hr":
        return _Tag("", "<hr>", _PARAGRAPH)
    return _Tag("", f"<{name}>" if name in VOID else "")


@lru_cache(maxsize=2048)
def _judged(tag: str) -> _Tag | None:
    """The judgement of a tag that means the same on every page: of no link and no picture."""
    usual = USUAL_TAG.fullmatch(tag)
    return _judge(tag, "") if usual and usual[2].lower() not in ("a", "img", "image") else None


def _name(written: str) -> str:
    name = written.lower()
    return RENAMED.get(name, name)
