"""A source is called by words of its name, or by its address."""

import pytest

from nashra.core.text.asking.naming import called


@pytest.mark.parametrize(
    ("typed", "is_called"),
    [
        ("الجزيرة", True), ("جزيرة", True), ("الجَزيره نت", True), ("نت الجزيرة", False), ("جزر", False), ("net", False),
        ("aljazeera.net", True), ("www.aljazeera.net", True), ("https://www.aljazeera.net/feed", True),
        ("news.aljazeera.net", False), ("aljazeera", True), ("jazeera.net", False), ("jazeera", False), ("", False),
        ("«»", False), ("http://[", False),
    ],
)  # fmt: skip
def test_a_source_is_found_by_what_it_is_called(typed: str, is_called: bool) -> None:
    assert called(typed, ["", "الجزيرة نت"], ["www.aljazeera.net", "https://www.aljazeera.net/"]) is is_called
