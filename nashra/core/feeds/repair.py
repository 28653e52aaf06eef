"""Repairs of XML that is not well-formed, as text, before a parser sees it.

Each one undoes a mistake that real feeds make: control characters, HTML entities, a bare & or <, HTML that nobody
escaped, a file that ends too early, an entry too large to keep.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.entities import html5, name2codepoint

from nashra.core.feeds.model import MAX_CONTENT

BAD_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
C1_REFERENCE = re.compile(r"&#(?:0*1(?:2[89]|[345]\d)|[xX]0*[89][0-9a-fA-F]);")
_BROKEN = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
    r"|&(?:#[0-9]{1,9};?|#[xX][0-9a-fA-F]{1,8};?|[A-Za-z][A-Za-z0-9]{1,31};)?"
    r"|<(?![A-Za-z_:?/])|</(?![A-Za-z_:])",
    re.DOTALL,
)
_SURROGATES = re.compile(r"&#[xX]([dD][89abAB][0-9a-fA-F]{2});&#[xX]([dD][c-fC-F][0-9a-fA-F]{2});")
_NUMERIC = re.compile(r"&#([xX][0-9a-fA-F]{1,8}|[0-9]{1,9})(?=;|\b)")
_XML_NAMES = frozenset(("&amp;", "&lt;", "&gt;", "&quot;", "&apos;"))
_ENTRY_END = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|(</(?:\w+:)?(?:item|entry)\s*>)", re.IGNORECASE | re.DOTALL)
_ENTRY_START = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_OF_SITEMAPS = {"urlset": "url", "sitemapindex": "sitemap"}  # https://www.sitemaps.org/protocol.html
_TEXT_FIELD = re.compile(
    r"<((?:dc:|media:|itunes:|atom:)?(?:title|creator|author|category|subtitle|name|keywords|description|summary|tagline|content)"
    r"|content:encoded|copyright|guid|link)((?:\s(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)?)(?<!/)>",
    re.IGNORECASE,
)
_HTML_FIELDS = ("description", "summary", "content", "encoded", "tagline", "subtitle")
_WRAPPED = re.compile(r"\s*<!\[CDATA\[")
_NESTED = re.compile(r"<(?:name|uri|url|email)[\s>]|<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)


def characters(text: str) -> str:
    """References and characters that XML forbids, put right outside CDATA sections and comments."""
    text = _unopened(_unopened(BAD_CHARACTERS.sub("", text), "<![CDATA[", "]]>"), "<!--", "-->")
    return _BROKEN.sub(_legal, _SURROGATES.sub(_joined_pair, text))


def _unopened(text: str, opener: str, closer: str) -> str:
    """The text without openers that nothing closes: they would hide all that follows."""
    last = text.rfind(closer) + 1
    return text if text.find(opener, last) < 0 else text[:last] + text[last:].replace(opener, "")


def surrogates(text: str) -> str:
    """The text without references to half a character, inside CDATA too: lxml in recovery would let them through."""
    return _NUMERIC.sub(lambda found: "\ufffd" if _is_half(found[1]) else found[0], text)


def _is_half(digits: str) -> bool:
    value = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    return 0xD800 <= value <= 0xDFFF


def _joined_pair(match: re.Match[str]) -> str:
    return chr(0x10000 + ((int(match[1], 16) - 0xD800) << 10) + int(match[2], 16) - 0xDC00)


def _legal(match: re.Match[str]) -> str:
    found = match[0]
    if found[0] == "<":
        return found if found.startswith(("<!--", "<![CDATA[")) else "&lt;" + found[1:]
    if found in _XML_NAMES:
        return found
    if found[1:2] == "#":
        return _escaped(unescape(found if found.endswith(";") else found + ";"))
    if (name := found[1:-1]) in name2codepoint:  # as XHTML 1.0 defines them; HTML 5 moved the angle brackets
        return _escaped(chr(name2codepoint[name]))
    if found[1:] in html5:
        return _escaped(html5[found[1:]])
    return "&amp;" + found[1:]


def _escaped(text: str) -> str:
    if BAD_CHARACTERS.search(text):
        return "\ufffd"
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fields(text: str) -> str:
    """Markup inside text fields, escaped: so an unclosed <br> or a stray <b cannot swallow the rest of the feed."""
    out: list[str] = []
    done, unclosed = 0, set[str]()
    for start in _TEXT_FIELD.finditer(text):
        name = start[1]
        if start.start() < done or name in unclosed:
            continue
        end = _field_end(text, start.end(), name)
        if end < 0:
            unclosed.add(name)
            continue
        inner = text[start.end() : end]
        if "<" in inner and not _WRAPPED.match(inner) and not _NESTED.search(inner):
            out += (text[done : start.end()], _as_text(name, inner))
            done = end
        else:
            out.append(text[done:end])
            done = end
    return "".join(out) + text[done:]


def _field_end(text: str, start: int, name: str) -> int:
    wrapped = _WRAPPED.match(text, start)
    if wrapped:
        start = max(text.find("]]>", start), start)
    return text.find(f"</{name}", start)


def _as_text(name: str, inner: str) -> str:
    if name.rpartition(":")[2].lower() in _HTML_FIELDS:  # its references belong to the HTML
        return "<![CDATA[" + inner.replace("]]>", "]]&gt;").replace("<![CDATA[", "") + "]]>"
    return inner.replace("<![CDATA[", "").replace("]]>", "").replace("<", "&lt;")


def whole_entries(text: str, root: str) -> tuple[str, bool]:
    """A file whose root element never ends, cut after its last whole entry and closed; and whether that was done.

    What stands after the end of the root element (counters, advertisements, a second document) is cut off.
    """
    close = text.rfind(f"</{root}")
    if close >= 0:
        end = close + len(root) + 2
        whole = text[end : end + 1] == ">" and len(text) - end < 100 and text[end + 1 :].isspace()
        return (text if whole else text[:end] + ">"), False
    if re.fullmatch(rf"<{re.escape(root)}[^<>]*/>\s*", text):
        return text, False
    ends = list(_entry_ends(text, root))
    if ends:
        return _closed(text[: ends[-1]], root), True
    start = _entry_start(root).search(text)
    return (_closed(text[: start.start()], root) if start else text), True


def first_entries(text: str, root: str, limit: int) -> tuple[str, bool]:
    """The text cut after its first `limit` entries and closed; and whether there were more."""
    name = _in_sitemap(root) or ("entry" if root.rpartition(":")[2].lower() == "feed" else "item")
    if text.count(name) <= limit:  # whatever it stands in: most feeds are past the question here
        return text, False
    if max(text.count(f"</{name}"), text.count("</entry"), text.count(":item>")) <= limit:
        return text, False
    for number, end in enumerate(_entry_ends(text, root), 1):
        if number == limit:
            return _closed(text[:end], root), bool(_entry_start(root).search(text, end))
    return text, False


def _entry_ends(text: str, root: str) -> Iterator[int]:
    pattern = _ENTRY_END
    if name := _in_sitemap(root):
        pattern = re.compile(rf"<!\[CDATA\[.*?(?:\]\]>|\Z)|(</{re.escape(name)}\s*>)", re.DOTALL)
    return (found.end() for found in pattern.finditer(text) if found[1])


def _entry_start(root: str) -> re.Pattern[str]:
    name = _in_sitemap(root)
    return re.compile(rf"<{re.escape(name)}[\s>]") if name else _ENTRY_START


def _in_sitemap(root: str) -> str:
    """The entries' name as a sitemap writes it, prefix included; empty for every other kind of document."""
    prefix, colon, local = root.rpartition(":")
    name = _OF_SITEMAPS.get(local.lower())
    return prefix + colon + name if name else ""


