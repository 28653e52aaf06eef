"""The search over one reader's saved items, in the language of the search over the news."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from nashra.accounts.models import Reader
from nashra.core.text import Snippet, fold, primary, snippet
from nashra.core.text.asking import And, Filter, Node, Not, Note, Or, Phrase, Query, Word, asked_languages
from nashra.core.text.asking.naming import called
from nashra.core.text.marking import marks
from nashra.core.text.wanting import wanted_of
from nashra.library.models import SavedItem, Tag
from nashra.library.services.tagging import tag_key
from nashra.library.terms import ITEMS
from nashra.news.services.searching.compiling import NONE, condition
from nashra.news.services.searching.filters import beginning

SNIPPET = 200  # characters
_TAG = "tag's key"  # a filter of our own: words that are a tag's name find what has the tag


@dataclass(frozen=True, slots=True)
class Found:
    """What answers a search among a reader's saved items, in no order; `notes` says what is called nothing here."""

    rows: QuerySet[SavedItem]
    query: Query
    languages: tuple[str, ...]
    notes: tuple[Note, ...]

    def snippet(self, item: SavedItem) -> Snippet:
        """The place of an item's text where the words are, with marks."""
        wanted = wanted_of(self.query.node, self.languages)
        return snippet(item.text or item.excerpt, wanted, language=item.language, length=SNIPPET)

    def titled(self, item: SavedItem) -> Snippet:
        """An item's title with the words marked in it."""
        wanted = wanted_of(self.query.node, self.languages, field="title")
        return Snippet(item.title, marks(item.title, wanted, language=item.language))


def answering(reader: Reader, query: Query, *, now: datetime) -> Found:
    """This reader's saved items that answer a search; what is muted stays, it was saved. None for an error."""
    mine = SavedItem.objects.filter(reader=reader)
    if query.node is None or query.error:
        return Found(mine.none(), query, (), query.notes)
    filters, languages = _Filters(reader, now), _languages(reader, query.node)
    node = _with_tags(query.node, list(Tag.objects.filter(reader=reader)))
    wanted = condition(node, lambda words: ITEMS.condition(words, languages=languages), filters)
    dated = mine.annotate(dated_at=Coalesce("published_at", "saved_at"))
    return Found(dated.filter(wanted), query, languages, (*query.notes, *filters.notes))


def has_highlights(reader: Reader) -> bool:
    """Whether the reader has highlighted anything: nothing can be, so far."""
    return False


@dataclass(slots=True)
class _Filters:
    """The filters of one search as conditions on saved items."""

    reader: Reader
    now: datetime
    notes: list[Note] = field(default_factory=list)

    def __call__(self, wanted: Filter) -> Q:
        conditions: dict[str, Callable[[str], Q]] = {
            "source": self._source,
            "lang": lambda code: Q(language=code),
            "tag": lambda name: self._tag(tag_key(name), f"tag:{name}"),
            _TAG: lambda key: self._tag(key, ""),
            "is": _state,
            "since": lambda value: Q(dated_at__gte=beginning(value, self.reader, self.now)),
            "before": lambda value: Q(dated_at__lt=beginning(value, self.reader, self.now)),
        }
        return conditions[wanted.name](wanted.value) if wanted.name in conditions else NONE

    def _source(self, name: str) -> Q:
        mine = SavedItem.objects.filter(reader=self.reader).order_by()
        names = [own for own in mine.values_list("source_name", flat=True).distinct() if called(name, [own], [])]
        where = Q(source_name__in=names)
        if "." in name and " " not in name:
            where |= Q(url__icontains=f"//{name}") | Q(url__icontains=f".{name}")
        elif not names:
            self.notes.append(Note("unknown", f"source:{name}"))
        return where

    def _tag(self, key: str, what: str) -> Q:
        tag = Tag.objects.filter(reader=self.reader, key=key).first()
        if tag is None:
            self.notes.append(Note("unknown", what))
            return NONE
        return Q(Exists(SavedItem.tags.through.objects.filter(saveditem=OuterRef("pk"), tag=tag)))


def _state(state: str) -> Q:
    """What is read, or not; everything here is saved."""
    return {"read": Q(read_at__isnull=False), "unread": Q(read_at=None)}.get(state, ~NONE)


def _languages(reader: Reader, node: Node) -> tuple[str, ...]:
    if asked := asked_languages(node):
        return asked
    spoken = SavedItem.objects.filter(reader=reader).order_by().values_list("language", flat=True).distinct()
    return tuple(sorted({code for one in spoken if (code := primary(one))} | {"ar", "en"}))


def _with_tags(node: Node, tags: Sequence[Tag]) -> Node:
    """The tree in which words and phrases that stand in a tag's name also find what has the tag."""
    match node:
        case And(parts) | Or(parts):
            return type(node)(tuple(_with_tags(part, tags) for part in parts))
        case Not(part):
            return Not(_with_tags(part, tags))
        case Word() | Phrase() if not node.place:
            named = tuple(Filter(_TAG, tag.key) for tag in tags if _names(tag, node))
            return Or((node, *named)) if named else node
    return node


def _names(tag: Tag, leaf: Word | Phrase) -> bool:
    if isinstance(leaf, Phrase):
        return called(" ".join(leaf.words), [tag.name], [])
    if not leaf.prefix:
        return called(leaf.text, [tag.name], [])
    return any(word.startswith(fold(leaf.text)) for word in tag.key.split())
