"""What a page says about itself: JSON-LD first, then OpenGraph and meta, microdata, headings and the address."""

import html as html_library
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urldefrag, urlsplit

from lxml.html import HtmlElement

from nashra.core.text import clean, fold

from .dates import date_in_url, parse_date
from .jsonld import article_data, texts, truth
from .urls import clean_url, same_site

_SEPARATORS = re.compile(r"\s+(?:[-|–—·•«»‹›:/\\]|::|\|\|)\s+|\s*\|\s*")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_BY = re.compile(r"^(?:by|written by|von|par|por|بقلم|كتب|كتبت|إعداد|تقرير|تحرير)\b\s*[:/\-]?\s*", re.I)
_AUTHOR_SPLIT = re.compile(r"\s*[,،;؛|]\s*|\s+(?:and|et|und|&)\s+", re.I)
_NO_AUTHOR = re.compile(
    r"\bhttps?\b|www\.|@|\.(?:com|net|org|png|jpe?g)\b|logo|cdn|\d{3}|^(?:admin|administrator|editor|staff|author|user|"
    r"anonymous|unknown|none|null|webmaster|news ?desk|guest|المحرر|التحرير|مدير|الموقع|محرر)$",
    re.I,
)
_DATE_NAMES = ("article:published_time", "datepublished", "og:published_time", "publishdate", "pubdate", "publish-date",
               "sailthru.date", "parsely-pub-date", "dc.date.issued", "dc.date", "dcterms.date", "dcterms.created",
               "date", "article.published", "published_time", "cxenseparse:recs:publishtime")  # fmt: skip
_SHORT_TITLE = 8


