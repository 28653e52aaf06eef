"""What goes into a digest: the front page's candidates and ranking, without anything that was sent before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db.models import Q

from nashra.accounts.models import Reader
from nashra.core import rank
from nashra.core.rank import Pool, Ranked, Reason, Sizes
from nashra.front import candidates
from nashra.front.muting import Muting, muting_of
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


@dataclass(frozen=True, slots=True)
class Selection:
    """A digest's articles in order: shown in full, and in brief. Either part may be empty."""

    full: tuple[Chosen, ...] = ()
    brief: tuple[Chosen, ...] = ()

    @property
    def articles(self) -> list[Article]:
        """All of them in order."""
        return [one.article for one in (*self.full, *self.brief)]


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
    muting = muting_of(reader, now)
    wishes = candidates.wishes_of(reader, now)
    offered = candidates.offered(reader, wishes, muting, now, candidates.context_of(reader, sizes=_sizes(length)))
    pool = _unsent(offered.pool, sent)
    ranked = rank.rank(pool, wishes.profile, offered.context, now=now)[:length]
    found = access.visible_articles(reader).select_related("source").in_bulk([one.item.id for one in ranked])
    present = [one for one in ranked if one.item.id in found]
    others = _others(reader, [found[one.item.id] for one in present if one.slot in _FULL], muting)
    chosen = [(one.slot, _chosen(one, found, others)) for one in present]
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


def _chosen(one: Ranked, found: dict[int, Article], others: dict[int, tuple[str, ...]]) -> Chosen:
    article = found[one.item.id]
    return Chosen(article, one.reasons, others.get(article.story_id or 0, ()))


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
