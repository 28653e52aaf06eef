"""What a page shows of one article, ready for its template; a whole list takes a handful of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from nashra.accounts.models import Reader
from nashra.base import locale
from nashra.front import reasons, services
from nashra.front.models import Follow, Kind
from nashra.front.muting import Muting
from nashra.front.services import Item
from nashra.front.services.signals import SHORT
from nashra.library.models import SavedItem
from nashra.news import access
from nashra.news import services as news
from nashra.news.models import Article, Story, Topic, Visibility
from nashra.news.pictures import picture_url

OTHERS = 3  # other sources shown under one story
LOOKED_AT = 12  # of the newest pieces of a story


@dataclass(slots=True)
class Card:
    """One article in a list; `reasons` are sentences in the reader's language, the short one first."""

    id: int
    url: str  # address of its page here, or outside for visitors
    title: str
    summary: str
    source_id: int
    source_name: str
    source_url: str
    author: str
    language: str
    direction: str
    published: datetime
    minutes: int
    image: str = ""  # signed address on this server
    image_width: int = 0
    image_height: int = 0
    topic: tuple[str, str, str] | None = None  # key, label, address
    topic_keys: tuple[str, ...] = ()  # of all its topics
    is_read: bool = False
    is_saved: bool = False
    updated: bool = False
    reasons: list[str] = field(default_factory=list)
    others: list["Card"] = field(default_factory=list)  # other sources on the same story
    story_id: int | None = None
    story_sources: int = 1
    slot: str = ""
    place: str = ""  # query that says where on which edition it stands: what is done there is noted with it
    said: frozenset[str] = frozenset()  # what the reader said of it: more or less, source
    picked: bool = False  # by the editors
    is_paper: bool = False  # of a source of the paper's own choice: editors may set it on the front page
    story_read: datetime | None = None  # when the reader last read of its story, before this came
    external: bool = False  # opens at its source (visitors)


def build(
    reader: Reader | None,
    articles: Sequence[Article],
    *,
    followed: Iterable[str] = (),
    tagged: Mapping[int, Sequence[Topic]] | None = None,
) -> list[Card]:
    """Cards of these articles (with `source` selected), in their order. `reader` None: for a visitor. `tagged`: their
    topics, where they have been loaded.
    """
    ids = [article.pk for article in articles]
    read, stories = services.read_of(reader, articles) if reader else ({}, {})
    saved = (
        set(SavedItem.objects.filter(reader=reader, article_id__in=ids).values_list("article_id", flat=True))
        if reader
        else set()
    )
    said = services.said_of(reader, articles) if reader else {}
    known = topics_of(articles) if tagged is None else tagged
    topics = _chosen_topics(known, frozenset(followed))
    built = [_card(a, reader, topics.get(a.pk), a.pk in read, a.pk in saved) for a in articles]
    for card in built:
        card.topic_keys = tuple(topic.key for topic in known.get(card.id, ()))
        card.said = said.get(card.id, frozenset())
        before = stories.get(card.story_id or 0)
        card.story_read = before if before and not card.is_read and card.published > before else None
    return built


def _card(
    article: Article, reader: Reader | None, topic: tuple[str, str, str] | None, is_read: bool, is_saved: bool
) -> Card:
    source = article.source
    here = reader is not None or source.is_own
    return Card(
        id=article.pk,
        url=f"/article/{article.pk}" if here else article.url,
        title=article.title,
        summary=article.summary,
        source_id=source.pk,
        source_name=str(source),
        source_url=f"/source/{source.pk}",
        author=article.author,
        language=article.language,
        direction=article.direction,
        published=article.published_at,
        minutes=article.minutes,
        image=picture_url(article.image_url) if article.image_url else "",
        image_width=article.image_width,
        image_height=article.image_height,
        topic=topic,
        is_read=is_read,
        is_saved=is_saved,
        updated=article.corrected_at is not None,
        story_id=article.story_id,
        external=not here,
        is_paper=source.visibility == Visibility.PAPER,
    )


def topics_of(articles: Sequence[Article]) -> dict[int, list[Topic]]:
    """The topics of each article that has any."""
    rows = Article.topics.through.objects.filter(article_id__in=[a.pk for a in articles])
    by_article: dict[int, list[Topic]] = defaultdict(list)
    for row in rows.select_related("topic"):
        by_article[row.article_id].append(row.topic)
    return dict(by_article)


def _chosen_topics(tagged: Mapping[int, Sequence[Topic]], followed: frozenset[str]) -> dict[int, tuple[str, str, str]]:
    """One topic of each article: a followed one, else one of the catalogue, else none."""
    language = locale.current().language
    chosen = {}
    for article_id, ones in tagged.items():
        topics = sorted(ones, key=lambda t: (t.key not in followed, not t.is_catalogue, t.pk))
        if topics and (topics[0].is_catalogue or topics[0].key in followed):
            chosen[article_id] = topic_link(topics[0], language)
    return chosen


