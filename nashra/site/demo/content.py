"""The sample newspaper's texts: one TOML file per source in ``content/``, read into frozen dataclasses.

A body is a text of blocks separated by empty lines. A block that starts with ``## `` is a subheading, one that
starts with ``> `` a quotation, any other a paragraph. Ages are minutes before the demo's start; a negative age
means that the article appears while the demo runs.
"""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Literal

FeedFormat = Literal["rss", "atom", "json"]
BlockKind = Literal["paragraph", "heading", "quote"]

# The order in which sources are listed; each names a file of ``content/``.
SOURCE_KEYS = (
    "marfaa",
    "shiraa",
    "sahil",
    "olum",
    "daftar",
    "malaeb",
    "karras",
    "harbour-post",
    "inland-letter",
    "le-quai",
)


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, subheading or quotation, as plain text."""

    kind: BlockKind
    text: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A change that appears ``minutes`` after the demo's start: ``find`` becomes ``put`` and ``note`` is added."""

    minutes: int
    find: str
    put: str
    note: str


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """One article; ``slug`` is unique among all sources, ``event`` and ``picture`` are empty when there is none."""

    source: str
    slug: str
    event: str
    title: str
    summary: str
    byline: str
    section: str
    topics: tuple[str, ...]
    tags: tuple[str, ...]
    age: int
    picture: str
    caption: str
    body: str
    correction: Correction | None

    @property
    def path(self) -> str:
        """The page's path on the demo server."""
        return f"/{self.source}/{self.slug}"

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The first version of the text."""
        return _blocks(self.body)

    def published(self, start: datetime) -> datetime:
        """When it appears, for a demo that started at ``start``."""
        return start - timedelta(minutes=self.age)

    def corrected_at(self, start: datetime) -> datetime | None:
        """When its correction appears; None when it has none."""
        return start + timedelta(minutes=self.correction.minutes) if self.correction else None

    def updated(self, start: datetime, now: datetime) -> datetime:
        """The time of the version that stands at ``now``."""
        corrected = self.corrected_at(start)
        return corrected if corrected and corrected <= now else self.published(start)

    def blocks_at(self, start: datetime, now: datetime) -> tuple[Block, ...]:
        """The text as it stands at ``now``: corrected, with the note at its end, once the correction is out."""
        corrected = self.corrected_at(start)
        if self.correction is None or corrected is None or corrected > now:
            return self.blocks
        body = self.body.replace(self.correction.find, self.correction.put)
        return (*_blocks(body), Block("paragraph", self.correction.note))


@dataclass(frozen=True, slots=True)
class DemoSource:
    """One invented source; ``full_text`` says whether its feed carries whole articles or summaries only."""

    key: str
    name: str
    tagline: str
    language: str
    format: FeedFormat
    full_text: bool
    topic: str
    articles: tuple[DemoArticle, ...]

    @property
    def direction(self) -> Literal["rtl", "ltr"]:
        """The direction of its pages."""
        return "rtl" if self.language == "ar" else "ltr"

    @property
    def feed_path(self) -> str:
        """The feed's path on the demo server."""
        return f"/feeds/{self.key}.{'json' if self.format == 'json' else 'xml'}"


@cache
def load() -> tuple[DemoSource, ...]:
    """All sources with their articles, newest article first. Raises KeyError or ValueError on a faulty file."""
    return tuple(_source(key) for key in SOURCE_KEYS)


@cache
def articles() -> tuple[DemoArticle, ...]:
    """Every article of every source."""
    return tuple(article for source in load() for article in source.articles)


def article(slug: str) -> DemoArticle:
    """The article with this slug; KeyError when there is none."""
    return _by_slug()[slug]


def picture(name: str) -> bytes | None:
    """The PNG bytes (1200 by 675 pixels) of a drawing; None when there is no such drawing."""
    if name not in pictures():
        return None
    return (files(__package__) / "pictures" / f"{name}.png").read_bytes()


@cache
def pictures() -> frozenset[str]:
    """The names of all drawings."""
    folder = files(__package__) / "pictures"
    return frozenset(entry.name.removesuffix(".png") for entry in folder.iterdir() if entry.name.endswith(".png"))


@cache
def _by_slug() -> dict[str, DemoArticle]:
    return {article.slug: article for article in articles()}


def _source(key: str) -> DemoSource:
    data = tomllib.loads((files(__package__) / "content" / f"{key}.toml").read_text("utf-8"))
    head = data["source"]
    written = [_article(key, entry) for entry in data["articles"]]
    return DemoSource(
        key=key,
        name=head["name"],
        tagline=head["tagline"],
        language=head["language"],
        format=head["format"],
        full_text=head["full_text"],
        topic=head["topic"],
        articles=tuple(sorted(written, key=lambda article: (article.age, article.slug))),
    )


def _article(source: str, entry: dict[str, Any]) -> DemoArticle:
    correction = entry.get("correction")
    return DemoArticle(
        source=source,
        slug=entry["slug"],
        event=entry.get("event", ""),
        title=entry["title"],
        summary=entry["summary"],
        byline=entry["byline"],
        section=entry["section"],
        topics=tuple(entry["topics"]),
        tags=tuple(entry["tags"]),
        age=entry["age"],
        picture=entry.get("picture", ""),
        caption=entry.get("caption", ""),
        body=entry["body"].strip(),
        correction=Correction(**correction) if correction else None,
    )


def _blocks(body: str) -> tuple[Block, ...]:
    return tuple(_block(text.strip()) for text in body.split("\n\n") if text.strip())


def _block(text: str) -> Block:
    if text.startswith("## "):
        return Block("heading", text[3:])
    if text.startswith("> "):
        return Block("quote", text[2:])
    return Block("paragraph", text)
