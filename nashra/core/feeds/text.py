"""Plain one-line text out of what feeds put into titles, names and tags."""

from __future__ import annotations

import html
import re
from functools import lru_cache

from nashra.core.feeds.model import MAX_CONTENT, MAX_TITLE

_ELEMENTS = (
    "a|abbr|acronym|address|applet|area|article|aside|audio|b|base|bdi|bdo|big|blink|blockquote|body|br|button|canvas|center|"
    "cite|code|dd|del|dfn|div|dl|dt|em|embed|fieldset|figcaption|figure|font|footer|form|frame|h[1-6]|head|header|hr|html|i|"
    "iframe|img|input|ins|kbd|label|li|link|main|mark|math|meta|nav|noscript|object|ol|option|p|picture|pre|q|s|samp|script|"
    "section|select|small|source|span|strike|strong|style|sub|sup|svg|table|tbody|td|textarea|tfoot|th|thead|time|title|tr|"
    "tt|u|ul|var|video|wbr"
)
# Only real HTML elements are tags: a title about Vec<T> keeps its brackets.
_TAG = re.compile(rf"</?(?:{_ELEMENTS})(?=[\s/>])[^<>]*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_QUOTED_TAG = re.compile(rf"</?(?:{_ELEMENTS})(?:\s(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)?/?>", re.IGNORECASE)
_UNSEEN = re.compile(r"<(script|style)\b[^<>]*>.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_BLOCK = re.compile(r"<(?:br|p|div|li|h[1-6]|td|tr|hr)\b|</(?:p|div|li|h[1-6]|td|tr)\b", re.IGNORECASE)
# Controls, zero-width space, embeddings and overrides, invisible operators, BOM, non-characters.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b\u202a-\u202e\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_ISOLATE = re.compile("[\u2066-\u2069]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def plain(value: str | None, *, markup: bool = True, limit: int = MAX_TITLE) -> str | None:
    """One line of plain text, or None when nothing is left.

    With `markup` the value is HTML: tags go, entities are decoded once. Direction overrides and unpaired isolates go,
    so that a title cannot turn the page around it; the joiners of Persian and the direction marks stay.
    """
    if not value:
        return None
    text = value if len(value) <= limit * 20 else value[: limit * 20]
    if markup and ("<" in text or "&" in text):
        text = _unwrapped(text)
        text = html.unescape(strip_tags(text))
    if not text.isprintable():
        text = " ".join(_visible(text).split())
    elif "  " in text:  # of all white space only the space is printable
        text = " ".join(text.split())
    return _bounded(text.strip(" "), limit, mark="…") or None


def label(value: str) -> str | None:
    """`plain` for tags and names, which come again and again in one feed: at most 200 characters."""
    return _label(value) if len(value) <= 100 else plain(value, limit=200)


@lru_cache(maxsize=1024)
def _label(value: str) -> str | None:
    return plain(value)


def strip_tags(text: str) -> str:
    """The text without HTML tags, comments, scripts and styles; entities stay as they are."""
    if "<" not in text:
        return text
    text = _UNSEEN.sub(" ", text)
    text = _BLOCK.sub(lambda match: " " + match[0], text)
    return _TAG.sub("", _QUOTED_TAG.sub("", text))


def html_text(value: str | None) -> str | None:
    """HTML as given, without outer white space, shortened to the limit; None when empty."""
    if not value:
        return None
    text = _unwrapped(value.strip())
    return _bounded(text, MAX_CONTENT, mark="…") or None


def _unwrapped(text: str) -> str:
    """The text without a CDATA section around it that came through escaped, as some programs send it."""
    if "<![CDATA[" not in text[:20]:
        return text
    inner = text.strip().removeprefix("<![CDATA[")
    return inner.removesuffix("]]>").strip()


def _visible(text: str) -> str:
    text = _SURROGATE.sub("\ufffd", _INVISIBLE.sub("", text))
    return text if _isolates_pair(text) else _ISOLATE.sub("", text)


def _isolates_pair(text: str) -> bool:
    depth = 0
    for match in _ISOLATE.finditer(text):
        depth += -1 if match[0] == "\u2069" else 1
        if depth < 0:
            return False
    return depth == 0


def _bounded(text: str, limit: int, mark: str = "") -> str:
    return text if len(text) <= limit else text[: limit - len(mark)].rstrip() + mark
