"""A linear scanner of HTML tokens after the WHATWG tokenizer's rules for tags, attributes and comments.

It never builds a tree, so depth costs nothing; every consumer (sanitiser, plain text, image lists) stands on it.
"""

import html.entities
import re
from collections.abc import Iterator
from dataclasses import dataclass

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
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7};?|#[xX][0-9a-fA-F]{1,6};?|[a-zA-Z][a-zA-Z0-9]*;?)")


def names(text: str) -> frozenset[str]:
    """A set of names written as one line of words."""
    return frozenset(text.split())


RAW = names("script style iframe noembed noframes textarea title xmp")
"""Elements whose content is text to the tokenizer: it ends only at their own end tag."""


@dataclass(slots=True)
class Token:
    """One piece of markup. ``kind`` is ``text``, ``open`` or ``close``; comments and doctypes are not reported."""

    kind: str
    raw: str
    name: str = ""
    attributes_raw: str = ""

    def attributes(self) -> dict[str, str]:
        """The tag's attributes: names in lower case, values with character references decoded, the first one wins."""
        found: dict[str, str] = {}
        for match in _ATTRIBUTE.finditer(self.attributes_raw):
            value = match["double"] or match["single"] or match["bare"] or ""
            found.setdefault(match["name"].lower(), unescape_attribute(value))
        return found


def tokens(html_text: str, *, dropped: frozenset[str] = RAW) -> Iterator[Token]:
    """Text, start and end tags of ``html_text`` in order; a tag cut off by the end of the input is left out.

    Elements named in ``dropped`` vanish with their content. One that is raw and never closed swallows the rest, as
    in a browser; any other one that is never closed only loses its tag.
    """
    position, unclosed = 0, set[str]()
    while match := _TOKEN.search(html_text, position):
        if match.start() > position:
            yield Token("text", html_text[position : match.start()])
        position = match.end()
        name = (match["name"] or "").lower()
        if not name or not match["end"]:
            continue
        if name == "plaintext":
            continue
        if name not in dropped:
            yield Token("close" if match["close"] else "open", match[0], name, match["attrs"])
        elif not match["close"] and name not in unclosed:
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
    if "&" not in value:
        return value

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
