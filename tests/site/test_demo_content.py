"""The sample newspaper: what its texts, drawings and people must be."""

import io
import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from nashra.core.text import detect
from nashra.news import catalogue
from nashra.site.demo import content, people
from nashra.site.demo.content import DemoArticle, DemoSource
from nashra.site.demo.people import DemoPerson

START = datetime(2026, 11, 23, 6, 50, tzinfo=UTC)
ARABIC_LETTER = re.compile(r"[\u0621-\u064a]")
LATIN_LETTER = re.compile(r"[A-Za-zÀ-ÿ]")
SOURCES = {source.key: source for source in content.load()}
each_article = pytest.mark.parametrize("article", content.articles(), ids=lambda article: article.slug)
each_person = pytest.mark.parametrize("person", people.PEOPLE, ids=lambda person: person.key)


def paragraphs(article: DemoArticle) -> list[str]:
    return [block.text for block in article.blocks if block.kind == "paragraph"]


def test_there_are_at_least_eight_sources_most_of_them_arabic() -> None:
    languages = [source.language for source in content.load()]
    assert len(languages) >= 8
    assert set(languages) == {"ar", "en", "fr"}
    assert languages.count("ar") > len(languages) / 2


def test_there_are_at_least_sixty_articles_and_no_slug_twice() -> None:
    slugs = [article.slug for article in content.articles()]
    assert len(slugs) >= 60
    assert len(set(slugs)) == len(slugs)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) for slug in slugs)


def test_sources_mix_formats_and_full_feeds_with_short_ones() -> None:
    assert {source.format for source in content.load()} == {"rss", "atom", "json"}
    assert {source.full_text for source in content.load()} == {True, False}


def test_every_event_is_told_by_three_sources_and_six_events_in_several_languages() -> None:
    tellers: dict[str, set[str]] = defaultdict(set)
    for article in content.articles():
        tellers[article.event].add(article.source)
    tellers.pop("")
    languages = {event: {SOURCES[key].language for key in keys} for event, keys in tellers.items()}
    assert min(len(keys) for keys in tellers.values()) >= 3
    assert sum(len(spoken) > 1 for spoken in languages.values()) >= 6


@each_article
def test_an_article_has_four_to_seven_paragraphs_of_some_length(article: DemoArticle) -> None:
    assert 4 <= len(paragraphs(article)) <= 7
    assert min(len(text) for text in paragraphs(article)) >= 70
    assert len(article.body) >= 600
    assert all((article.title, article.summary, article.byline, article.section))


@each_article
def test_an_article_is_written_in_the_letters_and_language_of_its_source(article: DemoArticle) -> None:
    language = SOURCES[article.source].language
    text = f"{article.title}\n{article.summary}\n{article.body}"
    foreign = LATIN_LETTER if language == "ar" else ARABIC_LETTER
    assert not foreign.search(text)
    assert detect(article.body, declared=None, candidates=["ar", "en", "fr"]) == language


@each_article
def test_an_article_is_drawn_with_a_picture_that_exists_and_has_a_caption(article: DemoArticle) -> None:
    assert bool(article.picture) == bool(article.caption)
    assert not article.picture or article.picture in content.pictures()


@each_article
def test_an_article_has_topics_of_the_catalogue_and_a_tag_that_means_the_first(article: DemoArticle) -> None:
    assert all(catalogue.topic(key) for key in article.topics)
    assert article.topics[0] in {catalogue.topic_for_tag(tag) for tag in (article.section, *article.tags)}


def test_every_topic_of_the_catalogue_has_an_article() -> None:
    assert {key for article in content.articles() for key in article.topics} == {t.key for t in catalogue.topics()}


def test_about_half_of_the_articles_have_a_drawing() -> None:
    drawn = sum(bool(article.picture) for article in content.articles())
    assert 0.4 <= drawn / len(content.articles()) <= 0.7


def test_drawings_are_small_and_all_of_one_size() -> None:
    drawings = {name: content.picture(name) or b"" for name in content.pictures()}
    assert sum(map(len, drawings.values())) < 1_500_000
    assert {Image.open(io.BytesIO(data)).size for data in drawings.values()} == {(1200, 675)}
    assert content.picture("no-such-drawing") is None


def test_articles_spread_over_three_days_and_twelve_appear_in_the_first_twenty_minutes() -> None:
    ages = [article.age for article in content.articles()]
    coming = [age for age in ages if age < 0]
    assert max(ages) > 2 * 24 * 60
    assert max(ages) < 3 * 24 * 60
    assert len(coming) >= 12
    assert min(coming) >= -20


def test_two_articles_are_corrected_while_the_demo_runs() -> None:
    corrected = [article for article in content.articles() if article.correction]
    assert len(corrected) == 2
    for article in corrected:
        assert article.correction is not None
        assert article.body.count(article.correction.find) == 1
        assert 0 < article.correction.minutes <= 20
        assert article.age > 0


def test_a_correction_changes_the_text_and_its_time_only_once_it_is_out() -> None:
    article = content.article("solar-network-supplies-three-towns")
    assert article.correction is not None
    out = START + timedelta(minutes=article.correction.minutes)
    before, after = article.blocks_at(START, out - timedelta(seconds=1)), article.blocks_at(START, out)
    assert before == article.blocks
    assert after[-1].text == article.correction.note
    assert any(article.correction.put in block.text for block in after)
    assert article.updated(START, out - timedelta(seconds=1)) == START - timedelta(minutes=article.age)
    assert article.updated(START, out) == out


@each_person
def test_a_person_has_only_opened_what_is_out_and_comes_from_their_sources(person: DemoPerson) -> None:
    for slug in person.habits.opened:
        article = content.article(slug)
        assert article.age > 0
        assert article.source in person.sources
    assert set(person.habits.saved) <= set(person.habits.opened)


@each_person
def test_a_person_follows_and_mutes_topics_of_the_catalogue(person: DemoPerson) -> None:
    assert all(catalogue.topic(key) for key in (*person.topics, *person.muted_topics))
    assert not set(person.topics) & set(person.muted_topics)
    assert {SOURCES[key].language for key in person.sources} == set(person.reading_languages)


def test_the_three_readers_follow_different_things_and_have_opened_different_articles() -> None:
    readers = [person for person in people.PEOPLE if person.role == "reader"]
    opened = [slug for person in readers for slug in person.habits.opened]
    topics = [key for person in readers for key in person.topics]
    assert len(readers) == 3
    assert len(set(opened)) == len(opened)
    assert len(set(topics)) == len(topics)


@pytest.mark.parametrize("source", content.load(), ids=lambda source: source.key)
def test_a_source_lists_its_newest_article_first(source: DemoSource) -> None:
    ages = [article.age for article in source.articles]
    assert ages == sorted(ages)
    assert catalogue.topic(source.topic)
