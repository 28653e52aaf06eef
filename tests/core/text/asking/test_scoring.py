"""Best match first: what the order of hits follows from, and that nothing else changes it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from nashra.core.text.asking import parse
from nashra.core.text.asking.scoring import Document, best_first

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def piece(number: int, title: str, text: str = "", *, days: float = 0, language: str = "ar") -> Document:
    return Document(number, NOW - timedelta(days=days), language, title, text)


def order(search: str, *pieces: Document) -> list[int]:
    node = parse(search).node
    assert node is not None
    return best_first(pieces, node)


def test_a_word_in_the_title_counts_more_than_in_the_text() -> None:
    assert order("الماء", piece(1, "خبر", "وصل الماء"), piece(2, "وصل الماء")) == [2, 1]


def test_any_form_of_a_word_counts_but_not_of_a_quoted_one() -> None:
    pieces = piece(1, "كلام آخر"), piece(2, "وبالحكومة أزمة")
    assert order("حكومة", *pieces) == [2, 1]
    assert order('"حكومة"', piece(1, "حكومة"), piece(2, "وبالحكومة", days=-1)) == [1, 2]


def test_a_beginning_counts() -> None:
    assert order("desal*", piece(1, "Rain", language="en"), piece(2, "Desalination", language="en", days=3)) == [2, 1]


def test_a_rare_word_counts_more_than_one_that_all_have() -> None:
    many = [piece(number, "ماء في المدينة", days=number) for number in range(1, 9)]
    rare = piece(9, "تحلية في المدينة", days=9)
    assert order("ماء OR تحلية", *many, rare)[0] == 9


def test_words_that_stand_together_count_more() -> None:
    apart = piece(1, "خبر", "خطة " + "كلام " * 60 + "المياه")
    assert order("خطة المياه", apart, piece(2, "خبر", "كلام خطة المياه", days=1)) == [2, 1]


def test_of_equals_the_newer_comes_first_and_then_the_greater_number() -> None:
    assert order("ماء", piece(1, "ماء", days=2), piece(3, "ماء"), piece(2, "ماء")) == [3, 2, 1]


def test_words_to_leave_out_count_nothing() -> None:
    assert order("ماء -كرة", piece(1, "ماء"), piece(2, "ماء كرة كرة", days=1)) == [1, 2]


@given(st.lists(st.text(alphabet="ماء كرة ab", max_size=20), max_size=6), st.randoms())
def test_the_order_does_not_depend_on_the_order_in_which_they_came(titles: list[str], chance: object) -> None:
    pieces = [piece(number, title, days=number % 3) for number, title in enumerate(titles)]
    mixed = list(pieces)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert order('ماء كر* "ab"', *mixed) == order('ماء كر* "ab"', *pieces)


def test_nothing_to_order_is_nothing() -> None:
    assert order("ماء") == []