@dataclass(slots=True)
class _Page:
    """A page's statements, collected once: meta values by lower-case name, JSON-LD fields, the tree for the rest."""

    tree: HtmlElement
    url: str
    meta: dict[str, list[str]] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)

    def of(self, *wanted: str) -> list[str]:
        return [value for name in wanted for value in self.meta.get(name, [])]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says about its article; texts are plain."""

    title: str | None
    authors: tuple[str, ...]
    published: datetime | None
    modified: datetime | None
    language: str | None
    image: str | None
    canonical_url: str
    site_name: str | None
    section: str | None
    paywalled: bool | None


def metadata(tree: HtmlElement, *, url: str) -> Metadata:
    """Read ``tree`` (the whole page at ``url``). Values of wrong types are passed over, never raised."""
    page = _Page(tree, url, _meta(tree), article_data(_json_blocks(tree)))
    publisher = texts(page.data.get("publisher"), inner=("name",))
    site_name = _first(map(plain, [*page.of("og:site_name"), *publisher, *page.of("application-name")]))
    return Metadata(
        title=_title(page, site_name),
        authors=_authors(page, site_name),
        published=_published(page),
        modified=_date(
            [
                *texts(page.data.get("dateModified")),
                *page.of("article:modified_time", "og:updated_time", "last-modified", "datemodified"),
            ]
        ),
        language=_language(page),
        image=_image(page),
        canonical_url=_canonical(page),
        site_name=site_name,
        section=_first(map(plain, [*page.of("article:section"), *texts(page.data.get("articleSection"))])),
        paywalled=_paywalled(page),
    )


def plain(value: str) -> str:
    """One line of plain text: entities decoded (twice escaped ones too), tags and controls gone."""
    text = html_library.unescape(value)
    text = html_library.unescape(text) if re.search(r"&(?:#\d+|#x[0-9a-f]+|\w+);", text) else text
    return clean(_TAG.sub("", text), longest=1000)


def _first(values: Iterable[str]) -> str | None:
    return next((value for value in values if value), None)


def _meta(tree: HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = (element.get("content") or "").strip()
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        if content and name:
            found.setdefault(name.strip().lower(), []).append(content)
    return found


def _json_blocks(tree: HtmlElement) -> list[str]:
    return [
        script.text or ""
        for script in tree.iter("script")
        if (script.get("type") or "").split(";")[0].strip().lower() == "application/ld+json"
    ][:30]


def _title(page: _Page, site_name: str | None) -> str | None:
    headings = [plain(heading.text_content()) for heading in page.tree.iter("h1")][:5]
    head = page.tree.find(".//title")
    stated = [
        *texts(page.data.get("headline"), inner=("@value", "name")),
        *page.of("og:title", "twitter:title", "title"),
    ]
    document = plain(head.text_content()) if head is not None else ""
    candidates = [value for value in map(plain, stated) if value] + ([document] if document else [])
    for candidate in candidates:
        shortened = _without_site(candidate, site_name, page.url, headings)
        if len(shortened) >= 2:
            return shortened
    return _first(headings)


def _without_site(title: str, site_name: str | None, url: str, headings: list[str]) -> str:
    parts = [part for part in _SEPARATORS.split(title) if part]
    if len(parts) < 2:
        return title
    names = {fold(site_name)} if site_name else set()
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    names |= {host, host.rsplit(".", 1)[0], host.split(".")[0]}
    start, end = title.find(parts[1]), title.rfind(parts[-2]) + len(parts[-2])
    for rest, edge in ((title[:end], parts[-1]), (title[start:], parts[0])):
        named = fold(edge) in names or fold(edge).replace(" ", "") in names
        if (named and len(rest) >= _SHORT_TITLE) or any(fold(heading) == fold(rest) for heading in headings):
            return _without_site(rest, site_name, url, [])
    return title


def _authors(page: _Page, site_name: str | None) -> tuple[str, ...]:
    by_link = page.tree.xpath("//*[@rel='author' or @itemprop='author']")[:6]
    stated = texts(page.data.get("author"), inner=("name",)) or texts(page.data.get("creator"), inner=("name",))
    sources = (
        stated,
        page.of("author", "article:author", "dc.creator", "parsely-author", "sailthru.author", "byl"),
        [element.get("content") or element.text_content() for element in by_link],
    )
    for source in sources:
        found = [name for value in source for name in _names(plain(value), site_name)]
        if found:
            return tuple(dict.fromkeys(found))[:10]
    return ()


def _names(value: str, site_name: str | None) -> list[str]:
    found = []
    for part in _AUTHOR_SPLIT.split(_BY.sub("", value)):
        name = _BY.sub("", part).strip(" -–—:/.")
        good = 2 <= len(name) <= 60 and len(name.split()) <= 6 and not _NO_AUTHOR.search(name)
        if good and not (site_name and fold(name) == fold(site_name)):
            found.append(name)
    return found


def _date(values: Iterable[str]) -> datetime | None:
    return next((found for found in map(parse_date, values) if found), None)


def _published(page: _Page) -> datetime | None:
    stated = _date(
        [*texts(page.data.get("datePublished")), *texts(page.data.get("dateCreated")), *page.of(*_DATE_NAMES)]
    )
    if stated:
        return stated
    marked = page.tree.xpath("//*[@itemprop='datePublished']|//time[@pubdate]|//article//time|//main//time|//time")[:5]
    seen = [element.get("datetime") or element.get("content") or element.text_content() for element in marked]
    return _date(seen) or date_in_url(page.url)


def _language(page: _Page) -> str | None:
    stated = [page.tree.get("lang") or page.tree.get("xml:lang") or "", *texts(page.data.get("inLanguage")),
              *page.of("og:locale", "content-language", "dc.language", "language")]  # fmt: skip
    return _first(value.replace("_", "-").split(",")[0].strip() for value in stated)


def _image(page: _Page) -> str | None:
    structured = texts(page.data.get("image"), inner=("url", "@id"))
    stated = page.of("og:image:secure_url", "og:image", "og:image:url")
    stated += [*structured, *page.of("twitter:image", "twitter:image:src", "thumbnail")]
    return next((found for value in stated if (found := clean_url(value, base_url=page.url))), None)


def _canonical(page: _Page) -> str:
    links = [
        link.get("href") or ""
        for link in page.tree.iter("link")
        if "canonical" in (link.get("rel") or "").lower().split()
    ]
    for value in [*links, *page.of("og:url")]:
        found = clean_url(value, base_url=page.url)
        if (
            found
            and same_site(found, page.url)
            and (urlsplit(found).path.strip("/") or not urlsplit(page.url).path.strip("/"))
        ):
            return urldefrag(found)[0]
    return urldefrag(clean_url(page.url, base_url=page.url) or page.url)[0]


def _paywalled(page: _Page) -> bool | None:
    free = truth(page.data.get("isAccessibleForFree"))
    if free is not None:
        return not free
    tier = _first(value.lower() for value in page.of("article:content_tier"))
    return {"locked": True, "metered": True, "free": False}.get(tier or "")
