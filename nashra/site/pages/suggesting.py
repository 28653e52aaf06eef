"""Suggestions while one types a search: what the reader follows and may see, never what they muted.

Everything is bounded, so that an answer takes some milliseconds whatever the paper holds.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from nashra.accounts.models import Reader
from nashra.base import locale
from nashra.core.text import clean, fold
from nashra.core.text.asking.fields import field_named
from nashra.core.text.words import WORD, folded_terms
from nashra.front.models import Follow, Kind
from nashra.front.muting import Muting, muting_of
from nashra.news import catalogue
from nashra.news.access import visible_articles, visible_sources
from nashra.news.models import Article, Topic, Visibility

MOST = 8
OF_A_KIND = 3
LONGEST = 200  # characters of what is typed that are looked at
SHORTEST = 2  # letters of a word that is completed
TITLES = 300  # the newest, whose words are suggested
SOURCES = 500
_LAST = re.compile(
    r"(?P<before>(?:.*[\s(|])?-?)(?:(?P<field>[^\s:\"“”«»()|-]+):)?[\"“„«]?(?P<word>[^\s:\"“”„«»()|]*)\Z", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the field would hold, what is shown for it, and the name of its kind in the reader's language."""

    text: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Typed:
    """What was typed: what stands before the last word, that word's field if it has one, and the word, folded."""

    whole: str
    before: str
    field: str
    word: str

    def with_word(self, word: str) -> str:
        return f"{self.before}{word} "


def suggestions(reader: Reader | None, typed: str, *, now: datetime) -> list[Suggestion]:
    """At most MOST suggestions for what is typed so far; none before the last word has SHORTEST letters."""
    asked = _read(typed)
    if asked is None:
        return []
    muting = muting_of(reader, now)
    found: dict[str, Suggestion] = {}
    for one in _all(reader, asked, muting):
        if not muting.hides(one.label, "", ""):
            found.setdefault(one.text, one)
    return list(found.values())[:MOST]


def _read(typed: str) -> _Typed | None:
    text = clean(typed, longest=LONGEST)
    if typed[-1:].isspace():
        return None
    match = _LAST.match(text)
    word = " ".join(folded_terms(match["word"])) if match else ""
    if match is None or len(_bare(word)) < SHORTEST:
        return None
    field = field_named(match["field"]) if match["field"] else ""
    if field is None:
        return None
    return _Typed(fold(text), match["before"], field, word)


def _all(reader: Reader | None, asked: _Typed, muting: Muting) -> Iterator[Suggestion]:
    if not asked.field and reader:
        yield from islice(_searches(reader, asked), OF_A_KIND)
        yield from islice(_names(reader, asked), OF_A_KIND)
    if asked.field in ("", "tag"):
        yield from islice(_topics(reader, asked, muting), OF_A_KIND)
    if asked.field in ("", "source"):
        yield from islice(_sources(reader, asked, muting), OF_A_KIND)
    if asked.field in ("", "title"):
        yield from islice(_title_words(reader, asked, muting), MOST)


def _searches(reader: Reader, asked: _Typed) -> Iterator[Suggestion]:
    for label in Follow.objects.filter(reader=reader, kind=Kind.SEARCH).order_by("-at").values_list("label", flat=True):
        if fold(label).startswith(asked.whole):
            yield Suggestion(label, label, gettext("Your search"))


def _names(reader: Reader, asked: _Typed) -> Iterator[Suggestion]:
    for label in Follow.objects.filter(reader=reader, kind=Kind.WORD).order_by("-at").values_list("label", flat=True):
        if _begins(label, asked.word):
            yield Suggestion(asked.with_word(_quoted(label)), label, gettext("You follow this"))


def _topics(reader: Reader | None, asked: _Typed, muting: Muting) -> Iterator[Suggestion]:
    language = locale.current().language
    named = [(topic.key, topic.name(language)) for topic in catalogue.topics()]
    known = set(_seen_topics(reader, Q(key__in=[key for key, name in named if _begins(name, asked.word)])))
    found = [(key, name) for key, name in named if key in known]
    others = Topic.objects.filter(key__startswith=asked.word, is_catalogue=False)
    found += [(topic.key, topic.name) for topic in _visible(reader, others)]
    for key, name in found:
        if key not in muting.topics:
            yield Suggestion(asked.with_word(f"tag:{_quoted(name)}"), name, gettext("Topic"))


def _seen_topics(reader: Reader | None, wanted: Q) -> list[str]:
    return [topic.key for topic in _visible(reader, Topic.objects.filter(wanted, is_catalogue=True))]


def _visible(reader: Reader | None, topics: QuerySet[Topic]) -> list[Topic]:
    """Those that some article has which the reader may see."""
    tagged = Article.topics.through.objects.filter(topic=OuterRef("pk"), article__source__in=visible_sources(reader))
    return list(topics.filter(Exists(tagged)).order_by("key")[:OF_A_KIND])


def _sources(reader: Reader | None, asked: _Typed, muting: Muting) -> Iterator[Suggestion]:
    """Sources that the reader follows, and the paper's."""
    near = Q(visibility=Visibility.PAPER)
    if reader:
        near |= Q(subscriptions__reader=reader)
    rows = visible_sources(reader).filter(near).exclude(title="").order_by("pk").distinct()
    for pk, title in rows.values_list("pk", "title")[:SOURCES]:
        if pk not in muting.sources and _begins(title, asked.word):
            yield Suggestion(asked.with_word(f"source:{_quoted(title)}"), title, gettext("Source"))


def _title_words(reader: Reader | None, asked: _Typed, muting: Muting) -> Iterator[Suggestion]:
    """Words of new titles that begin so, the most frequent first, as they are most often written."""
    rows = muting.limit(visible_articles(reader)).order_by("-published_at", "-pk")
    columns = rows.values_list("title", "summary", "language", "author")[:TITLES]
    forms: dict[str, Counter[str]] = {}
    for title, *rest in columns:
        words = [word for word in WORD.findall(title) if _is_begun(word, asked.word)]
        if words and not muting.hides(title, *rest):
            for word in words:
                forms.setdefault(_bare(" ".join(folded_terms(word))), Counter())[word] += 1
    ranked = sorted(forms.items(), key=lambda pair: (-pair[1].total(), pair[0]))
    prefix = "title:" if asked.field == "title" else ""
    for _, written in ranked:
        word = min(written, key=lambda form: (-written[form], form))
        yield Suggestion(asked.with_word(prefix + word), word, gettext("In new titles"))


def _begins(name: str, word: str) -> bool:
    """Whether a word of a name begins with what was typed."""
    return any(_is_begun(part, word) for part in WORD.findall(name))


def _is_begun(word: str, beginning: str) -> bool:
    folded = " ".join(folded_terms(word))
    return folded.startswith(beginning) or _bare(folded).startswith(_bare(beginning))


def _bare(word: str) -> str:
    """A folded Arabic word without its article."""
    return word[2:] if word.startswith("ال") and len(word) > 3 else word


def _quoted(name: str) -> str:
    plain = name.replace('"', " ").strip()
    return plain if WORD.fullmatch(plain) else f'"{plain}"'
