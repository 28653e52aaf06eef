"""Saving an article: once, at once, and for good."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from nashra.accounts.models import Reader
from nashra.front.models import Signal
from nashra.library import services
from nashra.library.models import SavedItem, Tag
from nashra.library.services import sweeping
from nashra.news import registry, upkeep
from nashra.news.models import Article

MakeArticle = Callable[..., Article]


def test_saving_copies_the_text_at_once(layla: Reader, make_article: MakeArticle, now: datetime) -> None:
    article = make_article("المكتبة الوطنية تفتح صحف قرن")
    services.save(layla, article, now=now)
    item = SavedItem.objects.get(reader=layla)
    assert (item.title, item.html) == (article.title, article.body.html)
    assert (item.text, item.author, item.source_name) == (article.body.text, "ريم الحدّاد", "صحيفة المرفأ")
    assert (item.language, item.direction, item.archive) == ("ar", "rtl", "waiting")


def test_saving_twice_is_once(layla: Reader, make_article: MakeArticle, now: datetime) -> None:
    article = make_article()
    first = services.save(layla, article, now=now)
    second = services.save(layla, article, now=now + timedelta(hours=1))
    assert (first.pk, SavedItem.objects.count()) == (second.pk, 1)
    assert SavedItem.objects.get().saved_at == now
    assert [signal.what for signal in Signal.objects.all()] == [Signal.What.SAVE]


def test_two_readers_have_an_item_each(layla: Reader, karim: Reader, make_article: MakeArticle, now: datetime) -> None:
    article = make_article()
    assert services.save(layla, article, now=now).pk != services.save(karim, article, now=now).pk


def test_the_text_survives_the_deletion_of_its_source(layla: Reader, make_article: MakeArticle, now: datetime) -> None:
    article = make_article()
    item = services.save(layla, article, now=now)
    article.source.delete()
    item = SavedItem.objects.get(pk=item.pk)
    assert item.article is None
    assert "مرسى النخيل" in item.text


def test_retention_keeps_saved_articles_and_lets_others_go(
    layla: Reader, make_article: MakeArticle, now: datetime
) -> None:
    old = now - timedelta(days=200)
    kept, gone = make_article("قديم محفوظ", first_seen_at=old), make_article("قديم متروك", first_seen_at=old)
    services.save(layla, kept, now=old)
    upkeep.let_go(now)
    assert set(Article.objects.values_list("pk", flat=True)) == {kept.pk}
    assert registry.kept([kept.pk, gone.pk]) == {kept.pk}


def test_removing_and_taking_it_back_keeps_tags_and_place(
    layla: Reader, make_article: MakeArticle, now: datetime
) -> None:
    article = make_article()
    item = services.save(layla, article, now=now)
    services.set_tags(item, ["للعمل", "ماء"])
    services.set_state(item, favourite=True, now=now)
    services.unsave(layla, article, now=now + timedelta(minutes=1))
    assert not SavedItem.objects.exists()
    services.save(layla, article, now=now + timedelta(minutes=2))
    item = SavedItem.objects.get()
    assert {tag.name for tag in item.tags.all()} == {"للعمل", "ماء"}
    assert (item.saved_at, item.is_favourite) == (now, True)


def test_what_was_removed_days_ago_is_saved_anew_with_its_tags(
    layla: Reader, make_article: MakeArticle, now: datetime
) -> None:
    article = make_article()
    item = services.save(layla, article, now=now)
    services.set_tags(item, ["ماء"])
    services.set_state(item, archived=True, read=True, now=now)
    services.unsave(layla, item, now=now)
    later = now + timedelta(days=3)
    services.save(layla, article, now=later)
    item = SavedItem.objects.get()
    assert (item.saved_at, item.read_at, item.is_archived) == (later, None, False)
    assert [tag.name for tag in item.tags.all()] == ["ماء"]


def test_a_removal_is_a_signal_and_taking_it_back_another(
    layla: Reader, make_article: MakeArticle, now: datetime
) -> None:
    article = make_article()
    item = services.save(layla, article, now=now)
    services.unsave(layla, item, now=now)
    services.unsave(layla, item, now=now)
    services.restore(layla, item, now=now)
    services.restore(layla, item, now=now)
    What = Signal.What
    assert [signal.what for signal in Signal.objects.order_by("pk")] == [What.SAVE, What.UNSAVE, What.SAVE]


def test_a_week_after_its_removal_an_item_is_gone_with_its_lonely_tags(
    layla: Reader, make_article: MakeArticle, now: datetime
) -> None:
    gone, kept = services.save(layla, make_article("أول"), now=now), services.save(layla, make_article("ثان"), now=now)
    services.set_tags(gone, ["وحيد", "مشترك"])
    services.set_tags(kept, ["مشترك"])
    services.unsave(layla, gone, now=now)
    assert sweeping.forget_removed(now=now + timedelta(days=6)) == 0
    assert sweeping.forget_removed(now=now + timedelta(days=8)) == 1
    assert list(SavedItem.every.all()) == [kept]
    assert [tag.name for tag in Tag.objects.all()] == ["مشترك"]


def test_an_address_that_is_an_article_here_is_saved_as_that_article(
    layla: Reader, make_article: MakeArticle, now: datetime
) -> None:
    article = make_article(url="http://news.example/water")
    item = services.save_url(layla, "news.example/water?utm_source=x#top", tags=["ماء"], now=now)
    assert item.article == article
    assert [tag.name for tag in item.tags.all()] == ["ماء"]


def test_an_address_waits_for_its_copy_and_is_saved_once(layla: Reader, now: datetime) -> None:
    first = services.save_url(layla, " Example.com/A ", now=now)
    second = services.save_url(layla, "https://www.example.com/A/?utm_medium=mail", now=now)
    assert first.pk == second.pk
    assert (first.url, first.title, first.archive) == ("https://example.com/A", "example.com/A", "waiting")


def test_an_article_that_comes_later_fills_the_address_saved_before(
    layla: Reader, make_article: MakeArticle, now: datetime
) -> None:
    item = services.save_url(layla, "http://news.example/later", now=now)
    article = make_article(url="http://news.example/later")
    assert services.save(layla, article, now=now).pk == item.pk
    item = SavedItem.objects.get()
    assert (item.article, item.title, item.text) == (article, article.title, article.body.text)


@pytest.mark.parametrize(
    "address",
    [
        "", "   ", "javascript:alert(1)", "file:///etc/passwd", "ftp://example.com/a", "nas", "http://", "http://a:x/",
        "http://127.0.0.1/", "http://[::1]/", "http://10.0.0.1/a", "http://169.254.169.254/latest", "http://localhost/",
        "http://0x7f.1/", "http://example.com:22/",
    ],
)  # fmt: skip
def test_what_is_no_address_or_leads_inside_is_refused_with_a_sentence(
    layla: Reader, address: str, now: datetime
) -> None:
    with pytest.raises(services.BadAddress) as refused:
        services.save_url(layla, address, now=now)
    assert len(str(refused.value)) > 10
    assert not SavedItem.every.exists()


def test_a_private_article_of_another_reader_is_not_used(
    layla: Reader, karim: Reader, make_article: MakeArticle, source: Any, now: datetime
) -> None:
    source.visibility, source.owner = "private", karim
    source.save()
    make_article(url="http://news.example/secret", text="نص لا يراه إلا صاحبه " * 60)
    item = services.save_url(layla, "http://news.example/secret", now=now)
    assert (item.article, item.text) == (None, "")