def topic_link(topic: Topic, language: str) -> tuple[str, str, str]:
    """Key, name and address of a topic."""
    return topic.key, news.topic_name(topic, language), reverse("topic", args=[quote(topic.key, safe="")])


def of_items(
    reader: Reader | None,
    items: Sequence[Item],
    muting: Muting,
    *,
    edition_id: int | None,
    follows: Sequence[Follow],
    articles: Mapping[int, Article] | None = None,
) -> list[Card]:
    """Cards of an edition's items, with reasons, other sources, and where each stands. `follows`: the reader's.
    `articles`: those of the items with their sources, where they have been loaded.
    """
    visible = access.visible_articles(reader).select_related("source")
    found = articles or visible.in_bulk([item.article_id for item in items])
    present = [item for item in items if item.article_id in found]
    shown = [found[item.article_id] for item in present]
    others = _others(reader, [a for a, i in zip(shown, present, strict=True) if i.slot in ("lead", "story")], muting)
    everything = [*shown, *(other for group in others.values() for other in group)]
    tagged, followed = topics_of(everything), [follow.key for follow in follows if follow.kind == Kind.TOPIC]
    both = build(reader, everything, followed=followed, tagged=tagged)
    cards, rest = both[: len(shown)], {card.id: card for card in both[len(shown) :]}
    names = reasons.names_for(
        [reason for item in present for reason in item.reasons],
        locale.current().language,
        reader,
        follows=follows,
        known={topic for topics in tagged.values() for topic in topics},
        sources=[article.source for article in shown],
    )
    for item, card in zip(present, cards, strict=True):
        card.reasons = reasons.sentences(item.reasons, names)
        card.others = [rest[other.pk] for other in others.get(card.id, ())]
        _place(card, item, edition_id)
    return cards


def _place(card: Card, item: Item, edition_id: int | None) -> None:
    """What the card shows of the item's place on the page, and of who tells of it."""
    card.slot = item.slot
    card.picked = any(reason.key == "picked" for reason in item.reasons)
    card.story_sources = 1 + len({other.source_id for other in card.others} - {card.source_id})
    card.story_sources = max([card.story_sources, *(r.count for r in item.reasons if r.key == "story_sources")])
    if edition_id and not card.external:
        card.place = f"?e={edition_id}.{SHORT.get(item.slot, item.slot)}.{item.position}"
        card.url += card.place


def _others(reader: Reader | None, articles: Sequence[Article], muting: Muting) -> Mapping[int, list[Article]]:
    """What other sources say of the stories that these articles tell, by article: of each source the newest.

    Some stories have thousands of pieces: the newest of each are looked at, and all of them where these do not suffice.
    """
    wanted = {article.story_id: article for article in articles if article.story_id}
    if not wanted:
        return {}
    limits = _limits(wanted)
    chosen = _chosen(reader, wanted, muting, limits)
    if short := {story: wanted[story] for story in limits if len(chosen[story]) < OTHERS}:
        chosen |= _chosen(reader, short, muting, {})
    return {wanted[story].pk: list(of_source.values()) for story, of_source in chosen.items()}


def _limits(stories: Iterable[int]) -> dict[int, datetime]:
    """When the last of the newest pieces was published, of stories that have more of them than are looked at."""
    told = Article.objects.filter(story=OuterRef("pk")).order_by("-published_at").values("published_at")
    rows = Story.objects.filter(pk__in=stories).annotate(limit=Subquery(told[LOOKED_AT : LOOKED_AT + 1]))
    return {pk: limit for pk, limit in rows.values_list("pk", "limit") if limit}


def _chosen(
    reader: Reader | None, wanted: Mapping[int, Article], muting: Muting, limits: Mapping[int, datetime]
) -> dict[int, dict[int, Article]]:
    """By story and source the newest piece of each other source, the newest first, `OTHERS` at most."""
    told = Q(story_id__in=wanted.keys() - limits.keys())
    for story, limit in limits.items():
        told |= Q(story_id=story, published_at__gte=limit)
    rows = muting.limit(muting.firsts(access.visible_articles(reader).filter(told), reader))
    rows = rows.exclude(pk__in=[article.pk for article in wanted.values()]).order_by("-published_at", "-pk")
    chosen: dict[int, dict[int, Article]] = {story: {} for story in wanted}
    for row in muting.keep(access.for_lists(rows)):
        story = row.story_id or 0
        known = chosen[story]
        if row.source_id not in {wanted[story].source_id, *known} and len(known) < OTHERS:
            known[row.source_id] = row
    return chosen
