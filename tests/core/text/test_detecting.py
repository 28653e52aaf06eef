"""The languages of short titles, by the script, the letters and the small words."""

from collections import Counter
from pathlib import Path

import pytest

from nashra.core.text import LANGUAGES, detect

ROWS = [
    line.split("\t") for line in (Path(__file__).parents[2] / "data/text/titles.tsv").read_text("utf-8").splitlines()
]
TITLES = {language: [title for known, title in ROWS if known == language] for language, _ in ROWS}
LISTED = ("ar", "fa", "ur", "ps", "en", "fr", "he", "tr")
MORE = ("de", "es", "it", "nl", "pt", "ru", "az", "ku", "id", "ckb", "sd", "ug", "yi")
ARABIC_KEYS = str.maketrans("یک", "يك")
PERSIAN_KEYS = str.maketrans("يىك", "ییک")


def share(language: str, titles: list[str], candidates: tuple[str, ...]) -> float:
    found = Counter(detect(title, declared=None, candidates=candidates) for title in titles)
    return found[language] / len(titles)


@pytest.mark.parametrize("candidates", [LISTED, LISTED + MORE, LANGUAGES])
@pytest.mark.parametrize("language", LISTED)
def test_a_title_of_six_words_tells_its_language(language: str, candidates: tuple[str, ...]) -> None:
    assert len(TITLES[language]) >= 40
    assert share(language, TITLES[language], candidates) >= (0.96 if language == "ps" else 0.99)


def test_kurdish_is_not_taken_for_persian() -> None:
    assert share("ckb", TITLES["ckb"], LISTED + MORE) == 1


def test_arabic_typed_on_a_persian_keyboard_stays_arabic() -> None:
    assert share("ar", [title.translate(PERSIAN_KEYS) for title in TITLES["ar"]], LISTED + MORE) >= 0.99


@pytest.mark.parametrize("language", ["fa", "ur", "ps"])
def test_other_languages_typed_on_an_arabic_keyboard_are_still_told(language: str) -> None:
    assert share(language, [title.translate(ARABIC_KEYS) for title in TITLES[language]], LISTED) >= 0.9


@pytest.mark.parametrize("language", LISTED)
def test_what_a_source_says_rightly_is_believed(language: str) -> None:
    assert all(detect(title, declared=language, candidates=LANGUAGES) == language for title in TITLES[language])


@pytest.mark.parametrize("language", ["ar", "fa", "ur", "ps"])
def test_what_a_source_says_wrongly_is_not_believed_of_a_whole_text(language: str) -> None:
    text = ". ".join(TITLES[language])
    assert all(detect(text, declared=said, candidates=LISTED) == language for said in ("ar", "fa", "en", "he"))


@pytest.mark.parametrize("text", ["", "2026", "َ", "\x00", "\ud800", "…", "🙂" * 5000, "a" * 1_000_000, "ا" * 1_000_000])
def test_hostile_texts_have_a_language_too(text: str) -> None:
    assert detect(text, declared=None, candidates=LISTED) in LISTED
