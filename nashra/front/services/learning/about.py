"""What an article is about, as lines of a profile: its topics, names, source, and the strongest words.

Authors are followed or muted, not learned: nothing in the score would look at such a line.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from nashra.core.text import Analyser, fold, for_language
from nashra.front.models import Kind
from nashra.front.services.learning.names import names_in
from nashra.news.models import Article, ArticleText

TOPICS, NAMES, WORDS = 6, 6, 3  # of one article
LOOKED_AT = 1500  # letters of a text in which words are counted: its beginning says what it is about
SHORTEST = 4  # letters of a word that stands for itself
OFTEN = 2  # a word said once is in passing


@dataclass(frozen=True, slots=True)
class About:
    """One line that an article feeds."""

    kind: str
    key: str
    label: str


def about(article: Article, now: datetime) -> list[About]:
    """All lines that an article feeds, each once."""
    named = list(_names(article, now))
    taken = {word for one in named for word in fold(one.label).split()}  # a line of its own
    found = [*_topics(article), *_source(article), *named, *_words(article, taken)]
    return list({(one.kind, one.key): one for one in found if one.key and len(one.key) <= 200}.values())


def _topics(article: Article) -> Iterator[About]:
    for topic in sorted(article.topics.all(), key=lambda one: (not one.is_catalogue, one.pk))[:TOPICS]:
        yield About(Kind.TOPIC, topic.key, topic.name[:200])


def _source(article: Article) -> Iterator[About]:
    yield About(Kind.SOURCE, str(article.source_id), str(article.source)[:200])


def _names(article: Article, now: datetime) -> Iterator[About]:
    for key, label in names_in(article, now)[:NAMES]:
        yield About(Kind.WORD, key, label[:200])


def _words(article: Article, taken: Collection[str]) -> Iterator[About]:
    """The words that the beginning of the text says most often, those of the title counted twice; each in the shortest
    form in which it stands there, to which least is glued.
    """
    analyser = for_language(article.language or "ar")
    body = ArticleText.objects.filter(article=article).values_list("text", flat=True).first() or ""
    counts: Counter[str] = Counter()
    written: dict[str, str] = {}
    for where, times in ((article.title, 2), (article.summary, 1), (body[:LOOKED_AT], 1)):
        for term in analyser.terms(where):
            if term.folded not in taken and _tells(term.folded, analyser):
                stem = analyser.light_of(term.folded)
                counts[stem] += times
                form = where[term.start : term.end]
                written[stem] = min(written.get(stem, form), form, key=len)
    often = [(stem, n) for stem, n in counts.items() if n > OFTEN]
    for stem, _ in sorted(often, key=lambda one: (-one[1], one[0]))[:WORDS]:
        yield About(Kind.TERM, stem, written[stem][:200])


def _tells(word: str, analyser: Analyser) -> bool:
    """Whether a folded word stands for something by itself."""
    if len(word) < SHORTEST or not word.isalpha() or word in analyser.stops:
        return False
    return analyser.light_of(word) not in analyser.common
