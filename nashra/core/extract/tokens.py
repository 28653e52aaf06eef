"""A linear scanner of HTML tokens after the WHATWG tokenizer's rules for tags, attributes and comments.

It never builds a tree, so depth costs nothing; every consumer (sanitiser, plain text, image lists) stands on it.
"""

import html.entities
import re
from collections.abc import Iterator
from typing import NamedTuple

# Possessive parts: a tag is read once, to its ">" or to the end of the input, whatever stands in it.
_TOKEN = re.compile(
    r"""<!--(?:-?>|.*?(?:--!?>|\Z))
      |<(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*+)
       (?P<attrs>(?:[\s/]++|(?:=?[^\s/>=]++|=)
         (?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>"'][^\s>]*+)?+)?+)*+)(?P<end>>|\Z)
      |<(?:[!?]|/(?=[^a-zA-Z]))[^>]*+(?:>|\Z)""",
    re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE = re.compile(
    r"""[\s/]*+(?P<name>=?[^\s/>=]++|=)
        (?:\s*+=\s*+(?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'|(?P<bare>[^\s>"'][^\s>]*+))?+)?+""",
    re.VERBOSE,
)
# Markup as programs write it: whole tags, values in quotes, no comments. Read by two calls of the matcher.
_USUAL_ATTRIBUTES = r"""(?:\s++[a-zA-Z][a-zA-Z0-9_:\-]*+="[^"]*+")*+\s*+/?"""
_USUAL_TAG = rf"<(/?)([a-zA-Z][a-zA-Z0-9]*+)({_USUAL_ATTRIBUTES})>"
_USUAL = re.compile(rf"[^<]*+(?:{_USUAL_TAG}[^<]*+)*+")
_USUAL_PARTS = re.compile(_USUAL_TAG)
USUAL_TAG = _USUAL_PARTS
"""A tag in the usual form; its groups are a slash or nothing, the name, the attributes."""
USUAL_NAMES = re.compile(rf"<(/?[a-zA-Z][a-zA-Z0-9]*+){_USUAL_ATTRIBUTES}>")
"""The same; its group is the name, behind the slash of an end tag."""
_ONLY_USUAL_ATTRIBUTES = re.compile(_USUAL_ATTRIBUTES)
_USUAL_ATTRIBUTE = re.compile(r'\s([a-zA-Z][a-zA-Z0-9_:\-]*+)="([^"]*+)"')
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7};?|#[xX][0-9a-fA-F]{1,6};?|[a-zA-Z][a-zA-Z0-9]*;?)")


def names(text: str) -> frozenset[str]:
    """A set of names written as one line of words."""
    return frozenset(text.split())


RAW = names("script style iframe noembed noframes textarea title xmp")
"""Elements whose content is text to the tokenizer: it ends only at their own end tag."""


class Token(NamedTuple):
    """One piece of markup. ``kind`` is ``text``, ``open`` or ``close``; comments and doctypes are not reported.

    A tuple rather than a dataclass: an article makes hundreds of them.
    """

    kind: str
    raw: str
    name: str = ""
    attributes_raw: str = ""

    def attributes(self) -> dict[str, str]:
        """The tag's attributes: names in lower case, values with character references decoded, the first one wins."""
        return attributes_of(self.attributes_raw)


def attributes_of(raw: str) -> dict[str, str]:
    """The attributes in what stands between a tag's name and its end, as ``Token.attributes`` gives them."""
    if _ONLY_USUAL_ATTRIBUTES.fullmatch(raw):
        return usual_attributes(raw)
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(raw):
        value = match["double"] or match["single"] or match["bare"] or ""
        found.setdefault(match["name"].lower(), unescape_attribute(value))
    return found


def usual_attributes(raw: str) -> dict[str, str]:
    """The same for what stands in a tag that is known to be in the usual form."""
    found: dict[str, str] = {}
    for name, value in _USUAL_ATTRIBUTE.findall(raw):
        found.setdefault(name.lower(), unescape_attribute(value) if "&" in value else value)
    return found


def usual_parts(html_text: str, *, dropped: frozenset[str] = RAW) -> list[str] | None:
    """Text, slash or nothing, name and attributes of the first tag, text …, text: for HTML in the usual form, in which
    no element of ``dropped`` appears. None for any other.
    """
    if not _USUAL.fullmatch(html_text):
        return None
    parts = _USUAL_PARTS.split(html_text)
    names_of_tags = set(map(str.lower, parts[2::4]))
    return parts if dropped.isdisjoint(names_of_tags) and "plaintext" not in names_of_tags else None


def tokens(html_text: str, *, dropped: frozenset[str] = RAW) -> Iterator[Token]:
    """Text, start and end tags of ``html_text`` in order; a tag cut off by the end of the input is left out.

    Elements named in ``dropped`` vanish with their content. One that is raw and never closed swallows the rest, as
    in a browser; any other one that is never closed only loses its tag.
    """
    parts = usual_parts(html_text, dropped=dropped)
    return _tokens(html_text, dropped) if parts is None else _usual_tokens(parts)


def _usual_tokens(parts: list[str]) -> Iterator[Token]:
    if parts[0]:
        yield Token("text", parts[0])
    for close, name, attributes_raw, text in zip(parts[1::4], parts[2::4], parts[3::4], parts[4::4], strict=True):
        yield Token("close" if close else "open", f"<{close}{name}{attributes_raw}>", name.lower(), attributes_raw)
        if text:
            yield Token("text", text)


def _tokens(html_text: str, dropped: frozenset[str]) -> Iterator[Token]:
    position, unclosed = 0, set[str]()
    while match := _TOKEN.search(html_text, position):
        start, end = match.span()
        if start > position:
            yield Token("text", html_text[position:start])
        position = end
        close, name, attributes_raw, ended = match.groups()
        if not ended or (name := name.lower()) == "plaintext":
            continue
        if name not in dropped:
            yield Token("close" if close else "open", match[0], name, attributes_raw)
        elif not close and name not in unclosed:
            position = _after_element(html_text, name, position, unclosed)
    if position < len(html_text):
        yield Token("text", html_text[position:])


def _after_element(html_text: str, name: str, position: int, unclosed: set[str]) -> int:
    end = re.compile(rf"</{re.escape(name)}(?=[\s/>])[^>]*>", re.IGNORECASE).search(html_text, position)
    if end:
        return end.end()
    unclosed.add(name)
    return len(html_text) if name in RAW else position


def unescape_attribute(value: str) -> str:
    """Decode character references as HTML does inside attributes: ``?a=1&copy=2`` keeps its ``&copy``."""
    found = value.count("&")
    if found == value.count("&amp;"):
        return value.replace("&amp;", "&") if found else value

    def decode(match: re.Match[str]) -> str:
        reference = match[0]
        if reference.endswith(";") or reference[1] == "#":
            return html.unescape(reference)
        followed_by_equals = value[match.end() : match.end() + 1] == "="
        known = reference[1:] in html.entities.html5
        return html.unescape(reference) if known and not followed_by_equals else reference

    return _REFERENCE.sub(decode, value)


def escape_attribute(value: str) -> str:
    """``value`` as it stands between double quotes, in the form that an HTML5 serializer writes."""
    return escape_text(value).replace('"', "&quot;")


def escape_text(value: str) -> str:
    """``value`` as it stands between tags, in the form that an HTML5 serializer writes."""
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\xa0", "&nbsp;")
