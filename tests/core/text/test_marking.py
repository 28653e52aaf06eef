"""Marks stand on whole words of the original text, whatever it is written in."""

import re
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashra.core.text import for_language, snippet
from nashra.core.text.asking.model import And, Filter, Node, Not, Or, Phrase, Word
from nashra.core.text.bigrams import UNSPACED
from nashra.core.text.marking import marks
from nashra.core.text.wanting import Wanted, wanted_of, wanted_words
from nashra.core.text.words import WORD

ROWS = [
    line.split("\t")
    for line in (Path(__file__).parents[2] / "data/text/marks.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
LANGUAGES = ("ar", "en", "fa", "he", "fr", "zh")

arabic = st.text("كتابمدرسةأإآىئؤءلون", min_size=1, max_size=6)
pointed = st.lists(
    st.tuples(st.sampled_from("كتبملرسيوأ"), st.sampled_from(["", "َ", "ِ", "ُ", "ّ", "ً", "ـ", "ّٰ"])), min_size=1
).map(lambda letters: "".join(map("".join, letters)))
persian = st.lists(st.text("کتابخانهمیرودگ", min_size=1, max_size=4), min_size=1, max_size=3).map("\u200c".join)
hebrew = st.text("שלוםבית" + "ָּׁ", min_size=1, max_size=6).filter(lambda word: word[0].isalpha())
latin = st.sampled_from(
    ["bank", "Banks", "élection", "e\u0301lections", "naïve", "Straße", "AT&T", "it’s", "snake_case"]
)
unspaced = st.text("手机发布日本語한국", min_size=1, max_size=8) | st.sampled_from(["ภาษาไทย", "น้ำ", "ភាសា", "ｶﾞｷﾞ"])
other = st.sampled_from(
    ["🇵🇸", "👩‍👩‍👧", "½", "ﷺ", "٢٠٢٦", "\u200f", "\u2067كتب\u2069", "—", "«", "\x00", "\ud800", "َ", "ـ"]
)
word = st.one_of(arabic, pointed, persian, hebrew, latin, unspaced, other)
text = st.lists(st.tuples(word, st.sampled_from([" ", "  ", "\n", "، ", "-", "/", "", "."]))).map(
    lambda pieces: "".join(map("".join, pieces))
)
leaf = st.one_of(
    st.builds(Word, word, prefix=st.booleans()),
    st.builds(Phrase, st.lists(word, min_size=1, max_size=3).map(tuple)),
)
node = st.recursive(leaf, lambda inner: st.builds(And, st.lists(inner, max_size=3).map(tuple)), max_leaves=4)


def asked(typed: str) -> Node:
    """``a+b`` is a phrase, ``a*`` a beginning, ``-a`` is excluded."""
    parts: list[Node] = []
    for one in typed.split():
        bare = one.removeprefix("-").removesuffix("*")
        part: Node = Phrase(tuple(bare.split("+"))) if "+" in bare else Word(bare, prefix=one.endswith("*"))
        parts.append(Not(part) if one.startswith("-") else part)
    return And(tuple(parts))


def unbroken(original: str, start: int, end: int) -> bool:
    """Whether both ends stand between words; in scripts without spaces, between letters."""
    inside = [match.span() for match in WORD.finditer(original) if not UNSPACED.search(match[0])]
    broken = any(a < place < b for a, b in inside for place in (start, end))
    return not broken and not unicodedata.category(original[end : end + 1] or " ").startswith("M")


@pytest.mark.parametrize(("language", "search", "marked", "original"), ROWS)
def test_what_is_found_is_marked(language: str, search: str, marked: str, original: str) -> None:
    wanted = wanted_of(asked(search), (language, "en"))
    assert "|".join(original[a:b] for a, b in marks(original, wanted, language=language)) == marked


@given(text, node, st.sampled_from(LANGUAGES))
def test_marks_stand_on_whole_words(original: str, search: Node, language: str) -> None:
    found = marks(original, wanted_of(search, LANGUAGES), language=language)
    assert all(start < end and unbroken(original, start, end) for start, end in found)
    assert all(a[1] <= b[0] for a, b in pairwise(found))


@given(text, st.data(), st.sampled_from(LANGUAGES))
def test_every_word_of_a_text_finds_itself(original: str, data: st.DataObject, language: str) -> None:
    words = [match[0] for match in WORD.finditer(original) if for_language(language).terms(match[0])]
    chosen = data.draw(st.sampled_from(words)) if words else ""
    found = marks(original, wanted_of(Word(chosen), (language,)), language=language)
    assert bool(found) is bool(words)


@given(text, node, st.sampled_from(LANGUAGES), st.integers(20, 300))
def test_a_snippet_is_the_text_itself_on_one_line(original: str, search: Node, language: str, length: int) -> None:
    shown = snippet(original, wanted_of(search, LANGUAGES), language=language, length=length)
    flat = " ".join(original.split())
    body = re.sub(r"\A… | …\Z", "", shown.text)
    assert body in flat
    assert len(body) <= length
    assert all(0 <= a < b <= len(shown.text) and shown.text[a:b] in flat for a, b in shown.marks)
    assert all(unbroken(shown.text, a, b) for a, b in shown.marks)


def test_a_snippet_of_chinese_shows_where_the_word_is() -> None:
    shown = snippet("他" * 900 + "手机发布" + "他" * 900, wanted_of(Word("手机"), ("zh",)), language="zh")
    assert [shown.text[a:b] for a, b in shown.marks] == ["手机"]


def test_a_snippet_is_cut_between_words() -> None:
    shown = snippet("كلمة " * 300 + "الرئيس" + " كلمة" * 300, ["رئيس"], language="ar", length=60)
    assert set(shown.text.strip("… ").split()) == {"كلمة", "الرئيس"}
    assert [shown.text[a:b] for a, b in shown.marks] == ["الرئيس"]


def test_where_most_of_a_search_comes_together_is_shown() -> None:
    text = "bank " + "word " * 200 + "the central bank raised rates " + "word " * 200
    shown = snippet(text, wanted_words(["rates", "bank"], "en"), language="en", length=80)
    assert [shown.text[a:b] for a, b in shown.marks] == ["bank", "rates"]


def test_the_excluded_and_other_fields_are_not_marked() -> None:
    search = And((Word("war", place="title"), Or((Word("peace"), Phrase(("red", "sea"), place="author"))),
                  Not(Word("talks")), Not(Not(Word("truce"))), Filter("lang", "en")))  # fmt: skip
    text = "war peace talks truce red sea"
    found = {field: [text[a:b] for a, b in marks(text, wanted_of(search, ["en"], field=field), language="en")]
             for field in ("title", "author", "text")}  # fmt: skip
    assert found == {
        "title": ["war", "peace", "truce"],
        "author": ["peace", "truce", "red sea"],
        "text": ["peace", "truce"],
    }


def test_nothing_wanted_marks_nothing() -> None:
    assert marks("أي نص", wanted_of(None, ["ar"]), language="ar") == ()
    assert not wanted_of(Filter("lang", "ar"), ["ar"])
    assert not Wanted()
    assert snippet("أي نص", Wanted(), language="ar").marks == ()


@pytest.mark.parametrize(
    "original", ["َ" * 100_000, "a" * 1_000_000, "他" * 40_000, "a\u200b" * 100_000, "\x00 " * 50_000, "مَ" * 100_000]
)
def test_hostile_texts_are_read_in_time(original: str) -> None:
    wanted = wanted_of(And((Word("a"), Word("他他"), Phrase(("مم", "a")))), LANGUAGES)
    assert len(snippet(original, wanted, language="ar").text) <= 210
