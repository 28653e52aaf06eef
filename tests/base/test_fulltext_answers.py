"""A thousand random questions over five thousand texts: the database at hand gives what plain Python finds in the
streams of terms, in the same order. Run on SQLite and on PostgreSQL, so both give the same.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nashra.base import bulk
from nashra.base.fulltext.asking import question as fulltext_question
from nashra.core.text.asking import And, Node, Not, Or, Phrase, Word
from nashra.core.text.entries import entry
from nashra.core.text.indexing import Streams, opens, query_folded, query_stems, streams
from nashra.news.models import Article, Source
from nashra.news.terms import ARTICLES

TEXTS, QUESTIONS = 5_000, 1_000
NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
LANGUAGES = ("ar", "en", "fr")
BEFORE, AFTER = ("", "ال", "وال", "بال", "لل", "و", "ب", "فال"), ("", "", "ات", "ين", "ها", "ه", "ة", "ي")
ENDINGS = ("", "", "s", "es", "ed", "ing", "'s")
WORDS: dict[str, list[str]] = {}
for line in (Path(__file__).parent.parent / "data" / "text" / "searched_words.tsv").read_text("utf-8").splitlines():
    WORDS.setdefault(line.split("\t")[0], []).extend(line.split("\t")[1].split())


def word(dice: random.Random) -> str:
    kind = dice.random()
    if kind < 0.5:
        return dice.choice(BEFORE) + dice.choice(WORDS["ar"]) + dice.choice(AFTER)
    if kind < 0.9:
        made = dice.choice(WORDS["en"]) + dice.choice(ENDINGS)
        return made.upper() if dice.random() < 0.1 else made
    return dice.choice(WORDS["odd"])


def text(dice: random.Random, least: int, most: int) -> str:
    return " ".join(word(dice) for _ in range(dice.randint(least, most)))


class Oracle:
    """The texts, and which of them answer: nothing but sets and lists."""

    def __init__(self, texts: dict[int, Streams], newest: list[int]) -> None:
        self.texts, self.newest, self.everything = texts, newest, set(texts)
        self.having: dict[tuple[str, str], set[int]] = defaultdict(set)  # by field and stream, and term
        for pk, one in texts.items():
            for name in Streams.__slots__:
                for term in getattr(one, name):
                    self.having[name, term].add(pk)
        self.words = [word for name, word in self.having if name.endswith("folded")]

    def ordered(self, answers: set[int]) -> list[int]:
        return [pk for pk in self.newest if pk in answers]

    def answers(self, node: Node) -> set[int]:
        match node:
            case And(parts):
                return self.everything.intersection(*map(self.answers, parts))
            case Or(parts):
                return set().union(*map(self.answers, parts))
            case Not(part):
                return self.everything - self.answers(part)
            case Word(words, place, prefix):
                terms = query_folded(words)
                if len(terms) == 1 and not prefix and not opens(terms[0]):
                    stems = query_stems(words, LANGUAGES)[0]
                    names = [f"{field}_{stream}" for field in fields(place) for stream in ("stems", "folded")]
                    return set().union(*(self.having[name, stem] for name in names for stem in stems))
                return self.in_a_row(terms, place, prefix)
            case Phrase(words, place):
                return self.in_a_row(query_folded(" ".join(words)), place, False)
        raise TypeError(node)

    def in_a_row(self, terms: tuple[str, ...], place: str, prefix: bool) -> set[int]:
        if not terms:
            return set()
        *first, last = terms
        ends = {last}
        if prefix or opens(last):
            ends |= {word for word in self.words if word.startswith(last)}
        found = set()
        for name in (f"{field}_folded" for field in fields(place)):
            likely = set().union(*(self.having[name, end] for end in ends))
            likely = likely.intersection(*(self.having[name, term] for term in first))
            found |= {pk for pk in likely if stands(first, ends, getattr(self.texts[pk], name))}
        return found


def fields(place: str) -> Iterable[str]:
    return (place,) if place else ("title", "author", "text")


def stands(first: list[str], ends: set[str], words: tuple[str, ...]) -> bool:
    """Whether the first terms stand in a row and one of the ends after them."""
    size = len(first)
    return any(words[at + size] in ends and list(words[at : at + size]) == first for at in range(len(words) - size))


def question(dice: random.Random, known: list[str], depth: int = 0) -> Node:
    """A random tree; half of its words are likely to be found."""
    kind = dice.random()
    if depth < 3 and kind < 0.22 + 0.3 * (depth == 0):
        parts = tuple(
            question(dice, known, depth + 1) for _ in range(dice.randint(0 if dice.random() < 0.05 else 2, 4))
        )
        return dice.choice((And, And, Or))(parts)
    if depth < 4 and kind < 0.62 and dice.random() < 0.3:
        return Not(question(dice, known, depth + 1))
    place = dice.choice(("", "", "", "title", "author"))
    kind = dice.random()
    if kind < 0.5:
        return Word(word(dice) if dice.random() < 0.7 else dice.choice(known).split()[0], place)
    if kind < 0.7:
        return Word(dice.choice(dice.choice(known).split())[: dice.randint(1, 5)], place, prefix=True)
    source = dice.choice(known).split()
    start = dice.randrange(len(source))
    return Phrase(tuple(source[start : start + dice.randint(1, 3)]), place)


@pytest.fixture
def oracle(make_source: Callable[..., Source]) -> Oracle:
    """Five thousand articles in the database and in Python."""
    dice, source = random.Random(20261124), make_source()
    rows, texts, entries = [], {}, {}
    for number in range(1, TEXTS + 1):
        title, author, body = text(dice, 1, 6), text(dice, 0, 2), text(dice, 3, 25)
        at = NOW - timedelta(minutes=dice.randrange(2_000))
        rows.append((number, source.pk, f"g{number}", title, author, at, at))
        language = dice.choice(LANGUAGES)
        texts[number] = streams(title, author, body, language=language)
        entries[number] = entry(title, author, body, language=language)
    columns = ("id", "source_id", "guid", "title", "author", "published_at", "first_seen_at")
    bulk.insert(Article, columns, rows)
    ARTICLES.put(entries.items())
    return Oracle(texts, [row[0] for row in sorted(rows, key=lambda row: (row[5], row[0]), reverse=True)])


def test_a_thousand_random_questions_have_the_same_answers_in_the_same_order_as_plain_python_finds(
    oracle: Oracle,
) -> None:
    dice, found, wrong = random.Random(7), 0, []
    titles = list(Article.objects.exclude(title="").order_by("pk").values_list("title", flat=True))
    for _ in range(QUESTIONS):
        asked = question(dice, titles)
        answers = oracle.answers(asked)
        rows = Article.objects.filter(ARTICLES.condition(asked, languages=LANGUAGES)).order_by("-published_at", "-pk")
        same = list(rows.values_list("pk", flat=True)) == oracle.ordered(answers)
        if not same:
            wrong.append(asked)
        found += 0 < len(answers) < TEXTS
    assert wrong == []
    assert found > QUESTIONS // 2


def test_many_questions_at_once_have_the_newest_answers_of_each(oracle: Oracle) -> None:
    dice = random.Random(8)
    titles = list(Article.objects.exclude(title="").order_by("pk").values_list("title", flat=True))
    asked = [question(dice, titles) for _ in range(50)]
    for node, found in zip(asked, ARTICLES.newest(asked, languages=LANGUAGES, most=20), strict=True):
        expected = sorted(oracle.answers(node), reverse=True)[:20]
        assert found == (expected if has_something_to_look_for(node) else [])


def has_something_to_look_for(node: Node) -> bool:
    """Whether a tree does more than leave out."""
    asked = fulltext_question(node, LANGUAGES)
    return asked.matched is not None and not asked.negated
