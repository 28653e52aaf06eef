"""Rules held against articles: whole words in any spelling, and many rules at the price of a few."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashra.core.text import Term, contains_word
from nashra.core.text.rules import parse, words_of
from nashra.core.text.sifting import Finder, Item, Origin, Owned, Sifter, places, shown

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "data" / "text" / "sifting.json").read_text("utf-8")
)
LAYLA, KARIM = 1, 2


def item(case: dict[str, Any]) -> Item:
    origin = Origin((case.get("source", ""),), tuple(case.get("addresses", ())))
    parts = tuple(words_of(case.get(name, "")) for name in ("title", "summary", "text"))
    return Item(case["title"], case.get("author", ""), case.get("language", "ar"), origin, parts)


def holds(conditions: str, one: Item) -> bool:
    return Sifter([Owned(7, LAYLA, parse(f"when {conditions} then hide"))]).match(one) == [7]


@pytest.mark.parametrize(
    ("case", "conditions", "expected"),
    [(case, text, key == "holds") for case in CASES for key in ("holds", "not") for text in case[key]],
    ids=lambda value: ascii(value)[:40] if isinstance(value, str) else "",
)
def test_a_rule_holds_or_not(case: dict[str, Any], conditions: str, expected: bool) -> None:
    assert holds(conditions, item(case)) is expected


def test_all_rules_together_say_what_each_says_alone() -> None:
    texts = [text for case in CASES for key in ("holds", "not") for text in case[key]]
    rules = [parse(f"when {text} then hide") for text in texts]
    together = Sifter(Owned(number, LAYLA, one) for number, one in enumerate(rules))
    for case in CASES:
        alone = [n for n, text in enumerate(texts) if holds(text, item(case))]
        assert together.match(item(case)) == alone


def test_only_the_rules_of_one_owner_are_asked_when_only_they_may_see_the_article() -> None:
    sifter = Sifter([Owned(1, LAYLA, parse("title:كأس then hide")), Owned(2, KARIM, parse("title:كأس then read"))])
    one = item({"title": "كأس الساحل"})
    assert sifter.match(one) == [1, 2]
    assert sifter.match(one, owner=KARIM) == [2]
    assert sifter.match(one, owner=3) == []


def test_a_source_goes_also_by_what_its_reader_calls_it_and_by_that_for_nobody_else() -> None:
    rule = parse("source:جريدتي then hide")
    sifter = Sifter([Owned(1, LAYLA, rule), Owned(2, KARIM, rule)])
    origin = Origin(("صحيفة المرفأ",), (), ((LAYLA, "جريدتي"),))
    assert sifter.match(Item("خبر", "", "ar", origin)) == [1]


def test_an_article_is_looked_up_in_the_words_of_the_rules_not_in_each_rule() -> None:
    asked: list[str] = []

    class Counting(dict[Any, Any]):
        def get(self, key: Any, default: Any = None) -> Any:
            asked.append(key)
            return super().get(key, default)

    sifter = Sifter(Owned(n, LAYLA, parse(f"title:كلمة{n} then hide")) for n in range(500))
    sifter._of_needle = Counting(sifter._of_needle)
    assert sifter.match(item({"title": "كلمة7 وكلمة400 في عنوان"})) == [7, 400]
    assert len(asked) == 2


def test_texts_are_needed_only_where_a_rule_asks_for_them() -> None:
    assert not Sifter([Owned(1, LAYLA, parse("title:a then hide"))]).needs_text
    assert Sifter([Owned(1, LAYLA, parse("title:a -text:b then hide"))]).needs_text


letters = st.text(alphabet="والبكلفمسن", min_size=1, max_size=6)


@settings(deadline=None)
@given(st.lists(letters, max_size=12), st.lists(st.lists(letters, min_size=1, max_size=3), max_size=4))
def test_no_word_slips_through_that_is_written_as_the_rule_has_it(words: list[str], needles: list[list[str]]) -> None:
    terms = [Term(word, word, 0, 0) for word in words]
    expected = {tuple(needle) for needle in needles if contains_word(" ".join(needle), terms)}
    assert Finder(map(tuple, needles)).found(words) >= expected


def test_phrases_that_overlap_are_all_found() -> None:
    wanted = [("a", "b"), ("b", "c"), ("a", "b", "c"), ("c",), ("c", "a")]
    assert Finder(wanted).found(["a", "a", "b", "c"]) == {("a", "b"), ("b", "c"), ("a", "b", "c"), ("c",)}
    assert Finder([]).found(["a"]) == set()


@pytest.mark.parametrize(("rule", "text", "marked"), [
    ("title:كأس|العالم then hide", "الكأسُ في كأس العالم", ["الكأسُ", "كأس", "العالم"]),
    ('title:"كأس العالم"|كأس then hide', "في كأسِ العالم", ["كأسِ العالم"]),
    ("text:cup then hide", "The CUP", ["CUP"]),
    ("-title:cup language:en then hide", "The cup", []),
    ("author:cup then hide", "The cup", []),
])  # fmt: skip
def test_the_words_that_made_a_rule_hold_are_marked(rule: str, text: str, marked: list[str]) -> None:
    assert [text[start:end] for start, end in places(parse(rule), "title", text)] == marked
    snippet = shown(parse(rule), "title", text, length=300)
    assert snippet.text == text
    assert [text[start:end] for start, end in snippet.marks] == marked


def test_a_long_text_is_shown_from_where_the_first_word_is() -> None:
    text = "مقدمة طويلة " * 60 + "هنا كأس العالم " + "خاتمة " * 100
    snippet = shown(parse("text:كأس then hide"), "text", text, length=100)
    assert [snippet.text[start:end] for start, end in snippet.marks] == ["كأس"]
    assert snippet.text.startswith("… ")
    assert snippet.text.endswith(" …")
    assert len(snippet.text) <= 110
