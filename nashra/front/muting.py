"""What a reader muted or hid is offered nowhere: one filter for every list, page, search, digest and feed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, JSONField, OuterRef, Q, QuerySet, Value

from nashra.accounts.models import Reader
from nashra.front.models import Kind, Mark, Mute
from nashra.front.words import Named, by, finder, named
from nashra.news.access import visible_articles
from nashra.news.models import Article, Rule, RuleHit

_RULE = "rule"
_COLUMNS = ("kind", "key", "label", "sense", "language", "aliases")


def tagged_with(topics: Collection[str]) -> Exists:
    """A condition on articles: that one of these topics is theirs.

    Asked of each row that is looked at, which beats a list of all articles that ever had the topics.
    """
    return Exists(Article.topics.through.objects.filter(article=OuterRef("pk"), topic__key__in=topics))


@dataclass(frozen=True, slots=True)
class Because:
    """One mute that an article falls under; `form` and `rule` say where muted words stand in it."""

    kind: str
    key: str
    form: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Muting:
    """The mutes of one reader that hold now, and who it is, for what was hidden.

    `limit` narrows a query; `hides` also judges muted words and authors. Whoever shows articles uses both, or `keep`
    or `offered` after `limit`.
    """

    topics: frozenset[str] = frozenset()
    sources: frozenset[int] = frozenset()
    stories: frozenset[int] = frozenset()
    words: tuple[Named, ...] = ()
    authors: frozenset[str] = frozenset()  # keys, see core.text.authors
    reader_id: int | None = None  # None: a visitor, who has hidden nothing
    has_rules: bool = False  # which may have hidden originals

    @property
    def judges(self) -> bool:
        """Whether a query alone cannot tell what is muted."""
        return bool(self.words or self.authors)

    @property
    def wants_copies(self) -> bool:
        """Whether copies of an original that is not wanted may be wanted: see `firsts`."""
        return bool(self.sources or self.has_rules)

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

    def hides(self, title: str, summary: str, language: str, author: str = "") -> bool:
        """Whether muted words stand there in any of their forms, or a muted author wrote it."""
        return bool(self.judged(title, summary, language, author))

    def judged(self, title: str, summary: str, language: str, author: str = "") -> list[tuple[str, str]]:
        """The mutes of authors and words that it falls under, by kind and key."""
        found = [(Kind.AUTHOR.value, key) for key in by(author, self.authors)] if self.authors and author else []
        if self.words:
            keys = finder(self.words).keys((title, summary, author), language)
            found += [(Kind.WORD.value, key) for key in keys]
        return found

    def keep(self, articles: Iterable[Article]) -> list[Article]:
        """Those of a list in which no muted word stands and that no muted author wrote."""
        return [a for a in articles if not self.hides(a.title, a.summary, a.language, a.author)]

    def kept_ids(self, articles: QuerySet[Article]) -> list[int]:
        """`keep` for a query: the ids, in its order."""
        if not self.judges:
            return list(articles.values_list("pk", flat=True))
        columns = articles.values_list("pk", "title", "summary", "language", "author")
        return [pk for pk, *where in columns.iterator(chunk_size=2000) if not self.hides(*where)]

    def offered(self, articles: QuerySet[Article]) -> set[int]:
        """The ids of those articles of a query that this reader may be offered: `limit` and `keep` in one."""
        return set(self.kept_ids(self.limit(articles.order_by())))

    def because(self, article: Article) -> list[Because]:
        """The mutes that an article falls under: for the page of one that was asked for by its address."""
        topics = article.topics.filter(key__in=self.topics).values_list("key", flat=True) if self.topics else ()
        found = [Because(Kind.TOPIC, key) for key in topics]
        found += [Because(Kind.SOURCE, str(pk)) for pk in self.sources & {article.source_id}]
        found += [Because(Kind.STORY, str(pk)) for pk in self.stories & {article.story_id}]
        found += [Because(Kind.AUTHOR, key) for key in by(article.author, self.authors)]
        where = (article.title, article.summary, article.author)
        first = finder(self.words).first(where, article.language) if self.words else {}
        return found + [Because(Kind.WORD, hit.key, hit.form, hit.rule) for hit in first.values()]


NOTHING = Muting()


def unmuted(reader: Reader, ids: Sequence[int], now: datetime) -> list[int]:
    """Those of these articles that the reader has not muted, in their order; what is hidden stays."""
    muting = muting_of(reader, now)
    kept = set(muting.kept_ids(muting.limit_kinds(Article.objects.filter(pk__in=ids)).order_by()))
    return [pk for pk in ids if pk in kept]


def muting_of(reader: Reader | None, now: datetime) -> Muting:
    """What the reader hid, and the mutes that have not ended; nothing for a visitor."""
    if reader is None or not reader.is_authenticated:
        return NOTHING
    holding = Q(until=None) | Q(until__gt=now)
    mutes = Mute.objects.filter(holding, reader=reader).values_list(*_COLUMNS)
    empty = [Value("")] * 4
    rules = Rule.objects.filter(reader=reader).order_by()
    rules = rules.values_list(Value(_RULE), *empty, Value([], JSONField()))
    rows = list(mutes.union(rules))  # one question for both
    keys: dict[str, list[str]] = {kind: [] for kind in (*Kind.values, _RULE)}
    for kind, key, *_ in rows:
        keys[kind].append(key)
    words = sorted(row[1:] for row in rows if row[0] == Kind.WORD)
    return Muting(
        frozenset(keys[Kind.TOPIC]),
        frozenset(map(int, keys[Kind.SOURCE])),
        frozenset(map(int, keys[Kind.STORY])),
        tuple(named(key, label, sense=sense, language=language, aliases=aliases, broad=True)
              for key, label, sense, language, aliases in words),
        frozenset(keys[Kind.AUTHOR]),
        reader.pk,
        has_rules=bool(keys[_RULE]),
    )  # fmt: skip
