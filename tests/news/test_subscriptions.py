"""Following and leaving, folders and names, pausing, visibility, and what a reader sees of it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.news import access, services
from nashra.news.fetching.sweep import fetch_due
from nashra.news.models import Article, Source, Visibility
from nashra.news.services import SourceError, export_opml, import_opml

Make = Callable[..., Source]


def test_sources_are_listed_by_folder_with_the_reader_s_own_names(source: Make, layla: Reader) -> None:
    for path, folder, title in (("/a", "رياضة", ""), ("/b", "", "ب"), ("/c", "رياضة", "ألف"), ("/d", "", "")):
        made = source(path, title=f"مصدر {path}")
        services.subscribe(layla, made, folder=folder)
        services.rename(layla, made, title)
    listed = [(folder.name, [one.name for one in folder.sources]) for folder in services.sources_of(layla)]
    assert listed == [("", ["ب", "مصدر /d"]), ("رياضة", ["ألف", "مصدر /a"])]


def test_moving_and_renaming_touch_only_the_reader_s_own_subscription(
    source: Make, layla: Reader, karim: Reader
) -> None:
    made = source(title="الميناء")
    for reader in (layla, karim):
        services.subscribe(reader, made)
    services.move_to_folder(layla, made, " أخبار\nمحلية ")
    services.rename(layla, made, "ميناؤنا")
    own, other = layla.subscriptions.get(), karim.subscriptions.get()
    assert (own.folder, own.title) == ("أخبار محلية", "ميناؤنا")
    assert (other.folder, other.title) == ("", "")


def test_a_source_that_nobody_follows_rests_and_wakes_for_the_next_reader(
    feeds: Any, source: Make, layla: Reader, karim: Reader
) -> None:
    made = source()
    services.subscribe(layla, made)
    services.unsubscribe(layla, made)
    fetch_due()
    assert feeds.asked == []
    services.subscribe(karim, Source.objects.get())
    fetch_due()
    assert feeds.paths() == ["/feed"]


def test_the_paper_s_sources_are_fetched_without_followers(feeds: Any, source: Make, layla: Reader) -> None:
    made = source(visibility=Visibility.PAPER)
    services.subscribe(layla, made)
    services.unsubscribe(layla, made)
    fetch_due()
    assert feeds.paths() == ["/feed"]


def test_a_source_that_was_paused_by_hand_does_not_wake_by_itself(feeds: Any, source: Make, layla: Reader) -> None:
    made = source()
    services.pause(made)
    services.subscribe(layla, made)
    fetch_due()
    assert feeds.asked == []
    services.resume(made)
    fetch_due()
    assert feeds.paths() == ["/feed"]


def test_fetch_now_makes_a_source_due(feeds: Any, source: Make) -> None:
    made = source(due_at=timezone.now() + timezone.timedelta(hours=9))
    services.fetch_now(made)
    fetch_due()
    assert feeds.paths() == ["/feed"]


def test_a_source_may_become_the_paper_s_choice_and_back(source: Make) -> None:
    made = source()
    services.set_visibility(made, Visibility.PAPER)
    assert list(access.visible_sources(None)) == [made]
    services.set_visibility(made, Visibility.LISTED)
    assert list(access.visible_sources(None)) == []


def test_what_visitors_saw_stays_visible_when_its_original_is_no_more(source: Make) -> None:
    first, second = source("/a", visibility=Visibility.PAPER), source("/b", visibility=Visibility.PAPER)
    now = timezone.now()
    original = Article.objects.create(source=first, guid="1", title="أ", published_at=now)
    copy = Article.objects.create(source=second, guid="1", title="أ", published_at=now, duplicate_of=original)
    services.set_visibility(first, Visibility.LISTED)
    assert list(access.visible_articles(None).filter(duplicate_of=None)) == [copy]


def test_a_private_source_is_never_shared(source: Make, layla: Reader) -> None:
    made = source(visibility=Visibility.PRIVATE, owner=layla)
    with pytest.raises(SourceError):
        services.set_visibility(made, Visibility.PAPER)
    assert access.visible_sources(None).count() == 0


def test_what_a_reader_reaches_is_what_the_gate_lets_through(source: Make, layla: Reader, karim: Reader) -> None:
    kinds = [(Visibility.PAPER, None), (Visibility.LISTED, None), (Visibility.PRIVATE, layla)]
    kinds += [(Visibility.PRIVATE, karim), (Visibility.PRIVATE, None)]
    made = [
        source(f"/{at}", visibility=kind, owner=owner, language=("ar", "en", "")[at % 3])
        for at, (kind, owner) in enumerate(kinds)
    ]
    for reader in (layla, karim):
        services.subscribe(reader, made[0])
    services.subscribe(layla, made[2])
    for reader in (layla, karim, None):
        seen = set(access.visible_sources(reader).values_list("pk", flat=True))
        assert set(access.reach_of(reader).hidden) == {one.pk for one in made} - seen
    assert access.reach_of(layla).followed == {"ar": [made[0].pk], "": [made[2].pk]}
    assert access.reach_of(karim).followed == {"ar": [made[0].pk]}
    assert access.reach_of(None).followed == {}
    Source.objects.filter(visibility=Visibility.PRIVATE).delete()
    assert list(access.reach_of(layla).hidden) == []


def test_a_removed_source_takes_its_articles_along(source: Make) -> None:
    made = source()
    Article.objects.create(source=made, guid="1", title="أ", published_at=timezone.now())
    services.remove_source(made)
    assert Article.objects.count() == 0


def test_a_list_of_subscriptions_survives_the_way_out_and_in(source: Make, layla: Reader, karim: Reader) -> None:
    services.subscribe(layla, source("/a", title="أ & ب <ج>"), folder="أخبار / محلية")
    services.subscribe(layla, source("/b?token=5ecret", title="سري", owner=layla, visibility=Visibility.PRIVATE))
    report = import_opml(karim, export_opml(layla))
    assert (report.added, report.known, report.refused) == (2, 0, [])
    taken = {row.source.url.rpartition("/")[2]: row for row in karim.subscriptions.select_related("source")}
    assert taken["a"].folder == "أخبار / محلية"
    assert taken["a"].source.title == "أ & ب <ج>"
    assert taken["b?token=5ecret"].source.owner == karim


def test_a_list_can_be_imported_for_oneself_alone(source: Make, layla: Reader, karim: Reader) -> None:
    for path in ("/a", "/b"):
        services.subscribe(layla, source(path))
    services.subscribe(karim, Source.objects.get(url__endswith="/a"))
    report = import_opml(karim, export_opml(layla), private=True)
    assert (report.added, report.known) == (1, 1)
    owners = {
        row.source.url.rpartition("/")[2]: row.source.owner for row in karim.subscriptions.select_related("source")
    }
    assert owners == {"a": None, "b": karim}
    assert access.visible_sources(layla).filter(owner=karim).count() == 0
    assert import_opml(karim, export_opml(layla), private=True).added == 0


def test_an_import_wakes_a_source_that_rested(feeds: Any, source: Make, layla: Reader, karim: Reader) -> None:
    made = source()
    services.subscribe(layla, made)
    file = export_opml(layla)
    services.unsubscribe(layla, made)
    import_opml(karim, file)
    assert Source.objects.get().state == Source.State.ACTIVE
