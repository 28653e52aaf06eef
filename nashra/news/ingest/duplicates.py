"""The same article from several sources: each copy points at the first that everyone who sees the copy may see, too.

A paper's source is seen by all, a listed one by readers, a private one by its subscriber. So a copy may point at an
article of a paper's source, or, when its own source is not the paper's, of a listed one; nothing points at a private
one.
"""

from collections.abc import Collection, Sequence

from nashra.base import bulk
from nashra.news.ingest.drafts import Draft
from nashra.news.models import Article, Source, Visibility

BY_ADDRESS, BY_TEXT = "address", "text"  # by what an article is known to be a copy


def may_point(copy: str, original: str) -> bool:
    """Whether an article of a source so visible may point at one of a source of that visibility."""
    return original == Visibility.PAPER or (original == Visibility.LISTED and copy != Visibility.PAPER)


def point(copy: int, original: int, why: str) -> None:
    """Makes one article a copy of another; its own copies go with it. In the caller's transaction."""
    Article.objects.filter(duplicate_of=copy).update(duplicate_of=original)
    Article.objects.filter(pk=copy).update(duplicate_of=original, duplicate_why=why)


def set_free(source: Source) -> None:
    """The paper's copies of articles of a source that is no longer the paper's stand for themselves again: the first
    of each text, and the others of that text point at it.
    """
    copies = Article.objects.filter(duplicate_of__source=source, source__visibility=Visibility.PAPER)
    firsts: dict[int, int] = {}
    for pk, original in copies.order_by("pk").values_list("pk", "duplicate_of_id"):
        first = firsts.setdefault(original, pk)
        if pk == first:
            Article.objects.filter(pk=pk).update(duplicate_of=None, duplicate_why="")
        else:
            Article.objects.filter(pk=pk).update(duplicate_of=first)


def learn_address(article: Article, key: str) -> None:
    """Takes over the key of the address that an article's own page gives, and links it with those of the same key.

    A key that another article of the source has says nothing: some sites name one address on all their pages.
    """
    others = Article.objects.filter(canonical_key=key)
    if not key or key == article.canonical_key or others.filter(source=article.source_id).exists():
        return
    Article.objects.filter(pk=article.pk).update(canonical_key=key)
    first = Originals([key]).of(key, article.source)
    if first is None or Article.objects.filter(pk=article.pk).exclude(duplicate_of=None).exists():
        return
    visibility = Article.objects.values_list("source__visibility", flat=True).get(pk=first)
    if article.pk < first and may_point(visibility, article.source.visibility):
        point(first, article.pk, BY_ADDRESS)
    else:
        point(article.pk, first, BY_ADDRESS)


class Originals:
    """The first articles known under some canonical keys."""

    def __init__(self, keys: Collection[str]) -> None:
        self._found: dict[str, list[tuple[int, int, str]]] = {}  # key -> (article, source, visibility), oldest first
        columns = ("id", "canonical_key", "source_id")
        rows = bulk.select(Article, columns, "canonical_key", [key for key in keys if key], empty="duplicate_of_id")
        sources = dict(bulk.select(Source, ("id", "visibility"), "id", {source for _, _, source in rows}))
        for pk, key, source in rows:
            if (visibility := sources.get(source, Visibility.PRIVATE)) != Visibility.PRIVATE:  # or just deleted
                self._found.setdefault(key, []).append((pk, source, visibility))

    def of(self, key: str, source: Source) -> int | None:
        """The id of the article that a new one of this source repeats, if any."""
        for pk, other, visibility in self._found.get(key, ()):
            if other == source.pk:
                continue  # one source tells its articles apart by their ids
            if may_point(source.visibility, visibility):
                return pk
        return None

    def link_new(self, made: Sequence[tuple[int, Draft, Source]]) -> dict[int, int]:
        """For articles that are about to be stored (id, draft, source): the id of the article that each repeats."""
        repeats: dict[int, int] = {}
        for pk, draft, source in made:
            if not draft.canonical_key:
                continue
            if first := self.of(draft.canonical_key, source):
                repeats[pk] = first
            elif source.visibility != Visibility.PRIVATE:
                self._found.setdefault(draft.canonical_key, []).append((pk, source.pk, source.visibility))
        return repeats
