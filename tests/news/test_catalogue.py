"""The starter catalogue: what a new reader can choose from, and which words mean which topic."""

import re
from collections import Counter
from urllib.parse import urlsplit

import pytest

from nashra.core.text import fold
from nashra.news import catalogue
from nashra.news.catalogue import CatalogueEntry

TOPICS = [
    "world", "politics", "economy", "business", "technology", "science", "health", "environment",
    "culture", "sport", "society", "education", "energy", "media", "travel", "opinion",
]  # fmt: skip
each_entry = pytest.mark.parametrize("entry", catalogue.load(), ids=lambda entry: entry.feed)


def test_there_are_enough_feeds_in_every_language() -> None:
    counts = Counter(entry.language for entry in catalogue.load())
    assert set(counts) == {"ar", "en", "fr"}
    assert counts["ar"] >= 28
    assert counts["en"] >= 18
    assert counts["fr"] >= 12


def test_arabic_feeds_come_first() -> None:
    languages = [entry.language for entry in catalogue.load()]
    assert languages == sorted(languages, key=["ar", "en", "fr"].index)


def test_no_feed_is_listed_twice() -> None:
    assert len({entry.feed for entry in catalogue.load()}) == len(catalogue.load())


@each_entry
def test_an_entry_has_secure_addresses_a_country_and_a_known_topic(entry: CatalogueEntry) -> None:
    for address in (entry.site, entry.feed):
        parts = urlsplit(address)
        assert parts.scheme == "https"
        assert parts.hostname
        assert parts.username is None
    assert re.fullmatch(r"[A-Z]{2}", entry.country)
    assert catalogue.topic(entry.topic)
    assert entry.title.strip() == entry.title != ""


@each_entry
def test_an_arabic_entry_has_an_arabic_title(entry: CatalogueEntry) -> None:
    assert bool(re.search(r"[\u0621-\u064a]", entry.title)) == (entry.language == "ar")


def test_topics_are_the_agreed_ones_and_each_has_a_feed_in_the_catalogue() -> None:
    assert [topic.key for topic in catalogue.topics()] == TOPICS
    assert {entry.topic for entry in catalogue.load()} == set(TOPICS)


def test_a_topic_is_named_in_the_readers_language_and_in_english_for_any_other() -> None:
    energy = catalogue.topic("energy")
    assert energy is not None
    assert [energy.name(code) for code in ("ar", "ar-EG", "fr", "en", "tr")] == [
        "الطاقة", "الطاقة", "Énergie", "Energy", "Energy",
    ]  # fmt: skip
    assert catalogue.topic("horoscopes") is None


@pytest.mark.parametrize("key", TOPICS)
def test_a_topic_has_at_least_eight_tags_and_some_in_every_language(key: str) -> None:
    assert len(catalogue.aliases()[key]) >= 8
    topic = catalogue.topic(key)
    assert topic is not None
    assert {catalogue.topic_for_tag(name) for name in (key, topic.name_ar, topic.name_en, topic.name_fr)} == {key}


def test_no_tag_means_two_topics() -> None:
    meanings: dict[str, set[str]] = {}
    for key, words in catalogue.aliases().items():
        for word in words:
            meanings.setdefault(fold(word), set()).add(key)
    assert {word: keys for word, keys in meanings.items() if len(keys) > 1} == {}


@pytest.mark.parametrize(
    ("tag", "key"),
    [
        ("كرة القدم", "sport"),
        ("#كرة_القدم", "sport"),
        ("الإقتصاد", "economy"),
        ("السياسه", "politics"),
        ("Climate  Change", "environment"),
        ("SANTÉ", "health"),
        ("education", "education"),
        ("Éducation", "education"),
        ("أبراج", None),
        ("", None),
        ("#", None),
    ],
)
def test_a_feeds_tag_is_understood_however_it_is_spelt(tag: str, key: str | None) -> None:
    assert catalogue.topic_for_tag(tag) == key
