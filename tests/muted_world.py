"""A newspaper and readers with mutes, both drawn by lot, and who of them may be offered what: by tags that were set
when a piece was written, not by the matcher. The forms of names are listed by hand in
`tests/data/text/muted_forms.tsv`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from nashra.accounts.models import Reader
from nashra.core.text import fold
from nashra.core.text.authors import author_key
from nashra.front.models import Kind, Mute
from nashra.news import terms
from nashra.news.models import Article, ArticleText, Source, Story, Topic, Visibility

FORMS = Path(__file__).parent / "data" / "text" / "muted_forms.tsv"
FRAMES = {
    "ar": (
        "تقرير عن {} في صدر الصفحة",
        "ما الذي تغير مع {} هذا الأسبوع",
        "{} كما يراها الخبراء",
        "سؤال الصباح: {} أم غيرها",
    ),
    "en": ("A report on {} for the morning", "What changed with {} this week", "{} as the experts see it"),
}
# Words that look like muted ones and are none.
PLAIN = {
    "ar": ("تقرير المصرف المركزي عن تركيب الرسوم", "تقرير عن عراقيل الطريق وغربال الحبوب",
           "تقرير عن تركيز المدرب وفروسية الأطفال",
           "تقرير عن حافلات المدينة وعاداتها", "تقرير الحديقة العامة بعد المطر"),
    "en": ("A report on the harbour library", "A report on trams and old bridges", "A report from the quiet garden"),
}  # fmt: skip
AUTHORS = ("سليم العرّادي", "هدى منصور", "وليد الحاج", "Anna Berg", "John Miller", "مريم الزين")
TOPICS = ("science", "sport", "energy", "travel", "culture", "economy")


@dataclass(frozen=True, slots=True)
class Name:
    """A name that readers mute, with its forms by language."""

    label: str
    sense: str
    forms: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Piece:
    """An article as it was written: its texts, and the tags of all that it can be muted by, as (kind, key)."""

    number: int
    title: str
    summary: str
    author: str
    language: str
    source: int
    topic: str
    story: int | None
    tags: frozenset[tuple[str, str]]

    @property
    def code(self) -> str:
        """What stands in its title and nowhere else."""
        return code_of(self.number)


def code_of(number: int) -> str:
    """The code of a piece: one word that is part of no other."""
    return f"zq{number:04d}qz"


@cache
def names() -> tuple[Name, ...]:
    """All names of the list."""
    found: dict[str, Name] = {}
    for line in FORMS.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            label, sense, language, forms = line.split("\t")
            name = found.setdefault(label, Name(label, sense, {}))
            name.forms[language] = tuple(forms.split("، "))
    return tuple(found.values())


def pieces(count: int, seed: int, *, sources: Sequence[int], stories: Sequence[int]) -> list[Piece]:
    """So many pieces of these sources, some of them of a story."""
    dice = random.Random(seed)
    return [_piece(dice, number, sources, stories) for number in range(count)]


def _piece(dice: random.Random, number: int, sources: Sequence[int], stories: Sequence[int]) -> Piece:
    language = dice.choices(("ar", "en"), (2, 1))[0]
    title, named = _sentence(dice, language, 0.45)
    summary, more = _sentence(dice, language, 0.3)
    author, by = _byline(dice)
    source, topic = dice.choice(sources), dice.choice(TOPICS)
    story = dice.choice(stories) if dice.random() < 0.4 else None
    tags = {(Kind.WORD.value, fold(name.label)) for name in (*named, *more)} | {(Kind.AUTHOR.value, key) for key in by}
    tags |= {(Kind.SOURCE.value, str(source)), (Kind.TOPIC.value, topic)}
    tags |= {(Kind.STORY.value, str(story))} if story else set()
    return Piece(number, f"{title} {code_of(number)}", summary, author, language, source, topic, story, frozenset(tags))


def _sentence(dice: random.Random, language: str, chance: float) -> tuple[str, list[Name]]:
    if dice.random() > chance:
        return dice.choice(PLAIN[language]), []
    name = dice.choice([one for one in names() if language in one.forms])
    return dice.choice(FRAMES[language]).format(dice.choice(name.forms[language])), [name]


def _byline(dice: random.Random) -> tuple[str, list[str]]:
    """An author field and the keys of who is named in it."""
    first, second = dice.sample(AUTHORS, 2)
    way = dice.choice(("", "{0}", "{0}، {1}", "{0} و {1}", "{0} و{1}", "{0} and {1}", "By {0}", "{0}, {1}"))
    written = [one for place, one in (("{0}", first), ("{1}", second)) if place in way]
    return way.format(first, second), [author_key(one) for one in written]


# in a database


@dataclass(slots=True)
class World:
    """The pieces as rows; `ids` leads from a piece's number to its row."""

    pieces: list[Piece]
    ids: dict[int, int]
    sources: list[int]
    stories: list[int]
    by_id: dict[int, Piece] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_id = {self.ids[piece.number]: piece for piece in self.pieces}

    def muted_for(self, tags: set[tuple[str, str]]) -> set[int]:
        """The ids of the pieces that nobody with these mutes may be offered."""
        return {self.ids[piece.number] for piece in self.pieces if piece.tags & tags}


