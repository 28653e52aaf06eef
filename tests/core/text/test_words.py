"""Words, stems, folding, languages and directions."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashra.core.text import clean, contains_word, detect, direction, fold, for_language
from nashra.core.text.detecting import _identifier

DATA = Path(__file__).parents[2] / "data" / "text"
INSTANCE = ["ar", "en", "fr", "de", "fa", "ur", "ps", "ckb", "he", "tr"]


def rows(name: str) -> list[list[str]]:
    return [line.split("\t") for line in (DATA / name).read_text("utf-8").splitlines()]


def stem(language: str, word: str) -> str:
    (term,) = for_language(language).terms(word)
    return term.stem


@pytest.mark.parametrize(("language", "words"), rows("same.tsv"))
def test_forms_of_one_word_have_one_stem(language: str, words: str) -> None:
    assert len({stem(language, word) for word in words.split()}) == 1


@pytest.mark.parametrize(("language", "words"), rows("apart.tsv"))
def test_words_that_only_look_alike_stay_apart(language: str, words: str) -> None:
    assert len({stem(language, word) for word in words.split()}) == 2


@pytest.mark.parametrize(("written", "folded"), rows("folds.tsv"))
def test_spellings_of_a_word_fold_to_one(written: str, folded: str) -> None:
    assert fold(written) == folded


@settings(deadline=None)
@given(st.text())
def test_folding_twice_changes_nothing_that_can_be_seen(text: str) -> None:
    assert fold(fold(text)) == fold(fold(fold(text)))


@pytest.mark.parametrize(("declared", "expected", "text"), rows("languages.tsv"))
def test_the_language_is_found(declared: str, expected: str, text: str) -> None:
    assert detect(text, declared=None if declared == "-" else declared, candidates=INSTANCE) == expected


@settings(deadline=None)
@given(st.text(), st.text(max_size=8) | st.none())
def test_detecting_always_answers_with_a_tag(text: str, declared: str | None) -> None:
    assert 2 <= len(detect(text, declared=declared, candidates=INSTANCE)) <= 3


@pytest.mark.parametrize(
    ("text", "declared"),
    [("The council met on Monday.", "en-GB"), ("اجتمع المجلس يوم الاثنين", "ar"), ("Il pleut sur la ville", "fr")],
)
def test_a_stated_language_in_its_own_script_is_taken_without_statistics(text: str, declared: str) -> None:
    before = _identifier.cache_info()
    assert detect(text, declared=declared, candidates=INSTANCE) == declared[:2]
    assert detect("اجتمع المجلس يوم الاثنين", declared=None, candidates=INSTANCE) == "ar"
    assert _identifier.cache_info() == before


def test_statistics_tell_languages_of_one_script_apart() -> None:
    before = _identifier.cache_info()
    found = detect("Il pleut depuis ce matin sur toute la ville", declared=None, candidates=INSTANCE)
    assert (found, _identifier.cache_info() == before) == ("fr", False)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("BBC: الرئيس وصل إلى تونس", "ar", "rtl"),
        ("BBC: الرئيس وصل إلى تونس", None, "rtl"),
        ("iPhone 15 Pro Max من شركة Apple", "ar", "rtl"),
        ("The word سلام means peace", "en", "ltr"),
        ("The word سلام means peace", None, "ltr"),
        ("2026", "fa", "rtl"),
        ("2026", None, "ltr"),
        ("Breaking news tonight", "ar", "ltr"),
    ],
)
def test_direction_follows_most_letters_not_the_first(text: str, language: str | None, expected: str) -> None:
    assert direction(text, language) == expected


def test_terms_point_at_the_original_text() -> None:
    text = "قال «الرئيسُ التُّونسيّ»: أهـلًا، BBC!"
    words = [text[term.start : term.end] for term in for_language("ar").terms(text)]
    assert words == ["قال", "الرئيسُ", "التُّونسيّ", "أهـلًا", "BBC"]


def test_a_mark_alone_is_no_term() -> None:
    assert for_language("ar").terms("ـ ً ؟") == []


def test_a_book_gives_no_more_terms_than_the_databases_keep() -> None:
    assert len(for_language("ar").terms("كلمة " * 20_000)) == 16_000


def test_stop_words_say_nothing() -> None:
    assert for_language("ar").stems("قال الرئيس إن ذلك في تونس") == ["رييس", "تونس"]
    assert for_language("en").stems("It's what the president said") == ["president"]


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        ("انتخابات", "وبالانتخابات المقبلة", True),
        ("الانتخابات", "انتخابات مبكرة", True),
        ("الأمم المتحدة", "قرار للأمم المتحدة", True),
        ("الأمم المتحدة", "الأمم كلها والولايات المتحدة", False),
        ("مصر", "افتتاح المصرف", False),
        ("مصر", "وبمصر أيضًا", True),
        ("football", "Football fans", True),
        ("foot", "Football fans", False),
        ("ـ", "أي نص", False),
    ],
)
def test_a_muted_word_is_found_behind_its_proclitics_only(word: str, text: str, expected: bool) -> None:
    assert contains_word(fold(word), for_language("ar").terms(text)) is expected


def test_what_a_reader_types_loses_what_cannot_be_seen() -> None:
    assert clean("  ليلى\x00\u202e  و\tكريم\n") == "ليلى و كريم"
    assert clean("سطر\r\n\n\n\n  آخر ", lines=True) == "سطر\n\nآخر"
    assert len(clean("ا" * 50_000)) == 10_000
    assert clean("\ud800") == ""
