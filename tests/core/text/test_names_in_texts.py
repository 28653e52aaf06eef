"""The names that an article speaks of, and the search for one of them."""

import pytest

from nashra.core.text.asking import parse
from nashra.core.text.naming import LETTERS, beginning, may_name_places, places_in, search_for
from nashra.core.text.places import keys, languages, names_of
from nashra.core.text.words import WORD


@pytest.mark.parametrize(
    ("title", "text", "language", "expected"),
    [
        ("رئيس جنوب أفريقيا في كازاخستان", "قال الروس إن أفريقيا", "ar", {"ZA": 3, "KZ": 3, "RU": 1, "002": 1}),
        ("Kazakhstan and South Africa", "In Africa, Kazakhs sing.", "en", {"KZ": 4, "ZA": 3, "002": 1}),
        ("", "وبالولايات المتحدة، وفي الولايات المتحدة", "ar", {"US": 2}),
        ("哈萨克斯坦", "x", "zh", {}),
        ("", "", "", {}),
    ],
)
def test_places_count_thrice_in_the_title_and_not_inside_longer_ones(
    title: str, text: str, language: str, expected: dict[str, int]
) -> None:
    assert places_in(title, text, language=language) == expected


@pytest.mark.parametrize("language", languages())
def test_a_place_is_found_by_its_name_in_every_language(language: str) -> None:
    name = names_of("KZ", language)[0]
    assert "KZ" in places_in("", f"x {name} x", language=language)


@pytest.mark.parametrize("language", sorted(languages()))
def test_every_text_in_which_a_place_is_found_has_a_word_that_may_name_one(language: str) -> None:
    for key in keys():
        for name in names_of(key, language):
            text = f"{name}."
            assert may_name_places({*WORD.findall(text)}, language=language) or not places_in(
                text, "", language=language
            )
    assert not may_name_places({"qqxqq"}, language=language)


def test_places_have_keys_of_their_own() -> None:
    assert len(set(keys())) == len(keys()) > 300


def test_the_beginning_of_a_text_cuts_no_word() -> None:
    text = "كازاخستان " * 2000
    assert set(beginning(text).split()) == {"كازاخستان"}
    assert LETTERS - 20 < len(beginning(text)) <= LETTERS
    assert beginning("قصير") == "قصير"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["كازاخستان", "Kazakhstan", "كازاخستان"], "كازاخستان OR Kazakhstan"),
        (["United States", "Estados Unidos"], '"United States" OR "Estados Unidos"'),
        (["مرسى النخيل"], '"مرسى النخيل" OR "ومرسى النخيل" OR "بمرسى النخيل" OR "لمرسى النخيل"'),
        (["الأمم المتحدة"], '"الأمم المتحدة" OR "والأمم المتحدة" OR "بالأمم المتحدة" OR "للأمم المتحدة"'),
        (["آسیای مرکزی"], '"آسیای مرکزی"'),
        (["or", 'a"b', " ", "C-3"], '"or" OR "a b" OR "C-3"'),
        ([], ""),
    ],
)
def test_a_name_is_searched_for_as_it_is_written(names: list[str], expected: str) -> None:
    assert search_for(names) == expected
    assert not names or parse(expected).error is None
