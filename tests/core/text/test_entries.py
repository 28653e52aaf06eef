"""An index's entry holds what the streams hold, nothing twice, and no more than a database takes."""

from hypothesis import example, given
from hypothesis import strategies as st

from nashra.core.text.entries import MOST_BYTES, Entry, entry
from nashra.core.text.indexing import streams

written = st.one_of(
    st.text(max_size=80),
    st.text("ابأإىة ـًّ ABéß ½ﷺ㏂ﬁ手机ไทยน้ำ한국़हिन्दी_'’-·\u200c\u200f\u2067", max_size=60),
    st.lists(st.sampled_from(("كتاب", "الكتاب", "كتبها", "books", "İzmir", "generously")), max_size=300).map(" ".join),
)


def pairs(made: Entry) -> list[tuple[list[str], set[str]]]:
    fields = ((made.title, made.title_stems), (made.author, made.author_stems), (made.text, made.text_stems))
    return [(folded.split(), set(stems.split())) for folded, stems in fields]


@given(written, written, written, st.sampled_from(("ar", "en", "fr", "tr", "zh", "xx")))
@example("", "", "بنك " * 300, "ar")
@example("a" * 101, "", "", "en")
@example("بنك " * 200, "بنك " * 50, "البنك " * 200, "ar")
@example("", "", "water " * 2_000, "en")
def test_an_entry_holds_the_words_in_their_places_and_of_the_stems_those_that_are_no_word(
    title: str, author: str, text: str, language: str
) -> None:
    made, kept = pairs(entry(title, author, text, language=language)), streams(title, author, text, language=language)
    given_streams = (
        (kept.title_folded, kept.title_stems),
        (kept.author_folded, kept.author_stems),
        (kept.text_folded, kept.text_stems),
    )
    assert made == [(list(folded), set(stems) - set(folded)) for folded, stems in given_streams]


def test_of_a_text_of_monstrous_words_the_beginning_is_kept() -> None:
    text = " ".join(chr(0x10300 + n % 26) * 60 + str(n) for n in range(6_000))
    made = entry("Water", "", text, language="en")
    assert MOST_BYTES * 0.99 < len(made.text.encode()) <= MOST_BYTES + 2_000  # and the spaces
    assert made.text.split() == text.split()[: len(made.text.split())]
