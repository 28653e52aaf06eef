"""The words of a whole text are folded at once, with the result that folding word by word gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashra.core.text import folded_words
from nashra.core.text.alphabets import _ALPHABETS, _ARABIC, _LATIN, _alphabet
from nashra.core.text.words import WORD, folded_terms

ALPHABETS = "".join(letters for _, letters in _ALPHABETS)
written = st.one_of(
    st.sampled_from([letters for _, letters in _ALPHABETS]).flatmap(lambda letters: st.text(st.sampled_from(letters))),
    st.text(st.sampled_from(_LATIN + "ß")),
    st.text(st.one_of(st.sampled_from(ALPHABETS), st.characters())),
    st.text(),
)


@given(written)
def test_the_words_of_a_text_are_those_found_one_by_one(text: str) -> None:
    assert folded_words(text) == [term for word in WORD.findall(text) for term in folded_terms(word)]


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
def test_words_are_folded_and_parted(text: str, words: str) -> None:
    assert folded_words(text) == words.split()


@pytest.mark.parametrize(
    ("letters", "text"),
    [
        (_LATIN, "“It’s 5 – maybe 10 % – more,” she said: naïve…"),
        (_ARABIC, "قالت «ريم» إنّ ٥٪ مِن المياه تُفقَد؛ أليس كذلك؟ (iPhone 15)"),
        (_ALPHABETS[2][1], "د افغانستان ښوونځي په دې ورځ پرانیستل شول"),
        (_ALPHABETS[3][1], "ראש הממשלה: שָׁלוֹם, צה״ל"),
        (_ALPHABETS[4][1], "Президент сказал: «за́мок» — ёлка, її"),
        (_ALPHABETS[5][1], "Ο πρωθυπουργός είπε: «Όχι»"),
    ],
)
def test_news_keeps_to_the_small_alphabets(letters: str, text: str) -> None:
    assert _alphabet(letters).words(text) is not None


@pytest.mark.parametrize("letters", [letters for _, letters in _ALPHABETS])
def test_no_letter_of_the_alphabets_is_left_out(letters: str) -> None:
    assert len(letters) <= 256
    assert set(_alphabet(letters).letters) >= set(letters)
