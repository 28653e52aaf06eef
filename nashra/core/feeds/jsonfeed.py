"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/), and what goes for it in the wild."""

from __future__ import annotations

import json
from typing import Any

from nashra.core.feeds import elements
from nashra.core.feeds.dates import parse_date
from nashra.core.feeds.links import absolute, absolute_html
from nashra.core.feeds.model import MAX_ENTRIES, Enclosure, Entry, Feed, FeedError
from nashra.core.feeds.text import html_text, plain


def read(text: str, url: str | None) -> Feed:
    """The feed in a JSON text. Raises FeedError "not-a-feed" or "too-deep"."""
    data = _load(text)
    items = data.get("items") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(items, list):
        raise FeedError("not-a-feed", "The file is JSON, but not a JSON Feed: it has no list of items.")
    if not data.get("version") and not any(key in data for key in ("title", "feed_url", "home_page_url")):
        raise FeedError("not-a-feed", "The file is JSON, but not a JSON Feed: it has neither version nor title.")
    link = absolute(_string(data.get("home_page_url")), url)
    base = link or url or ""
    entries = [_entry(item, base) for item in items[:MAX_ENTRIES] if isinstance(item, dict)]
    return Feed(
        kind="json",
        title=plain(_string(data.get("title")), markup=False),
        subtitle=plain(_string(data.get("description")), markup=False),
        link=link,
        language=elements.language(_string(data.get("language"))),
        author=_people(data),
        id=_string(data.get("feed_url")),
        entries=entries,
        hub=_hub(data.get("hubs"), url),
        self_link=absolute(_string(data.get("feed_url")), url),
        image=absolute(_string(data.get("icon")) or _string(data.get("favicon")), url),
        truncated_at=MAX_ENTRIES if len(items) > MAX_ENTRIES else None,
    )


def _load(text: str) -> Any:
    try:
        return json.loads(text, strict=False)
    except RecursionError:
        raise FeedError("too-deep", "The file is JSON nested deeper than any feed.") from None
    except ValueError:
        raise FeedError("not-a-feed", "The file begins like JSON, but it is not whole.") from None


def _string(value: object) -> str | None:
    """Text without lone surrogates (JSON can escape them), a number as text, anything else as nothing."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip() or None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return None


def _entry(item: dict[str, Any], base: str) -> Entry:
    link = absolute(_string(item.get("url")), base) or absolute(_string(item.get("external_url")), base)
    inner = link or base
    body = html_text(_string(item.get("content_html")))
    if body is None and (written := _string(item.get("content_text"))):
        body = elements.as_html(written)
    summary = _string(item.get("summary"))
    return Entry(
        id=_string(item.get("id")) or "",
        link=link,
        title=plain(_string(item.get("title"))),
        summary=elements.as_html(summary) if summary else None,
        content=absolute_html(body, inner),
        author=_people(item),
        published=parse_date(item.get("date_published")),
        updated=parse_date(item.get("date_modified")),
        tags=_tags(item.get("tags")),
        enclosures=_files(item.get("attachments"), inner),
        image=absolute(_string(item.get("image")) or _string(item.get("banner_image")), inner)
        or elements.image_in(body, inner),
        base=inner,
        language=elements.language(_string(item.get("language"))),
    )


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _people(owner: dict[str, Any]) -> str | None:
    people = _list(owner.get("authors")) or _list(owner.get("author"))
    names = [elements.name(_string(one.get("name") if isinstance(one, dict) else one)) for one in people[:50]]
    return ", ".join(dict.fromkeys(name for name in names if name))[:500] or None


def _tags(value: object) -> list[str]:
    return elements.tags(_string(tag) for tag in _list(value))


def _files(value: object, base: str) -> list[Enclosure]:
    files = [file for file in _list(value) if isinstance(file, dict)]
    found = [
        elements.enclosure(
            _string(file.get("url")), _string(file.get("mime_type")), _string(file.get("size_in_bytes")), base
        )
        for file in files[:50]
    ]
    return [file for file in found if file]


def _hub(value: object, url: str | None) -> str | None:
    for hub in _list(value):
        if isinstance(hub, dict) and (found := absolute(_string(hub.get("url")), url)):
            return found
    return None
