"""What a reader muted or hid is offered nowhere: one filter for every list, page, search, digest and feed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from nashra.accounts.models import Reader
from nashra.front.models import Kind, Mark, Mute
from nashra.front.words import mentions
from nashra.news.access import visible_articles
from nashra.news.models import Article, Rule, RuleHit

_RULE = "rule"


def tagged_with(topics: Collection[str]) -> Exists:
    """A condition on articles: that one of these topics is theirs.

    Asked of each row that is looked at, which beats a list of all articles that ever had the topics.
    """
    return Exists(Article.topics.through.objects.filter(article=OuterRef("pk"), topic__key__in=topics))


@dataclass(frozen=True, slots=True)
class Muting:
    """The mutes of one reader that hold now, and who it is, for what was hidden.

    `limit` narrows a query; `hides` also judges muted words.
    """

    topics: frozenset[str]
    sources: frozenset[int]
    stories: frozenset[int]
    words: tuple[str, ...]  # folded
    reader_id: int | None = None  # None: a visitor, who has hidden nothing
    has_rules: bool = False  # which may have hidden originals

    def limit(self, articles: QuerySet[Article]) -> QuerySet[Article]:
        """Without hidden articles and those of muted topics, sources and stories (words are judged by `hides`)."""
        if self.reader_id is not None:
            hidden = Mark.objects.filter(reader=self.reader_id, article=OuterRef("pk"), hidden_at__isnull=False)
            articles = articles.exclude(Exists(hidden))
        return self.limit_kinds(articles)

    def limit_kinds(self, articles: QuerySet[Article]) -> QuerySet[Article]:
        """Without articles of muted topics, sources and stories: for a query that leaves out hidden ones by itself."""
        if self.sources:
            articles = articles.exclude(source_id__in=self.sources)
        if self.stories:
            articles = articles.exclude(story_id__in=self.stories)
        if self.topics:
            articles = articles.exclude(tagged_with(self.topics))
        return articles

    def firsts(self, articles: QuerySet[Article], reader: Reader | None) -> QuerySet[Article]:
        """Of copies of one text the original alone. Where its source is muted, or a rule of the reader's hid it, the
        first copy that they do see, so that nothing vanishes behind what they do not want.
        """
        behind = self._behind()
        if behind is None:
            return articles.filter(duplicate_of=None)
        earlier = visible_articles(reader).filter(duplicate_of=OuterRef("duplicate_of"), pk__lt=OuterRef("pk"))
        earlier = earlier.exclude(Exists(self._hidden().filter(article=OuterRef("pk"))))
        if self.sources:
            earlier = earlier.exclude(source_id__in=self.sources)
        return articles.filter(Q(duplicate_of=None) | behind & ~Exists(earlier))

    def firsts_and_more(self, articles: QuerySet[Article]) -> QuerySet[Article]:
        """The same with every copy behind an unwanted original: at half the cost, for whoever sorts them out."""
        behind = self._behind()
        return articles.filter(Q(duplicate_of=None) if behind is None else Q(duplicate_of=None) | behind)

    def _behind(self) -> Q | None:
        """A condition on articles: a copy whose original the reader does not want. None where there can be none."""
        unwanted = Q(duplicate_of__source_id__in=self.sources) if self.sources else Q()
        if self.has_rules:
            ruled = RuleHit.objects.filter(rule__reader=self.reader_id, article=OuterRef("duplicate_of"))
            unwanted |= Q(Exists(self._hidden().filter(article=OuterRef("duplicate_of"))) & Exists(ruled))
        return Q(duplicate_of__isnull=False) & unwanted if unwanted else None

    def _hidden(self) -> QuerySet[Mark]:
        return Mark.objects.filter(reader=self.reader_id, hidden_at__isnull=False)

    def hides(self, title: str, summary: str, language: str) -> bool:
        """Whether a muted word stands in the text, in any of its forms."""
        return bool(self.words) and mentions(self.words, f"{title}\n{summary}", language=language) != ()

    def keep(self, articles: Iterable[Article]) -> list[Article]:
        """Those of a list in which no muted word stands."""
        return [a for a in articles if not self.hides(a.title, a.summary, a.language)]


NOTHING = Muting(frozenset(), frozenset(), frozenset(), ())


def muting_of(reader: Reader | None, now: datetime) -> Muting:
    """What the reader hid, and the mutes that have not ended; nothing for a visitor."""
    if reader is None or not reader.is_authenticated:
        return NOTHING
    holding = Q(until=None) | Q(until__gt=now)
    mutes = Mute.objects.filter(holding, reader=reader).values_list("kind", "key")
    rules = Rule.objects.filter(reader=reader).order_by().values_list(Value(_RULE), Value(""))
    keys: dict[str, list[str]] = {kind: [] for kind in (*Kind.values, _RULE)}
    for kind, key in mutes.union(rules):  # one question for both
        keys[kind].append(key)
    return Muting(
        frozenset(keys[Kind.TOPIC]),
        frozenset(map(int, keys[Kind.SOURCE])),
        frozenset(map(int, keys[Kind.STORY])),
        tuple(keys[Kind.WORD]),
        reader.pk,
        has_rules=bool(keys[_RULE]),
    )
