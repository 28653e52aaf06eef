"""Time zones to choose from: each place once, in the reader's language."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from nashra.accounts import zones
from nashra.base import locale


@pytest.fixture(params=["ar", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each language in turn."""
    with translation.override(request.param):
        before = locale.current()
        locale.activate(locale.Preferences(language=request.param))
        yield request.param
        locale.activate(before)


def offered(*wanted: str) -> list[tuple[str, str]]:
    """All options, whatever their group."""
    found: list[tuple[str, str]] = []
    for value, label in zones.choices(*wanted):
        found += label if isinstance(label, list) else [(value, label)]
    return found


def test_no_two_zones_have_the_same_name(language: str) -> None:
    labels = [label for _zone, label in offered()]
    assert len(labels) > 300
    assert sorted(labels) == sorted(set(labels))


def test_old_names_are_not_offered_beside_the_present_ones(language: str) -> None:
    names = {zone for zone, _label in offered()}
    assert {"America/Toronto", "Asia/Jerusalem", "Asia/Kolkata", "Asia/Amman"} <= names
    assert not {"America/Montreal", "America/Thunder_Bay", "Asia/Tel_Aviv", "Asia/Calcutta", "Europe/Kiev"} & names


def test_a_readers_own_old_name_is_offered_with_the_city_it_stands_for(language: str) -> None:
    labels = dict(offered("America/Montreal", "Etc/GMT+3"))
    city = {"ar": "تورونتو", "en": "Toronto"}[language]
    assert labels["America/Montreal"] == f"{city} (America/Montreal)"
    assert labels["America/Toronto"] == city
    assert labels["Etc/GMT+3"] == "Etc/GMT+3"


@pytest.mark.parametrize("language", ["ar"], indirect=True)
def test_arabic_readers_choose_among_arabic_names(language: str) -> None:
    foreign = {zone for zone, label in offered() if label.isascii()}
    assert foreign <= {"America/Coyhaique"}  # newer than the names that CLDR has in Arabic
    assert dict(offered())["Asia/Kolkata"] == "كالكتا"
