"""Where a search finds nothing, it says what to drop or to ask otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashra.core.text.asking import parse, written
from nashra.core.text.asking.loosening import loosen

WORDS = st.sampled_from(
    ["ماء", '"خطة المياه"', "-كرة", "source:a", "is:read", "title:x", "(a OR b)", "wat*", "-(c d)", "OR"]
)


@pytest.mark.parametrize(
    ("typed", "ways"),
    [
        ('"خطة المياه"', {"unquoted": "خطة المياه"}),
        ("مطر", {"beginnings": "مطر OR مطر*"}),
        ("ماء -كرة", {"beginnings": "(ماء OR ماء*) -كرة", "not_excluded": "ماء"}),
        ("مطر مصدر:الجزيرة", {"without": "مطر"}),
        ('title:"a b"', {"unquoted": "title:a title:b", "anywhere": '"a b"'}),
        ('"to be OR not"', {"unquoted": "to be not"}),
        (" ".join(f"word{n}" for n in range(30)), {"any": " OR ".join(f"word{n}" for n in range(30))}),
        ("to be", {"any": "to OR be"}),
        ("to be lang:en", {"any": "to OR be lang:en", "without": "to be"}),
        ("is:read", {}),
        ("", {}),
        ("-كرة", {}),
    ],
)
def test_a_search_is_loosened(typed: str, ways: dict[str, str]) -> None:
    found = {one.way: written(one.query) for one in loosen(parse(typed))}
    expected = {way: written(parse(text)) for way, text in ways.items()}
    assert {way: text for way, text in found.items() if way in expected} == expected
    assert bool(found) is bool(expected)


def test_each_filter_is_left_out_by_itself_the_last_one_first() -> None:
    found = [one.left_out.name for one in loosen(parse("x source:a is:read since:7d lang:en")) if one.left_out]
    assert found == ["lang", "since", "is"]


@given(st.lists(WORDS, max_size=8).map(" ".join))
def test_every_suggestion_is_another_search_that_can_be_asked(typed: str) -> None:
    query = parse(typed)
    found = [one.query for one in loosen(query)]
    assert len(found) <= 8
    assert query not in found
    assert all(one.error is None and parse(written(one)) == one for one in found)
    assert len(set(map(written, found))) == len(found)
