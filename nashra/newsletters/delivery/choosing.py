"""What goes into a digest: the front page's candidates and ranking, without anything that was sent before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db.models import Q

from nashra.accounts.models import Reader
from nashra.core import rank
from nashra.core.rank import Context, Pool, Profile, Ranked, Reason, Sizes
from nashra.front import candidates
from nashra.front.models import Edition, Mark
from nashra.front.muting import Muting, muting_of
from nashra.front.services.editions.letters import freeze_letter
from nashra.front.services.editions.rows import Item, items_from, items_of, stored
from nashra.news import access
from nashra.news.models import Article
from nashra.newsletters.models import Digest, Issue

LOOK_BACK = timedelta(days=60)  # candidates are two weeks old at most; stories live longer
OTHERS = 3
_FULL = ("lead", "story", "for_you")


@dataclass(frozen=True, slots=True)
class Chosen:
    """One article of a digest with its reasons, and the other sources that tell the same story."""

    article: Article
    reasons: tuple[Reason, ...]
    others: tuple[str, ...] = ()
    place: str = ""  # in the frozen edition: edition.slot.position


@dataclass(frozen=True, slots=True)
class Selection:
    """A digest's articles in order: shown in full, and in brief. Either part may be empty."""

    full: tuple[Chosen, ...] = ()
    brief: tuple[Chosen, ...] = ()

    @property
    def articles(self) -> list[Article]:
        """All of them in order."""
        return [one.article for one in (*self.full, *self.brief)]

    def without_stories(self, stories: frozenset[int]) -> "Selection":
        """The same without articles of these stories."""

        def kept(part: tuple[Chosen, ...]) -> tuple[Chosen, ...]:
            return tuple(one for one in part if one.article.story_id not in stories)

        return Selection(kept(self.full), kept(self.brief))


@dataclass(frozen=True, slots=True)
class Sent:
    """What a reader got before, by the ids of articles and stories."""

    articles: frozenset[int] = frozenset()
    stories: frozenset[int] = frozenset()


def sent_before(digest: Digest, now: datetime) -> Sent:
    """What earlier issues held: their articles, what is the same article elsewhere, and their stories then and now."""
    issues = Issue.objects.filter(digest=digest, made_at__gt=now - LOOK_BACK) if digest.pk else Issue.objects.none()
    rows = list(issues.values_list("article_ids", "story_ids"))
    articles = {article for ids, _ in rows for article in ids}
    stories = {story for _, ids in rows for story in ids}
    same = Article.objects.filter(Q(pk__in=articles) | Q(duplicate_of__in=articles))
    for article, original, story in same.values_list("pk", "duplicate_of", "story"):
        articles |= {article, original} - {None}
        stories |= {story} - {None}
    return Sent(frozenset(articles), frozenset(stories))


def choose(reader: Reader, length: int, sent: Sent, now: datetime) -> Selection:
    """At most `length` articles that the reader may see, has not read, hidden or muted, and was not sent before."""
    ranked, _, _ = _ranked(reader, length, sent, now)
    return _selection(reader, items_from(stored(ranked)), muting_of(reader, now))


def freeze(digest: Digest, now: datetime) -> Edition | None:
    """What the digest's next issue will hold, as a row that is not stored yet; None where nothing is new."""
    ranked, profile, context = _ranked(digest.reader, digest.length, sent_before(digest, now), now)
    return freeze_letter(digest.reader, ranked, profile, context, now=now) if ranked else None


def thaw(edition: Edition, reader: Reader, sent: Sent, now: datetime) -> Selection:
    """A frozen edition as it may leave now: what was read, hidden, muted, deleted or sent meanwhile is not in it."""
    gone = Q(read_at__isnull=False) | Q(hidden_at__isnull=False)
    items = items_of(edition)
    done = Mark.objects.filter(gone, reader=reader, article__in=[item.article_id for item in items])
    left = sent.articles | set(done.values_list("article", flat=True))
    selection = _selection(
        reader, [item for item in items if item.article_id not in left], muting_of(reader, now), edition
    )
    return selection.without_stories(sent.stories)


def _ranked(reader: Reader, length: int, sent: Sent, now: datetime) -> tuple[list[Ranked], Profile, Context]:
    """The best in the order of the letter, and by what they were ranked."""
    wishes = candidates.wishes_of(reader, now)
    seed = (reader.pk * 1_000_003 + now.toordinal()) & 0x7FFFFFFF
    wanted = candidates.context_of(reader, sizes=_sizes(length), seed=seed)
    offered = candidates.offered(reader, wishes, muting_of(reader, now), now, wanted)
    pool = _unsent(offered.pool, sent)
    return rank.rank(pool, wishes.profile, offered.context, now=now)[:length], wishes.profile, offered.context


def _selection(reader: Reader, items: Sequence[Item], muting: Muting, edition: Edition | None = None) -> Selection:
    """Those of these items that the reader may be offered now, with the other sources of their stories."""
    allowed = muting.limit(access.visible_articles(reader).filter(pk__in=[item.article_id for item in items]))
    found = {article.pk: article for article in muting.keep(allowed.select_related("source"))}
    present = [item for item in items if item.article_id in found]
    others = _others(reader, [found[item.article_id] for item in present if item.slot in _FULL], muting)
    chosen = [(item.slot, _chosen(item, found[item.article_id], others, edition)) for item in present]
    return Selection(
        tuple(one for slot, one in chosen if slot in _FULL), tuple(one for slot, one in chosen if slot not in _FULL)
    )


def _unsent(pool: Pool, sent: Sent) -> Pool:
    """Without articles and stories that were sent before."""
    before = np.isin(pool.ids, list(sent.articles)) | np.isin(pool.stories, list(sent.stories))
    return pool.take(np.flatnonzero(~before))


def _sizes(length: int) -> Sizes:
    """Half of a digest in full, the rest in brief; the newest fill what nothing personal fills."""
    brief = length // 2
    stories = 1 if length > 4 else 0
    return Sizes(
        lead=1, stories=stories, for_you=length - brief - stories - 1, followed=brief, outside=0, latest=length
    )


def _chosen(item: Item, article: Article, others: dict[int, tuple[str, ...]], edition: Edition | None) -> Chosen:
    place = f"{edition.pk}.{item.slot}.{item.position}" if edition else ""
    return Chosen(article, item.reasons, others.get(article.story_id or 0, ()), place)


def _others(reader: Reader, articles: Sequence[Article], muting: Muting) -> dict[int, tuple[str, ...]]:
    """The names of other sources on these articles' stories, by story."""
    told = {article.story_id: article.source_id for article in articles if article.story_id}
    if not told:
        return {}
    rows = muting.firsts(access.visible_articles(reader).filter(story_id__in=told), reader)
    names: dict[int, list[str]] = {story: [] for story in told}
    for other in muting.keep(muting.limit(rows).select_related("source").order_by("-published_at", "-pk")):
        story, name = other.story_id or 0, str(other.source)
        if other.source_id != told[story] and name not in names[story] and len(names[story]) < OTHERS:
            names[story].append(name)
    return {story: tuple(found) for story, found in names.items()}
