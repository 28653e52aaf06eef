"""Entries of a feed as articles: clean, bounded, with its language, direction, picture and keys. No database."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from nashra.core import extract, text
from nashra.core.feeds import Entry, Feed
from nashra.core.text import entries
from nashra.news.keys import address_key, entry_key, text_key
from nashra.news.models import Source

SHORT = 600  # characters; a feed that gives less gives a summary, and the page is fetched
SUMMARY = 300
LONGEST_TEXT = 200_000  # characters that are held against rules
MOST_TAGS = 6
_SAMPLE = 300  # characters of the text by which a language is found
_SAMPLES = 5
_LOOKED_AT = 120  # characters of it that show whether a stated language is true, and the direction
_NOTHING = extract.Fragment("", "")
_NO_TERMS = entries.Entry("", "", "", "", "", "")
_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|\[&hellip;\])\W*\Z")


@dataclass(slots=True)
class Draft:
    """What an entry gives to an article's row and text."""

    guid: str
    title: str
    summary: str
    author: str
    url: str
    canonical_key: str
    language: str
    direction: str
    minutes: int
    published_at: datetime
    html: str
    text: str
    key: str = ""  # of the entry as it came
    text_hash: str = ""
    terms: entries.Entry = _NO_TERMS
    image_url: str = ""
    image_width: int = 0
    image_height: int = 0
    tags: list[str] = field(default_factory=list)

    @property
    def is_short(self) -> bool:
        """Whether the feed seems to give less than the whole article."""
        return len(self.text) < SHORT or bool(_CUT.search(self.text[-20:]))


def language_of(feed: Feed, source: Source) -> str | None:
    """The language that a feed's entries are in: what it says itself, else what some of its entries agree upon."""
    if stated := feed.language or source.language:
        return stated
    samples = (
        f"{one.title or ''} {extract.excerpt(one.summary or one.content or '', _SAMPLE)}"
        for one in feed.entries[:_SAMPLES]
    )
    found = {text.detect(sample, declared=None, candidates=text.LANGUAGES) for sample in samples}
    return found.pop() if len(found) == 1 else None


class Given(NamedTuple):
    """An entry of which an article is to be made: its place in the feed, and the id under which it is stored."""

    entry: Entry
    guid: str
    place: int = 0


def drafts(given: Sequence[Given], source: Source, *, now: datetime, stated: str | None = None) -> list[Draft]:
    """The articles of entries of one feed, fetched `now`; the feed's language is `stated`.

    Step by step for all of them: what a step looks things up in then stays close to the processor, which makes a tenth
    of the time.
    """
    bodies = [_body(one.entry, _url(one.entry) or one.entry.base or source.site_url or source.url) for one in given]
    made = [_draft(one, body, now, stated) for one, body in zip(given, bodies, strict=True)]
    for draft, one in zip(made, given, strict=True):
        draft.key, draft.text_hash = entry_key(one.entry), text_key(draft.title, draft.text)
    for draft in made:
        draft.terms = entries.entry(draft.title, draft.author, draft.text, language=draft.language)
    return made


def _draft(one: Given, content: extract.Fragment, now: datetime, stated: str | None) -> Draft:
    """A draft without its keys and terms."""
    entry, url, html, body = one.entry, _url(one.entry), content.html, content.text
    title = _title(entry, body, url)
    declared = entry.language or stated
    sample = f"{title} {body[: _SAMPLE if declared is None else _LOOKED_AT]}"
    language = text.detect(sample, declared=declared, candidates=text.LANGUAGES)[:10]
    image = _image(entry, html)
    return Draft(
        guid=one.guid,
        title=title,
        summary=_summary(entry, body),
        author=_line(entry.author, 300),
        url=url,
        canonical_key=address_key(url),
        language=language,
        direction=text.direction(sample[:_LOOKED_AT], language),
        minutes=extract.minutes_for(extract.count_words(body), language),
        published_at=_moment(entry, now, one.place),
        html=html,
        text=body,
        image_url=image[0],
        image_width=image[1],
        image_height=image[2],
        tags=_tags(entry),
    )


def _url(entry: Entry) -> str:
    return entry.link if entry.link and len(entry.link) <= 2000 else ""


def _body(entry: Entry, base: str) -> extract.Fragment:
    """The clean HTML of an entry, and its plain text."""
    given = entry.content or entry.summary
    return extract.fragment(given, base_url=entry.base or base) if given else _NOTHING


def _title(entry: Entry, body: str, url: str) -> str:
    return _line(entry.title, 1000) or extract.excerpt(body, 80) or url or "—"


def _summary(entry: Entry, body: str) -> str:
    """The feed's own summary when it gives one beside the content, else the beginning of the text."""
    if entry.summary and entry.content and len(entry.summary) < len(entry.content):
        return extract.excerpt(entry.summary[:20_000], SUMMARY)
    return extract.shorten(body[: SUMMARY * 2], SUMMARY)


def _line(value: str | None, longest: int) -> str:
    return text.clean(value, longest=longest) if value else ""


def _moment(entry: Entry, now: datetime, place: int) -> datetime:
    """When it was published, never after the fetch; entries without a date keep the order of their feed."""
    said = entry.published or entry.updated
    return min(said, now) if said else now - timedelta(milliseconds=place)


def _image(entry: Entry, html: str) -> tuple[str, int, int]:
    """Address and size in dots of the lead picture: the entry's own, else a picture among its files, else the first in
    the text.
    """
    pictures = extract.images(html) if "<img" in html else []
    files = (file.url for file in entry.enclosures if (file.type or "").startswith("image/"))
    url = entry.image or next(files, "") or (pictures[0].src if pictures else "")
    if not url or len(url) > 2000:
        return "", 0, 0
    same = next((picture for picture in pictures if picture.src == url), None)
    return (url, same.width or 0, same.height or 0) if same else (url, 0, 0)


def _tags(entry: Entry) -> list[str]:
    tags = (_tag(said[:320]) for said in entry.tags[:20])
    return list(dict.fromkeys(filter(None, tags)))[:MOST_TAGS]


@lru_cache(maxsize=2048)
def _tag(said: str) -> str:
    """A tag as it is kept, empty for none: a source says the same ones again and again."""
    tag = _line(said, 80)
    return tag if 2 <= len(tag) <= 60 and not tag.isdigit() else ""
