"""The streams of terms that indexes keep hold the same in every database, and agree with what is shown."""

import re
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from nashra.core.text import for_language
from nashra.core.text.bigrams import opens
from nashra.core.text.indexing import FILLER, Streams, query_folded, query_stems, streams

LANGUAGES = ("ar", "en", "fr", "tr", "fa", "zh", "xx")
written = st.one_of(
    st.text(),
    st.text("ابأإىة ـًّ ABéß ½ﷺ㏂ﬁ手机ไทยน้ำ한국़हिन्दी_'’-·\u200c\u200f\u2067", max_size=40),
)


def fields(made: Streams) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [
        (made.title_stems, made.title_folded),
        (made.author_stems, made.author_folded),
        (made.text_stems, made.text_folded),
    ]


@given(written, written, written, st.sampled_from(LANGUAGES))
def test_every_term_is_one_token_of_both_databases(title: str, author: str, text: str, language: str) -> None:
    for stems, folded in fields(streams(title, author, text, language=language)):
        assert len(stems) == len(folded)
        for term in (*stems, *folded):
            assert term
            assert not re.search(r"\s|[\x00-/:-`{-\x7f]", term)
            assert len(term.encode()) <= 2046


@given(written, st.sampled_from(LANGUAGES))
def test_an_index_holds_the_terms_that_a_text_shows(text: str, language: str) -> None:
    terms = for_language(language).terms(text)
    made = streams("", "", text, language=language)
    assert (made.text_stems, made.text_folded) == (tuple(t.stem for t in terms), tuple(t.folded for t in terms))
    assert all(0 <= term.start < term.end <= len(text) for term in terms)


@given(st.text(alphabet=st.sampled_from("手机发ไทย한국 ,aب"), min_size=1, max_size=12), st.data())
def test_what_stands_in_a_text_is_found_by_its_terms(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    part = text[start:end]
    if re.match(r"[aب]", text[max(0, start - 1) : start]) or re.match(r"[aب]", text[end : end + 1]):
        return  # not a whole word
    wanted = query_folded(part)
    held = streams("", "", text, language="zh").text_folded
    assert not wanted or any(_answers(held[place:], wanted) for place in range(len(held)))


def _answers(held: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    if len(held) < len(wanted) or held[: len(wanted) - 1] != wanted[:-1]:
        return False
    last = held[len(wanted) - 1]
    return last == wanted[-1] or (opens(wanted[-1]) and last.startswith(wanted[-1]))


def test_a_term_comes_no_more_often_than_postgresql_keeps() -> None:
    made = streams("بنك", "", "البنك والبنك رأى " * 300, language="ar")
    times = Counter((*made.title_stems, *made.text_stems))
    assert max(count for term, count in times.items() if term != FILLER) == 256
    assert [place for place, term in enumerate(made.text_stems) if term == FILLER] == [
        place for place, term in enumerate(made.text_folded) if term == FILLER
    ]
    assert made.text_stems[:3] == ("بنك", "بنك", "راي")


def test_a_filler_can_not_be_searched() -> None:
    assert query_folded(FILLER) == ()


def test_a_book_is_kept_up_to_the_last_place() -> None:
    made = streams("عنوان طويل", "ليلى", " ".join(f"كلمة{number}" for number in range(20_000)), language="ar")
    assert sum(len(stems) for stems, _ in fields(made)) == 16_000


def test_a_huge_word_is_cut() -> None:
    made = streams("", "", "a" * 1_000_000 + " " + "ж" * 1_000_000, language="en")
    assert made.text_folded[0] == "a" * 100
    assert query_folded("a" * 5000) == ("a" * 100,)


def test_a_query_has_the_stems_of_all_languages_of_its_script() -> None:
    assert query_stems("elections", ("ar", "en", "fr")) == (("elect",),)
    assert set(query_stems("kadının", ("tr", "en"))[0]) == {"kadin", "kadinin"}
    assert query_stems("بالانتخابات", ("en", "ar")) == (("انتخاب",),)
    assert query_stems("手机发布", ("ar",)) == (("手机",), ("机发",), ("发布",))
    assert query_stems("…", ("ar",)) == ()


def test_a_foreign_word_is_stemmed_by_a_language_of_its_script() -> None:
    made = streams("قال banks إن", "", "He said انتخابات", language="ar")
    assert "bank" in made.title_stems
    assert "انتخاب" in streams("", "", "He said الانتخابات", language="en").text_stems
