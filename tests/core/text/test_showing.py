"""Results of searches are shown on the original text."""

from hypothesis import given, settings
from hypothesis import strategies as st

from nashra.core.text import snippet


def test_highlights_cover_whole_words_with_marks_article_and_clitics() -> None:
    text = "وصل الرئيس التُّونسيّ إلى المصرف، وبتونس أزمة"
    found = snippet(text, ["تونس"], language="ar")
    assert [found.text[start:end] for start, end in found.marks] == ["التُّونسيّ", "وبتونس"]


def test_nothing_is_highlighted_without_words() -> None:
    assert snippet("أي نص", [], language="ar").marks == ()


def test_a_snippet_shows_the_words_together_and_says_that_it_was_cut() -> None:
    text = "مقدمة طويلة " * 40 + "هنا أزمة تونس الكبيرة " + "خاتمة طويلة " * 40
    shown = snippet(text, ["تونس", "أزمة"], language="ar", length=80)
    assert [shown.text[start:end] for start, end in shown.marks] == ["أزمة", "تونس"]
    assert shown.text.startswith("… ")
    assert shown.text.endswith(" …")
    assert len(shown.text) <= 84


def test_a_short_text_is_its_own_snippet() -> None:
    assert snippet("نص\nقصير", ["غائب"], language="ar").text == "نص قصير"


@settings(deadline=None)
@given(st.text(max_size=300), st.integers(20, 100))
def test_snippet_marks_lie_inside_the_snippet(text: str, length: int) -> None:
    shown = snippet(text, text.split()[:3], language="en", length=length)
    assert all(0 <= start < end <= len(shown.text) for start, end in shown.marks)
