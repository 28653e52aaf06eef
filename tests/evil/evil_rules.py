"""What no page and no letter may hold, read by two parsers that disagree about broken HTML."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

from lxml import html as lxml_html

LOADS = {"src", "srcset", "imagesrcset", "poster", "background", "data", "lowsrc", "dynsrc", "ping", "manifest", "code"}
LEADS = {"href", "xlink:href", "action", "formaction", "cite", "longdesc"}
NEVER = {
    "iframe", "frame", "frameset", "object", "embed", "applet", "base", "math", "audio", "video", "source", "track",
    "portal", "template", "noscript", "plaintext", "xmp", "noembed", "marquee", "slot",
}  # fmt: skip
OWN_IN_PAGES = {"script": "src", "link": "href"}
Element = tuple[str, dict[str, str]]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def elements(text: str) -> Iterator[Element]:
    """Every element with its attributes, as Python's parser and as libxml2's sees it."""
    reader = _Reader()
    reader.feed(text)
    yield from reader.found
    for element in lxml_html.document_fromstring(text).iter():
        if isinstance(element.tag, str):
            yield element.tag, {str(name): str(value) for name, value in element.attrib.items()}


def faults(text: str, *, mail: bool = False) -> list[str]:
    """What is wrong with a page (or the HTML of a letter); nothing for a harmless one."""
    found: list[str] = []
    for tag, attributes in elements(text):
        found += _element(tag, attributes, mail=mail)
    return found


def _element(tag: str, attributes: dict[str, str], *, mail: bool) -> list[str]:
    wrong = [f"<{tag}>"] if tag in NEVER else []
    wrong += [f"<{tag} {name}>" for name in attributes if name.startswith("on") or name in ("srcdoc", "is", "nonce")]
    wrong += [f"<{tag} {name}={value}>" for name, value in attributes.items() if _bad_address(name, value, mail)]
    if tag in ("script", "link") and not _is_ours(tag, attributes, mail):
        wrong.append(f"<{tag} {attributes}>")
    if not mail and (tag == "style" or "style" in attributes):
        wrong.append(f"<{tag} style>")
    if mail and "url(" in attributes.get("style", "").replace(" ", "").lower():
        wrong.append(f"<{tag} style=url>")
    if tag == "meta" and "http-equiv" in attributes and attributes["http-equiv"].lower() != "content-type":
        wrong.append("<meta http-equiv>")
    return wrong


def _bad_address(name: str, value: str, mail: bool) -> bool:
    squeezed = "".join(value.split()).lower()
    if name in LOADS:
        return not (squeezed.startswith("cid:") if mail else squeezed.startswith("/") and not squeezed.startswith("//"))
    if name in LEADS:
        return bool(urlsplit(squeezed).scheme) and not squeezed.startswith(("http://", "https://", "mailto:"))
    return False


def _is_ours(tag: str, attributes: dict[str, str], mail: bool) -> bool:
    if mail:
        return False
    if attributes.get("type") == "application/json":
        return True
    if attributes.get("rel") == "alternate" and attributes.get("href") in ("/feed.atom", "/feed.json"):
        return True
    return attributes.get("src" if tag == "script" else "href", "").startswith("/static/") or (
        attributes.get("rel") == "canonical"
    )


def links_are_closed(text: str) -> list[str]:
    """Links to elsewhere that do not keep the page from being reached by what they open."""
    return [
        attributes["href"]
        for tag, attributes in elements(text)
        if tag == "a"
        and attributes.get("href", "").startswith(("http://", "https://"))
        and not {"noopener", "noreferrer"} <= set(attributes.get("rel", "").split())
    ]
