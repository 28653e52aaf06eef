"""Keys of texts: stored ones stay valid, and only what a reader would notice changes them."""

import pytest

from nashra.news.keys import text_key


def test_stored_keys_stay_valid() -> None:
    assert text_key("عنوان الخبر 12", "سطر أول، 3 تعليقات.\n\nسطر ثانٍ") == "8ae528716e8f3a41b44c02568044cdad"
    assert text_key("Title", "One 1,234 views line\nother line\n\nparagraph 7") == "e8b7e62358dc05031754116aa41d8478"


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Rain fell. 12 comments", "Rain fell. 340 comments"),
        ("Rain fell. Views: 1,204", "Rain fell. Views: 9"),
        ("Rain fell 5 minutes ago", "Rain fell 17 minutes ago"),
        ("هطل المطر. 3 تعليقات", "هطل المطر. ٤٥ تعليقات"),
        ("هطل المطر منذ 3 ساعات", "هطل المطر منذ 9 ساعات"),
        ("Rain\n\nfell here", "rain fell\nHere"),
    ],
)
def test_counters_case_and_line_ends_do_not_count(text: str, other: str) -> None:
    assert text_key("Title", text) == text_key("Title", other)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("12 people were hurt", "13 people were hurt"),
        ("12 soldiers", "13 soldiers"),
        ("the outlook 12", "the outlook 13"),
        ("قتل 12 شخصا", "قتل 13 شخصا"),
        ("one two", "one three"),
    ],
)
def test_numbers_of_the_news_count(text: str, other: str) -> None:
    assert text_key("Title", text) != text_key("Title", other)
