"""Feeds that change their ids: what was read stays read, what was let go stays away, what is new is new."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.core.feeds import parse
from nashra.front import services as front
from nashra.front.models import Mark
from nashra.library import services as library
from nashra.library.models import SavedItem
from nashra.news import upkeep
from nashra.news.ingest import plan, write
from nashra.news.models import Article, Revision, Source, Tombstone

DATA = Path(__file__).parents[1] / "data" / "stories"
PAIRS = json.loads((DATA / "under_another_id.json").read_text("utf-8"))
CHANGED = next(row for row in PAIRS if row["why"] == "a word of the text was corrected")
Make = Callable[..., Source]
Poll = Callable[[], int]


def item(name: str, said: dict[str, str], hours: float = 1, **more: str) -> dict[str, str]:
    """An entry with an id and an address of its own."""
    date = timezone.now() - timedelta(hours=hours)
    plain = {"guid": name, "link": f"http://site.example/{name}", "date": format_datetime(date)}
    return {**plain, "title": said["title"], "text": f"<p>{said['text']}</p>", **more}


def test_an_entry_with_another_id_and_address_is_the_article_or_a_new_one(feeds: Any, source: Make) -> None:
    wrong = []
    for number, row in enumerate(PAIRS):
        made = source(f"/{number}")
        for name, said in (("old", row["one"]), ("new", row["other"])):
            feed = parse(feeds.rss(item(name, said)).encode())
            write(plan([(made, feed, timezone.now())]), {made.pk})
            made.ok_at = timezone.now()
        if made.articles.count() != (1 if row["same"] else 2):
            wrong.append(row["why"])
    assert wrong == []


def test_reading_and_saving_outlive_another_id_and_a_correction_becomes_a_revision(
    feeds: Any, source: Make, poll: Poll, layla: Reader
) -> None:
    feeds.put("/feed", feeds.rss(item("old", CHANGED["one"])))
    source()
    poll()
    article = Article.objects.get()
    front.opened(layla, article, now=timezone.now())
    library.save(layla, article, now=timezone.now())
    feeds.put("/feed", feeds.rss(item("new", CHANGED["other"])))
    assert poll() == 0
    found = Article.objects.get()
    assert (found.pk, found.url) == (article.pk, "http://site.example/new")
    assert found.corrected_at is not None
    assert Revision.objects.get().article == found
    assert Mark.objects.get().read_at is not None
    assert SavedItem.objects.get().article == found


def test_an_article_that_moved_is_known_by_its_new_id_from_then_on(feeds: Any, source: Make, poll: Poll) -> None:
    feeds.put("/feed", feeds.rss(item("old", CHANGED["one"])))
    source()
    poll()
    before = Article.objects.get().guid
    for _ in range(2):
        feeds.put("/feed", feeds.rss(item("new", CHANGED["one"], extra="x")))
        poll()
    found = Article.objects.get()
    assert found.guid != before
    assert Revision.objects.count() == 0


def test_the_same_words_a_day_later_are_a_new_piece(feeds: Any, source: Make, poll: Poll) -> None:
    feeds.put("/feed", feeds.rss(item("monday", CHANGED["one"], hours=25)))
    source()
    poll()
    feeds.put("/feed", feeds.rss(item("tuesday", CHANGED["one"], hours=1)))
    assert poll() == 1


def test_an_article_that_is_still_listed_under_its_own_id_is_not_taken_for_another(
    feeds: Any, source: Make, poll: Poll
) -> None:
    first = item("first", CHANGED["one"])
    feeds.put("/feed", feeds.rss(first))
    source()
    poll()
    feeds.put("/feed", feeds.rss(first, item("second", CHANGED["other"])))
    assert poll() == 1


def test_of_two_entries_that_could_be_an_article_none_is_taken_for_it(feeds: Any, source: Make, poll: Poll) -> None:
    feeds.put("/feed", feeds.rss(item("old", CHANGED["one"])))
    source()
    poll()
    feeds.put("/feed", feeds.rss(item("one", CHANGED["other"]), item("two", CHANGED["other"])))
    assert poll() == 2


def test_pieces_between_the_same_long_lines_are_told_apart(feeds: Any, source: Make, poll: Poll) -> None:
    frame = " ".join(f"سطر{n}" for n in range(150))
    lines = [
        {"title": "العاصفة: تغطية مباشرة", "text": f"{frame} {what}"}
        for what in ("انهار السقف.", "عاد التيار.", "فتح الجسر.")
    ]
    for number, line in enumerate(lines):
        feeds.put("/feed", feeds.rss(item(f"line{number}", line, hours=3 - number)))
        if not number:
            source()
        poll()
    assert Article.objects.count() == 3


@pytest.mark.parametrize(("title", "read"), [("عنوان آخر", False), (CHANGED["one"]["title"], True)])
def test_texts_are_read_only_where_a_title_is_like_that_of_an_article_gone_from_the_feed(
    feeds: Any, source: Make, poll: Poll, title: str, read: bool
) -> None:
    feeds.put("/feed", feeds.rss(item("old", CHANGED["one"])))
    source()
    poll()
    feeds.put("/feed", feeds.rss(item("new", {"title": title, "text": PAIRS[0]["one"]["text"]})))
    with CaptureQueriesContext(connection) as asked:
        poll()
    selects = [one["sql"] for one in asked.captured_queries if one["sql"].startswith("SELECT")]
    assert any('"news_articletext"."text"' in sql and '"page_outcome"' in sql for sql in selects) is read


# ------------------------------------------------------------------------------------------- what was let go


@pytest.fixture
def short_memory(settings: Any) -> None:
    """Articles leave after ten days."""
    settings.NASHRA_RETENTION_DAYS = 10


def let_go() -> None:
    """Everything has been here for eleven days, and is let go."""
    Article.objects.update(first_seen_at=timezone.now() - timedelta(days=11))
    upkeep.let_go(timezone.now())
    assert not Article.objects.exists()


@pytest.mark.usefixtures("short_memory")
def test_what_left_by_age_and_is_still_listed_stays_away(feeds: Any, source: Make, poll: Poll) -> None:
    entry = item("old", CHANGED["one"], hours=24 * 9)
    feeds.put("/feed", feeds.rss(entry))
    source()
    poll()
    let_go()
    for extra in ("<ttl>1</ttl>", "<ttl>2</ttl>"):
        feeds.put("/feed", feeds.rss(entry, extra=extra))
        assert poll() == 0


@pytest.mark.usefixtures("short_memory")
@pytest.mark.parametrize("date", ["", None], ids=["without a date", "with its date"])
def test_what_left_by_age_does_not_come_back_under_another_id(
    feeds: Any, source: Make, poll: Poll, date: str | None
) -> None:
    entry = item("old", CHANGED["one"], hours=24 * 9, **({} if date is None else {"date": date}))
    feeds.put("/feed", feeds.rss(entry))
    source()
    poll()
    let_go()
    feeds.put("/feed", feeds.rss({**entry, "guid": "another"}))
    assert poll() == 0
    assert Tombstone.objects.count() == 2


@pytest.mark.usefixtures("short_memory")
def test_a_known_source_gives_nothing_new_that_is_older_than_what_is_kept(feeds: Any, source: Make, poll: Poll) -> None:
    feeds.put("/feed", feeds.rss(item("one", CHANGED["one"], hours=24 * 30)))
    source()
    assert poll() == 1  # of a new source, the past is welcome
    feeds.put("/feed", feeds.rss(item("two", PAIRS[-1]["one"], hours=24 * 30), item("three", PAIRS[0]["one"])))
    assert poll() == 1
    assert Article.objects.filter(title=PAIRS[0]["one"]["title"]).exists()


@pytest.mark.usefixtures("short_memory")
def test_a_feed_that_dates_everything_long_ago_is_read_all_the_same(feeds: Any, source: Make, poll: Poll) -> None:
    feeds.put("/feed", feeds.rss(item("one", CHANGED["one"], date="Thu, 01 Jan 1970 00:00:00 GMT")))
    source()
    poll()
    feeds.put("/feed", feeds.rss(item("two", PAIRS[-1]["one"], date="Thu, 01 Jan 1970 00:00:00 GMT")))
    assert poll() == 1


@pytest.mark.usefixtures("short_memory")
def test_a_new_piece_at_the_address_of_one_that_left_is_new(feeds: Any, source: Make, poll: Poll) -> None:
    entry = item("old", CHANGED["one"])
    feeds.put("/feed", feeds.rss(entry))
    source()
    poll()
    let_go()
    feeds.put("/feed", feeds.rss(item("new", PAIRS[-1]["one"], link=entry["link"])))
    assert poll() == 1


# ---------------------------------------------------------------------------------------------- many corrections


def test_of_many_corrections_the_first_and_the_last_fifty_versions_are_kept(
    feeds: Any, source: Make, poll: Poll, now: datetime
) -> None:
    feeds.put("/feed", feeds.rss(item("one", {"title": "نسخة", "text": "النص 0"})))
    source()
    poll()
    article = Article.objects.get()
    Revision.objects.bulk_create(
        Revision(article=article, at=now + timedelta(minutes=n), title=f"نسخة {n}", html="<p>نص</p>") for n in range(50)
    )
    feeds.put("/feed", feeds.rss(item("one", {"title": "نسخة أخيرة", "text": "النص 1"})))
    poll()
    kept = list(Revision.objects.order_by("at").values_list("title", flat=True))
    assert len(kept) == 50
    assert (kept[0], kept[1]) == ("نسخة 0", "نسخة 2")
    assert "نسخة" in kept