def build(count: int, seed: int, now: datetime, *, hours: float = 60) -> World:
    """A world of so many pieces of the last hours, the first one newest."""
    sources = [
        Source.objects.create(
            title=f"صحيفة المرفأ {n}", url=f"https://feeds.example/{n}.xml", visibility=Visibility.PAPER,
            fetched_at=now, language="en" if n % 2 else "ar",
        ).pk
        for n in range(6)
    ]  # fmt: skip
    stories = [Story.objects.create(started_at=now - timedelta(hours=hours), moved_at=now).pk for _ in range(5)]
    topics = {
        key: Topic.objects.get_or_create(key=key, defaults={"name": key, "is_catalogue": True})[0] for key in TOPICS
    }
    made = pieces(count, seed, sources=sources, stories=stories)
    rows = Article.objects.bulk_create(_row(piece, now, hours / count) for piece in made)
    ArticleText.objects.bulk_create(
        ArticleText(article=row, html=f"<p>{row.summary}</p>", text=row.summary) for row in rows
    )
    terms.store([row.pk for row in rows])
    through = Article.topics.through
    through.objects.bulk_create(
        through(article_id=row.pk, topic_id=topics[piece.topic].pk) for row, piece in zip(rows, made, strict=True)
    )
    return World(made, {piece.number: row.pk for piece, row in zip(made, rows, strict=True)}, sources, stories)


def _row(piece: Piece, now: datetime, step: float) -> Article:
    return Article(
        source_id=piece.source, guid=piece.code, canonical_key=piece.code, url=f"https://news.example/{piece.code}",
        title=piece.title, summary=piece.summary, author=piece.author, language=piece.language,
        direction="rtl" if piece.language == "ar" else "ltr", story_id=piece.story, minutes=1,
        published_at=now - timedelta(hours=0.2 + step * piece.number), first_seen_at=now,
    )  # fmt: skip


# readers


@dataclass(frozen=True, slots=True)
class Wish:
    """One mute: what, as the reader wrote it, and how many days it holds (None: for good; negative: it has ended)."""

    kind: str
    key: str
    label: str
    sense: str = ""
    days: float | None = None

    @property
    def holds(self) -> bool:
        """Whether it has not ended."""
        return self.days is None or self.days > 0


@dataclass(frozen=True, slots=True)
class Person:
    """A reader's mutes."""

    wishes: tuple[Wish, ...]

    @property
    def tags(self) -> set[tuple[str, str]]:
        """What they do not want to be offered now."""
        return {(wish.kind, wish.key) for wish in self.wishes if wish.holds}


def people(count: int, seed: int, *, sources: Sequence[int], stories: Sequence[int]) -> Iterator[Person]:
    """So many readers with mutes of every kind."""
    dice = random.Random(seed)
    for _ in range(count):
        yield Person(tuple(_wishes(dice, sources, stories)))


def _wishes(dice: random.Random, sources: Sequence[int], stories: Sequence[int]) -> Iterator[Wish]:
    for name in dice.sample(names(), dice.randint(0, 4)):
        sense = name.sense if dice.random() < 0.5 else ""
        yield Wish(Kind.WORD, fold(name.label), name.label, sense, _days(dice))
    for author in dice.sample(AUTHORS, dice.choice((0, 0, 1))):
        yield Wish(Kind.AUTHOR, author_key(author), author, "", _days(dice))
    for topic in dice.sample(TOPICS, dice.choice((0, 1, 1, 2))):
        yield Wish(Kind.TOPIC, topic, topic, "", _days(dice))
    for kind, known in ((Kind.SOURCE, sources), (Kind.STORY, stories)):
        for pk in dice.sample(known, dice.choice((0, 0, 1))):
            yield Wish(kind, str(pk), str(pk), "", _days(dice))


def _days(dice: random.Random) -> float | None:
    return dice.choice((None, None, None, 0.01, 7, 30, -0.01, -3))


def muted(reader: Reader, person: Person, now: datetime) -> None:
    """Gives the reader these mutes and no others."""
    Mute.objects.filter(reader=reader).delete()
    Mute.objects.bulk_create(
        Mute(
            reader=reader, kind=wish.kind, key=wish.key, label=wish.label, sense=wish.sense, at=now,
            until=None if wish.days is None else now + timedelta(days=wish.days),
        )
        for wish in person.wishes
    )  # fmt: skip
