"""Tags however they are spelled, five shelves, and a search that forgives spelling."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from nashra.accounts.models import Reader
from nashra.library import services
from nashra.library.models import SavedItem, Tag
from nashra.news.models import Article

MakeArticle = Callable[..., Article]
Save = Callable[..., SavedItem]


@pytest.fixture
def save(layla: Reader, make_article: MakeArticle, now: datetime) -> Save:
    """Saves a new article of this title, each a minute after the one before."""

    def saved(title: str, **more: str) -> SavedItem:
        at = now + timedelta(minutes=SavedItem.every.count())
        return services.save(layla, make_article(title, **more), now=at)

    return saved


def titles(shelf: services.Shelf) -> list[str]:
    return [item.title for item in shelf.page]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("مقهى", "مقهي"), ("لُغة", "لغة"), ("أدب", "ادب"), ("كتـــاب", "كتاب"), ("قصة", "قصه"),
        ("Économie", "economie"), ("Science", " science "), ("١٩٤٨", "1948"),
    ],
)  # fmt: skip
def test_a_tag_is_one_however_it_is_spelled(save: Save, one: str, other: str) -> None:
    first, second = save("أول"), save("ثان")
    services.set_tags(first, [one])
    services.set_tags(second, [other])
    assert [tag.name for tag in Tag.objects.all()] == [one.strip()]
    assert set(Tag.objects.get().items.all()) == {first, second}


def test_tags_are_read_between_latin_and_arabic_commas() -> None:
    assert services.read_tags(" ماء، بحر, طاقة ؛ \n , شمس") == ["ماء", "بحر", "طاقة", "شمس"]


def test_a_tag_too_long_or_one_too_many_changes_nothing(save: Save) -> None:
    item = save("أول")
    services.set_tags(item, ["ماء"])
    for names in (["ط" * 121], [f"وسم {n}" for n in range(51)]):
        with pytest.raises(services.BadTag):
            services.set_tags(item, names)
    assert [tag.name for tag in item.tags.all()] == ["ماء"]
    services.set_tags(item, ["ط" * 120, "\u064b", ""])
    assert [len(tag.name) for tag in item.tags.all()] == [120]


def test_a_tag_that_nothing_has_any_more_is_forgotten(save: Save) -> None:
    item = save("أول")
    services.set_tags(item, ["ماء", "بحر"])
    services.set_tags(item, ["بحر"])
    assert [tag.name for tag in Tag.objects.all()] == ["بحر"]


def test_shelves_hold_what_their_names_say_newest_saved_first(save: Save, layla: Reader, now: datetime) -> None:
    unread, read, put_away = save("غير مقروء"), save("مقروء"), save("مؤرشف")
    save("محذوف")
    services.set_state(read, read=True, favourite=True, now=now)
    services.set_state(put_away, archived=True, now=now)
    services.unsave(layla, SavedItem.objects.get(title="محذوف"), now=now)
    assert titles(services.items(layla)) == [unread.title]
    assert titles(services.items(layla, shelf="read")) == [read.title]
    assert titles(services.items(layla, shelf="archived")) == [put_away.title]
    assert titles(services.items(layla, shelf="favourites")) == [read.title]
    shelf = services.items(layla, shelf="all")
    assert titles(shelf) == ["مؤرشف", "مقروء", "غير مقروء"]
    assert shelf.counts == {"unread": 1, "read": 1, "favourites": 1, "archived": 1, "all": 3}


def test_an_unknown_shelf_or_page_is_the_nearest_that_there_is(save: Save, layla: Reader) -> None:
    save("أول")
    shelf = services.items(layla, shelf="nowhere", page="999")
    assert (shelf.name, titles(shelf), shelf.page.number) == ("unread", ["أول"], 1)
    assert services.items(layla, page="<script>").page.number == 1


def test_a_tag_narrows_a_shelf_and_counts_what_is_on_it(save: Save, layla: Reader, now: datetime) -> None:
    first, second = save("أول"), save("ثان")
    services.set_tags(first, ["مقهى", "سفر"])
    services.set_tags(second, ["سفر"])
    services.set_state(second, read=True, now=now)
    shelf = services.items(layla, tag="مقهي")
    assert titles(shelf) == ["أول"]
    assert [(tag.name, n) for tag, n in shelf.tags] == [("سفر", 1), ("مقهى", 1)]
    assert [(tag.name, n) for tag, n in services.tags_of(layla)] == [("سفر", 2), ("مقهى", 1)]
    assert titles(services.items(layla, tag="لا وسم كهذا")) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("مدرسة", True), ("مَدْرَسَةٌ", True), ("مدرسه", True), ("المدرسة", True), ("مدرســة", True), ("قرى", True),
        ("قري", True), ('"ثلاث غرف"', True), ('"غرف ثلاث"', False), ("مدرسة غرف", True), ("مدرسة قطار", False),
        ("مدرسة -تلاميذ", False), ("مدرسة -قطار", True), ("تعليم", True), ("تَعليم", True), ("Harbour", False),
        ("١٢٠", True), ("120", True), ("ريم", True), ("نص لا يوجد", False), ("%", False), ("_", False),
    ],
)  # fmt: skip
def test_search_finds_titles_texts_authors_and_tags_in_any_spelling(
    save: Save, layla: Reader, query: str, found: bool
) -> None:
    item = save("المدرسة من ثلاث غرف تجمع تلاميذ خمس قُرى", text="بلغ عدد التلاميذ ١٢٠ هذا العام. " * 40)
    services.set_tags(item, ["تعليم"])
    assert bool(titles(services.items(layla, shelf="all", query=query))) is found


def test_a_word_is_found_by_its_beginning_where_a_star_asks_for_it(save: Save, layla: Reader) -> None:
    save("Three towns, one plant: solar desalination goes live", language="en", text="The Harbour Post says so. " * 40)
    for query, number in {"desal*": 1, "desal": 0, "Solar TOWNS": 1, "olar*": 0, "on": 0, "one": 1}.items():
        assert len(titles(services.items(layla, shelf="all", query=query))) == number, query


def test_a_result_shows_where_it_was_found(save: Save, layla: Reader) -> None:
    item = save(
        "عنوان آخر", text="كلام قبل ذلك طويل جدًّا. " * 40 + "ثم وصل القطار إلى المدينة ليلًا. " + "كلام بعده. " * 40
    )
    snippet = services.items(layla, shelf="all", query="قطار").snippets[item.pk]
    assert [snippet.text[start:end] for start, end in snippet.marks] == ["القطار"]


@pytest.mark.parametrize(
    ("query", "error"), [("-قطار", "only_excluded"), ('"" !', "empty"), ("a " * 99 + "b" * 9, None)]
)
def test_a_search_without_words_says_so(save: Save, layla: Reader, query: str, error: str | None) -> None:
    save("أول")
    shelf = services.items(layla, query=query)
    assert (titles(shelf), shelf.error) == ([], error)


def test_several_pieces_are_changed_at_once_and_only_ones_own(
    save: Save, layla: Reader, karim: Reader, make_article: MakeArticle, now: datetime
) -> None:
    mine, others = [save("أول"), save("ثان")], services.save(karim, make_article("لكريم"), now=now)
    ids = [*(item.pk for item in mine), others.pk]
    assert services.edit_many(layla, ids, "archive", now=now) == [item.pk for item in mine]
    services.edit_many(layla, ids, "tag", tags=["سفر"], now=now)
    services.edit_many(layla, ids, "remove", now=now)
    assert list(SavedItem.objects.all()) == [others]
    assert not others.is_archived
    services.edit_many(layla, ids, "restore", now=now)
    kept = SavedItem.objects.filter(reader=layla)
    assert {(item.is_archived, item.tags.get().name) for item in kept} == {(True, "سفر")}


def test_an_unknown_change_of_several_pieces_is_refused(save: Save, layla: Reader, now: datetime) -> None:
    with pytest.raises(services.LibraryError):
        services.edit_many(layla, [save("أول").pk], "explode", now=now)
