"""Searches are read without failing, and written out so that the same search always reads the same."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashra.core.text.asking import (
    And,
    Not,
    Or,
    Phrase,
    Query,
    Word,
    asked_languages,
    first_day,
    leaves,
    parse,
    written,
)
from nashra.core.text.asking.parsing import MOST_DEPTH, MOST_FILTERS, MOST_WORDS

PAIRS = [
    [*line.split("\t"), "", ""][:4]
    for line in (Path(__file__).parents[3] / "data" / "text" / "searches.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
PIECES = [
    *("ماء", "water", "أو", "OR", "AND", "|", "(", ")", '"', "«", "»", "'", "-", "*", ":", ",", " ", " ", " "),
    *("title:", "عنوان:", "source:", "is:read", "since:7d", "lang:ar", "tag:", "ه\u0640", "\u200f", "e\u0301", "٣"),
]
SEARCHES = st.text() | st.lists(st.sampled_from(PIECES) | st.characters(), max_size=40).map("".join)


@pytest.mark.parametrize(("typed", "expected", "notes", "error"), PAIRS, ids=[repr(pair[0]) for pair in PAIRS])
def test_a_search_is_read(typed: str, expected: str, notes: str, error: str) -> None:
    query = parse(typed)
    said = [f"{note.code}={note.word}" if note.word else note.code for note in query.notes]
    assert (written(query), sorted(said), query.error or "") == (expected.strip(), sorted(notes.split()), error)


@settings(deadline=None, max_examples=300)
@given(SEARCHES)
def test_a_search_that_was_written_out_reads_the_same(typed: str) -> None:
    query = parse(typed)
    assert parse(written(query)) == query
    assert written(parse(written(query))) == written(query)


@settings(deadline=None)
@given(SEARCHES)
def test_no_search_is_larger_than_what_may_be_asked(typed: str) -> None:
    found = list(leaves(parse(typed * 20).node))
    words = [leaf for leaf in found if isinstance(leaf, Word | Phrase)]
    assert sum(1 if isinstance(leaf, Word) else len(leaf.words) for leaf in words) <= MOST_WORDS
    assert len(found) - len(words) <= MOST_FILTERS


def test_a_very_long_search_keeps_its_first_words_and_says_so() -> None:
    query = parse(" ".join(f"كلمة{n}" for n in range(1, 2000)))
    assert {note.code for note in query.notes} == {"many", "long"}
    assert written(query) == " ".join(f"كلمة{n}" for n in range(1, MOST_WORDS + 1))


def test_brackets_in_too_many_brackets_are_read_as_if_they_were_not_there() -> None:
    query = parse("(a OR " * 30 + "b" + ")" * 30 + " c")
    assert [note.code for note in query.notes] == ["deep"]
    assert isinstance(query.node, And)
    assert query.node.parts[-1] == Word("c")
    deepest = parse("(a OR (b " * (MOST_DEPTH // 2) + "c" + "))" * (MOST_DEPTH // 2))
    assert deepest.notes == ()


@pytest.mark.parametrize(
    "text", ['"' * 10_000, "«" * 10_000, "(" * 10_000, "-(" * 5_000, "title:" * 1_700, "'a " * 3_300]
)
def test_ten_thousand_signs_are_read(text: str) -> None:
    assert isinstance(parse(text * (10_000 // len(text))), Query)


def test_or_binds_its_neighbours_more_closely_than_words_that_stand_side_by_side() -> None:
    expected = And((Word("ماء"), Or((Word("تونس"), Word("ليبيا"))), Not(Word("كرة"))))
    assert parse("ماء تونس أو ليبيا -كرة") == Query(expected)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-11-03", "2026-11-03"),
        ("2026-11", "2026-11-01"),
        ("2026", "2026-01-01"),
        ("today", "2026-03-31"),
        ("yesterday", "2026-03-30"),
        ("7d", "2026-03-24"),
        ("2w", "2026-03-17"),
        ("1m", "2026-02-28"),
        ("3m", "2025-12-31"),
        ("1y", "2025-03-31"),
        ("9999y", "1900-01-01"),
        ("9999d", "1998-11-14"),
        ("9999w", "1900-01-01"),
    ],
)
def test_a_date_begins_on_a_day(value: str, day: str) -> None:
    assert first_day(value, date(2026, 3, 31)).isoformat() == day


@pytest.mark.parametrize(
    ("typed", "languages"),
    [
        ("ماء lang:ar", ("ar",)),
        ("lang:fr", ("fr",)),
        ("eau lang:fr|en -lang:de", ("fr", "en")),
        ("-lang:de eau", ()),
        ("(eau lang:fr) OR water", ()),
        ("eau", ()),
    ],
)
def test_the_languages_that_a_search_is_narrowed_to_are_known(typed: str, languages: tuple[str, ...]) -> None:
    node = parse(typed).node
    assert node is not None
    assert asked_languages(node) == languages