def _closed(text: str, root: str) -> str:
    prefix = root.rpartition(":")[0]
    channel = f"{prefix}:channel" if prefix and prefix != "rdf" else "channel"
    inner = f"</{channel}>" if f"<{channel}" in text and f"</{channel}" not in text else ""
    return f"{text}{inner}</{root}>"


def shortened(text: str) -> str:
    """Single pieces of text above the content limit, cut at it, so that one entry cannot sink the feed."""
    if len(text) <= MAX_CONTENT:
        return text
    return _short_runs(_short_sections(text))


def _short_sections(text: str) -> str:
    out: list[str] = []
    done = 0
    while (start := text.find("<![CDATA[", done)) >= 0:
        end = text.find("]]>", start)
        if end < 0:
            break
        out.append(text[done : min(end, start + MAX_CONTENT)])
        done = end
    return "".join(out) + text[done:]


def _short_runs(text: str) -> str:
    pieces = text.split("<")
    if max(map(len, pieces)) <= MAX_CONTENT:
        return text
    return "<".join(_short_run(piece) for piece in pieces)


def _short_run(piece: str) -> str:
    if len(piece) <= MAX_CONTENT:
        return piece
    cut = piece[:MAX_CONTENT]
    return cut[: cut.rfind("&")] if "&" in cut[-40:] else cut
