"""Places are known by their names in every language, and one is not taken for another."""

import pytest

from nashra.core.text import Follow, match, places


@pytest.mark.parametrize(
    ("name", "language", "code"),
    [
        ("كازاخستان", "ar", "KZ"),
        ("Kazakhstan", "en", "KZ"),
        ("Казахстан", "ru", "KZ"),
        ("قزاقستان", "fa", "KZ"),
        ("Казахстан", "", "KZ"),
        ("Egypt", "ar", "EG"),
        ("السعودية", "ar", "SA"),
        ("الولايات المتحدة الأميركية", "ar", "US"),
        ("USA", "en", "US"),
        ("Türkiye", "en", "TR"),
        ("افريقيا", "ar", "002"),
        ("Island", "de", "IS"),
        ("Island", "en", None),
        ("القاهرة", "ar", None),
        ("مالية", "ar", None),
        ("", "ar", None),
        ("؟", "", None),
    ],
)
def test_a_territory_is_known_by_its_names(name: str, language: str, code: str | None) -> None:
    assert places.territory_of(name, language) == code


def test_a_city_is_a_place_and_no_territory() -> None:
    assert places.place_of("القاهرة", "ar") == places.place_of("Cairo", "en") == "city-cairo"
    assert places.territory_of("Cairo", "en") is None


def test_every_territory_has_a_name_in_each_language_of_the_pages_and_of_most_readers() -> None:
    for code in ("EG", "KZ", "SA", "US", "PS", "UA", "002", "142"):
        for language in ("ar", "en", "fr", "de", "es", "fa", "he", "tr", "ur"):
            assert places.names_of(code, language), (code, language)


@pytest.mark.parametrize(
    ("follow", "language", "text", "rules"),
    [
        ("كازاخستان", "ru", "президент Казахстана", ["translation"]),
        ("كازاخستان", "en", "Kazakh oil, Kazakhstan", ["translation", "translation"]),
        ("السعودية", "ar", "المملكة العربية السعودية والسعوديون", ["alias", "relation"]),
        ("القاهرة", "en", "talks in Cairo", ["translation"]),
    ],
)
def test_a_place_is_found_in_other_languages(follow: str, language: str, text: str, rules: list[str]) -> None:
    found = match([Follow(follow, kind="place", language="ar")], text, language=language)
    assert [hit.rule for hit in found] == rules
