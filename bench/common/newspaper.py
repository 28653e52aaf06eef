"""A newspaper's database in bulk: sources, topics, articles with texts and stories, and one reader with a history."""

import random
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from common.corpus import Piece, piece
from nashra.front.models import Follow, Interest, Kind, Mark, Mute
from nashra.library.models import SavedItem
from nashra.news import catalogue, terms
from nashra.news.models import Article, ArticleText, Source, Story, Subscription, Topic, Visibility
from nashra.news.upkeep import analyse

DAYS = 30.0  # over which the articles are spread
_STEP = 1_000
_TAG = re.compile(r"<[^>]+>")


def build(reader: Any, *, articles: int, sources: int, now: datetime, seed: int = 7) -> None:
    """Fills an empty database. A quarter of the sources is the paper's; half are Arabic, half English."""
    dice = random.Random(seed)
    topics = _topics()
    known = _sources(dice, topics, sources, now)
    for start in range(0, articles, _STEP):
        _articles(dice, known, topics, range(start, min(start + _STEP, articles)), articles, now)
    _stories(dice, now)
    _history(dice, reader, known, topics, now)
    analyse()


def _topics() -> list[Topic]:
    """The catalogue's topics and as many again that only feeds name."""
    made = [Topic(key=one.key, name=one.name_en, is_catalogue=True) for one in catalogue.topics()]
    made += [Topic(key=f"tag {number}", name=f"Tag {number}") for number in range(len(made))]
    return Topic.objects.bulk_create(made)


def _sources(dice: random.Random, topics: list[Topic], count: int, now: datetime) -> list[Source]:
    made = [
        Source(
            url=f"https://feeds.example.org/{number}.xml",
            host="feeds.example.org",
            title=f"صحيفة {number}" if number % 2 == 0 else f"The Paper No. {number}",
            language="ar" if number % 2 == 0 else "en",
            visibility=Visibility.PAPER if number % 4 == 0 else Visibility.LISTED,
            topic=dice.choice(topics[: len(topics) // 2]),
            fetched_at=now,
            ok_at=now,
            due_at=now + timedelta(days=300),
        )
        for number in range(count)
    ]
    return Source.objects.bulk_create(made)


def _articles(
    dice: random.Random, sources: list[Source], topics: list[Topic], numbers: range, of: int, now: datetime
) -> None:
    pieces = [(number, *_piece(dice, sources, number, of, now)) for number in numbers]
    rows = Article.objects.bulk_create([_row(dice, source, one, number) for number, source, one in pieces])
    texts = [(row, one, _TAG.sub("", one.html)) for row, (_, _, one) in zip(rows, pieces, strict=True)]
    ArticleText.objects.bulk_create([ArticleText(article=row, html=one.html, text=text) for row, one, text in texts])
    terms.store([row.pk for row in rows])
    through = Article.topics.through
    tagged = [(row, {row.source.topic_id, dice.choice(topics).pk, dice.choice(topics).pk}) for row in rows]
    through.objects.bulk_create([through(article_id=row.pk, topic_id=pk) for row, few in tagged for pk in few])


def _piece(dice: random.Random, sources: list[Source], number: int, of: int, now: datetime) -> tuple[Source, Piece]:
    source = dice.choice(sources)
    at = now - timedelta(days=DAYS) * (number / of)  # newest first
    return source, piece(dice, source.language, f"/{number}", at, 0, days=0.0)


def _row(dice: random.Random, source: Source, one: Piece, number: int) -> Article:
    return Article(
        source=source,
        guid=f"{number:032x}",
        url=f"https://example.org{one.path}",
        canonical_key=f"{number:032x}",
        title=one.title,
        summary=one.summary[:300],
        author=one.author,
        language=one.language,
        direction="rtl" if one.language == "ar" else "ltr",
        image_url=f"https://example.org{one.picture}" if one.picture else "",
        image_width=1200 if one.picture else 0,
        image_height=675 if one.picture else 0,
        minutes=dice.randint(1, 9),
        published_at=one.published,
        first_seen_at=one.published,
        content_hash=f"{number:032x}",
    )


def _stories(dice: random.Random, now: datetime) -> None:
    """One article in five tells an event that two to six tell; neighbours in time tell the same one."""
    rows = list(Article.objects.order_by("-published_at").values_list("pk", "published_at"))
    for group in _groups(dice, rows):
        story = Story.objects.create(started_at=group[-1][1], moved_at=group[0][1])
        Article.objects.filter(pk__in=[pk for pk, _ in group]).update(story=story)


def _groups(dice: random.Random, rows: list[tuple[int, datetime]]) -> Iterator[list[tuple[int, datetime]]]:
    at = 0
    while at < len(rows):
        size = dice.randint(2, 6)
        if len(group := rows[at : at + 3 * size : 3]) > 1:
            yield group
        at += 20


def _history(dice: random.Random, reader: Any, sources: list[Source], topics: list[Topic], now: datetime) -> None:
    """What the reader follows, mutes, read, hid, saved, and what was learned of it."""
    subscribed = dice.sample(sources, max(1, len(sources) // 3))
    Subscription.objects.bulk_create([Subscription(reader=reader, source=source) for source in subscribed])
    named = topics[: len(topics) // 2]
    liked = dice.sample(named, 6)
    follows = [(Kind.TOPIC, topic.key, topic.name) for topic in liked[:4]]
    follows += [(Kind.WORD, "المياه", "المياه"), (Kind.WORD, "harbour", "harbour")]
    Follow.objects.bulk_create([Follow(reader=reader, kind=k, key=key, label=label) for k, key, label in follows])
    mutes = [(Kind.TOPIC, next(t.key for t in named if t not in liked)), (Kind.WORD, "ايجار")]
    mutes += [(Kind.SOURCE, str(next((s.pk for s in sources if s not in subscribed), sources[0].pk)))]
    Mute.objects.bulk_create([Mute(reader=reader, kind=kind, key=key, label=key) for kind, key in mutes])
    learned = [(Kind.TOPIC, t.key, t.name) for t in liked] + [
        (Kind.SOURCE, str(s.pk), s.title) for s in subscribed[:10]
    ]
    Interest.objects.bulk_create(
        [
            Interest(
                reader=reader, kind=k, key=key, label=label, weight=dice.uniform(0.5, 8), opened=dice.randint(1, 40)
            )
            for k, key, label in learned
        ]
    )
    ids = list(Article.objects.order_by("-published_at").values_list("pk", flat=True)[:2000])
    seen = dice.sample(ids, min(420, len(ids) // 3))
    Mark.objects.bulk_create([Mark(reader=reader, article_id=pk, **_mark(n, now)) for n, pk in enumerate(seen)])
    saved = Article.objects.filter(pk__in=dice.sample(ids, min(30, len(ids) // 3)))
    SavedItem.objects.bulk_create(
        [
            SavedItem(
                reader=reader, article=a, url=a.url, url_key=a.canonical_key, title=a.title, archive="kept", due_at=None
            )
            for a in saved
        ]
    )


def _mark(number: int, now: datetime) -> dict[str, datetime]:
    return {"hidden_at": now} if number % 20 == 0 else {"read_at": now}
