"""schema.org data in a page (JSON-LD), as it really comes: broken, nested, of the wrong type."""

import html as html_library
import json
import re
from collections.abc import Iterator
from typing import Any

_DEEPEST = 10
_MOST = 400
_ARTICLE = re.compile(r"(?:^|/)(?:\w*Article|BlogPosting|LiveBlogPosting|Report|NewsStory)$")
_PAGE = re.compile(r"(?:^|/)(?:WebPage|ItemPage|CollectionPage)$")


def article_data(blocks: list[str]) -> dict[str, Any]:
    """The fields of the page's article: those of its first NewsArticle (or kin), filled up from its WebPage."""
    found = [node for block in blocks for node in _nodes(_parsed(block))]
    articles = [node for node in found if _is(node, _ARTICLE)]
    articles.sort(
        key=lambda node: -sum(1 for name in ("headline", "datePublished", "author", "image") if node.get(name))
    )
    pages = [node for node in found if _is(node, _PAGE)]
    merged: dict[str, Any] = {}
    for node in articles[:1] + pages[:1]:
        for name, value in node.items():
            merged.setdefault(name, value)
    return merged


def _parsed(block: str) -> Any:
    text = block.strip().removeprefix("<!--").removesuffix("-->").strip()
    text = re.sub(r"^\s*(?://\s*)?<!\[CDATA\[|(?://\s*)?\]\]>\s*$", "", text)[:500_000]
    for attempt in (text, re.sub(r",\s*([}\]])", r"\1", text), html_library.unescape(text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _nodes(data: Any) -> Iterator[dict[str, Any]]:
    waiting, seen = [(data, 0)], 0
    while waiting and seen < _MOST:
        value, depth = waiting.pop(0)
        seen += 1
        if isinstance(value, list):
            waiting.extend((inner, depth + 1) for inner in value[:100] if depth < _DEEPEST)
        elif isinstance(value, dict):
            yield value
            for name in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart"):
                if depth < _DEEPEST and isinstance(value.get(name), dict | list):
                    waiting.append((value[name], depth + 1))


def _is(node: dict[str, Any], kind: re.Pattern[str]) -> bool:
    types = node.get("@type")
    return any(isinstance(name, str) and kind.search(name) for name in (types if isinstance(types, list) else [types]))


def texts(value: Any, *, inner: tuple[str, ...] = ("name", "url", "@value", "@id"), depth: int = 0) -> list[str]:
    """The strings of a value that may be a string, an object with one of ``inner``, or a list of either."""
    if isinstance(value, str):
        return [value.strip()] if value.strip() else []
    if isinstance(value, list) and depth < 4:
        return [text for item in value[:20] for text in texts(item, inner=inner, depth=depth + 1)]
    if isinstance(value, dict) and depth < 4:
        for name in inner:
            if found := texts(value.get(name), inner=inner, depth=depth + 1):
                return found
    return []


def truth(value: Any) -> bool | None:
    """A schema.org boolean, which comes as true, "True", "http://schema.org/False" or nonsense."""
    if isinstance(value, bool):
        return value
    word = value.rsplit("/", 1)[-1].strip().lower() if isinstance(value, str) else ""
    return {"true": True, "false": False, "yes": True, "no": False}.get(word)
