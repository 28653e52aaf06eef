"""Saved items are found by what they say, as soon as they say it."""

from collections.abc import Callable
from datetime import datetime
from importlib import import_module

from django.apps import apps
from django.db import connection

from nashra.accounts.models import Reader
from nashra.base.fulltext import progress
from nashra.core.text.asking import Node, Phrase, Word
from nashra.library.models import SavedItem
from nashra.library.services import save, save_url, unsave
from nashra.library.services.sweeping import KEPT_AFTER_REMOVAL, forget_removed
from nashra.library.terms import ITEMS, RENEWAL
from nashra.news.models import Article

Make = Callable[..., Article]


def found(node: Node) -> list[str]:
    rows = SavedItem.every.filter(ITEMS.condition(node, languages=("ar", "en")))
    return list(rows.order_by("pk").values_list("title", flat=True))


def test_a_saved_article_is_found_by_title_author_source_and_text(
    layla: Reader, make_article: Make, now: datetime
) -> None:
    article = make_article("شبكة تحلية", text="تعمل الشبكة بطاقة الشمس.")
    save(layla, article, now=now)
    for wanted in (Word("التحلية", "title"), Word("حداد", "author"), Phrase(("بطاقه", "الشمس")), Word("المرفأ")):
        assert found(wanted) == ["شبكة تحلية"]
    assert found(Word("المرفأ", "title")) == []


def test_an_address_is_found_by_what_is_known_of_it(layla: Reader, now: datetime) -> None:
    save_url(layla, "http://site.example/harbour-report", now=now)
    assert found(Phrase(("harbour", "report"))) == ["site.example/harbour-report"]


def test_what_is_forgotten_after_its_removal_leaves_the_index(layla: Reader, make_article: Make, now: datetime) -> None:
    article = make_article("شبكة تحلية")
    save(layla, article, now=now)
    unsave(layla, article, now=now)
    forget_removed(now=now + KEPT_AFTER_REMOVAL * 2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM library_terms")
        assert cursor.fetchone() == (0,)


def test_items_saved_by_an_earlier_version_are_found_before_and_after_their_analysis(
    layla: Reader, make_article: Make, now: datetime
) -> None:
    migration = import_module("nashra.library.migrations.0002_terms")
    migration.drop(apps, None)
    SavedItem.objects.create(
        reader=layla, url="http://a.example/1", url_key="1", title="قديم", text="نصّ المحفوظ", folded=" قديم نص المحفوظ "
    )
    migration.create(apps, None)
    assert progress("library") is not None
    assert found(Word("المحفوظ")) == found(Phrase(("نص", "المحفوظ"))) == ["قديم"]
    assert RENEWAL.run(now.replace(year=2100)) == 1
    assert found(Word("محفوظ")) == found(Phrase(("نص", "المحفوظ"))) == ["قديم"]
    assert progress("library") is None
    assert SavedItem.objects.get().folded == ""
