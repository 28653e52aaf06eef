"""Every language of the registry keeps the promises of analysers."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashra.core import text
from nashra.core.text import for_language
from nashra.core.text.languages import primary
from nashra.core.text.snowball import ALGORITHMS, snowball
from nashra.core.text.words import folded_terms

OWN = sorted(path.stem for path in Path(text.__file__).parent.glob("*.py") if len(path.stem) in (2, 3))
ALL = sorted({*OWN, *ALGORITHMS, "xx"})
letters = st.sampled_from("abcéßıذظبالكتيهوןםאבהאабвийدےکھښۍەเกา手한हि9")


@given(st.text(letters, min_size=1, max_size=12) | st.text(max_size=12))
def test_a_stem_is_one_token_in_every_language(word: str) -> None:
    for term in folded_terms(word):
        for code in ALL:
            stem = for_language(code).stem_of(term)
            assert stem
            assert not re.search(r"[\s\x00-/:-`{-\x7f]", stem)


def test_a_language_is_added_by_one_module() -> None:
    assert set(OWN) >= {"ar", "en", "fa", "he", "ps", "tr", "ur"}
    assert for_language("fa").stem_of("كتابها") == "كتاب"


@pytest.mark.parametrize("code", sorted(ALGORITHMS))
def test_snowball_has_the_languages_that_are_asked_of_it(code: str) -> None:
    assert snowball(code) is not None


def test_a_language_without_rules_keeps_its_words() -> None:
    assert snowball("xx") is None
    assert for_language("xx").stem_of("words") == "words"


@pytest.mark.parametrize("tag", ["ar-EG", "AR", "ar_SA", " ar ", "arb"])
def test_a_tag_says_its_language_in_many_ways(tag: str) -> None:
    assert primary(tag) == "ar"


@pytest.mark.parametrize("tag", ["", None, "und", "x", "العربية", "../ar", "ar.stem", "1234"])
def test_what_is_no_tag_is_no_language(tag: str | None) -> None:
    assert primary(tag) == ""
    assert for_language(tag or "").stem_of("كتاب") == "كتاب"
