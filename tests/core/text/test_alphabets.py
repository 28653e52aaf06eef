"""The words of a whole text are folded at once, with the result that folding word by word gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashra.core.text import fold_words
from nashra.core.text.alphabets import _ARABIC, _LATIN, _arabic, _latin
from nashra.core.text.words import WORD, folded_terms

ALPHABETS = _LATIN + _ARABIC
written = st.one_of(
    st.text(st.sampled_from(_LATIN)),
    st.text(st.sampled_from(_ARABIC)),
    st.text(st.one_of(st.sampled_from(ALPHABETS), st.characters())),
    st.text(),
)


@given(written)
def test_the_words_of_a_text_are_those_found_one_by_one(text: str) -> None:
    assert fold_words(text).split() == [term for word in WORD.findall(text) for term in folded_terms(word)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("«أيضاً»، قال: ٢٠٢٦ — آلاف", "ايضا قال 2026 الاف"),
        ("Le café d’İstanbul, où?", "le cafe d istanbul ou"),
        ("مقهى café", "مقهي cafe"),
        ("مـــدينة الـ snake_case", "مدينه ال snake case"),
        ("…", ""),
        ("", ""),
    ],
)
def test_words_are_apart_by_one_space(text: str, words: str) -> None:
    assert fold_words(text) == words


def test_news_keeps_to_the_small_alphabets() -> None:
    assert _latin().words("“It’s 5 – maybe 10 % – more,” she said: naïve…") is not None
    assert _arabic().words("قالت «ريم» إنّ ٥٪ مِن المياه تُفقَد؛ أليس كذلك؟ (iPhone 15)") is not None


def test_no_letter_of_the_alphabets_is_left_out() -> None:
    assert set(_latin().letters) >= set(_LATIN)
    assert set(_arabic().letters) >= set(_ARABIC)
