"""Searches are read without failing, and shown on the original text."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashra.core.text import Query, parse_query, snippet

QUERIES = json.loads((Path(__file__).parents[2] / "data" / "text" / "queries.json").read_text("utf-8"))


@pytest.mark.parametrize("case", QUERIES, ids=lambda case: repr(case["typed"]))
def test_a_search_is_read(case: dict[str, Any]) -> None:
    expected = Query(
        tuple(case.get("words", ())),
        tuple(tuple(phrase) for phrase in case.get("phrases", ())),
        tuple(case.get("excluded", ())),
        case.get("error"),
        case.get("prefix"),
    )
    assert parse_query(case["typed"]) == expected


@settings(deadline=None)
@given(st.text() | st.text(alphabet='"«»-* ab()', max_size=60))
def test_no_search_ever_fails(text: str) -> None:
    query = parse_query(text)
    assert bool(query.words or query.phrases) is (query.error in (None, "too_many"))


def test_a_very_long_search_keeps_its_first_words() -> None:
    query = parse_query(" ".join(f"كلمة{n}" for n in range(1, 2000)))
    assert query.error == "too_many"
    assert len(query.words) == 32


def test_highlights_cover_whole_words_with_marks_article_and_clitics() -> None:
    text = "وصل الرئيس التُّونسيّ إلى المصرف، وبتونس أزمة"
    found = snippet(text, ["تونس"], language="ar")
    assert [found.text[start:end] for start, end in found.marks] == ["التُّونسيّ", "وبتونس"]


def test_nothing_is_highlighted_without_words() -> None:
    assert snippet("أي نص", [], language="ar").marks == ()


def test_a_snippet_shows_the_words_together_and_says_that_it_was_cut() -> None:
    text = "مقدمة طويلة " * 40 + "هنا أزمة تونس الكبيرة " + "خاتمة طويلة " * 40
    shown = snippet(text, ["تونس", "أزمة"], language="ar", length=80)
    assert [shown.text[start:end] for start, end in shown.marks] == ["أزمة", "تونس"]
    assert shown.text.startswith("… ")
    assert shown.text.endswith(" …")
    assert len(shown.text) <= 84


def test_a_short_text_is_its_own_snippet() -> None:
    assert snippet("نص\nقصير", ["غائب"], language="ar").text == "نص قصير"


@settings(deadline=None)
@given(st.text(max_size=300), st.integers(20, 100))
def test_snippet_marks_lie_inside_the_snippet(text: str, length: int) -> None:
    shown = snippet(text, text.split()[:3], language="en", length=length)
    assert all(0 <= start < end <= len(shown.text) for start, end in shown.marks)
