"""What comes in is found at once; what was stored before there was an index is found before, during and after its
analysis, which goes on where a killed worker left off.
"""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.base import claims, jobs
from nashra.base.fulltext import progress, renewing
from nashra.base.models import TermIndex
from nashra.core.text.asking import And, Node, Not, Or, Phrase, Word
from nashra.news import tasks, upkeep
from nashra.news.models import Article, ArticleText, Source
from nashra.news.services import search
from nashra.news.terms import ARTICLES, RENEWAL

Make = Callable[..., Any]
Poll = Callable[[], int]


def found(node: Node) -> list[str]:
    rows = Article.objects.filter(ARTICLES.condition(node, languages=("ar", "en")))
    return list(rows.order_by("pk").values_list("title", flat=True))


def entry(**changes: str) -> dict[str, str]:
    return {"title": "خطة المياه", "guid": "1", "text": "<p>ناقش المجلس خطته.</p>", "creator": "ريم الحداد"} | changes


def test_an_article_is_found_as_soon_as_it_is_stored(feeds: Any, source: Make, poll: Poll) -> None:
    feeds.put("/feed", feeds.rss(entry()))
    source()
    poll()
    for wanted in (Word("مياه", "title"), Word("للمجلس"), Phrase(("ناقش", "المجلس"))):
        assert found(wanted) == ["خطة المياه"]


def test_a_corrected_article_is_found_by_what_it_says_now(feeds: Any, source: Make, poll: Poll) -> None:
    feeds.put("/feed", feeds.rss(entry()))
    source()
    poll()
    feeds.put("/feed", feeds.rss(entry(title="خطة الكهرباء", text="<p>أرجأ المجلس خطته.</p>")))
    poll()
    assert found(Word("كهرباء")) == found(Word("أرجأ")) == ["خطة الكهرباء"]
    assert found(Word("مياه")) == found(Word("ناقش")) == []


def test_the_terms_of_articles_that_retention_lets_go_leave_with_them(make_article: Make, settings: Any) -> None:
    make_article("خطة المياه", first_seen_at=timezone.now() - timedelta(days=settings.NASHRA_RETENTION_DAYS + 1))
    upkeep.let_go(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM news_terms")
        assert cursor.fetchone() == (0,)


# what was there before the upgrade


@pytest.fixture
def old(make_source: Make, monkeypatch: pytest.MonkeyPatch) -> Source:
    """Ten articles as an earlier version stored them, and the upgrade's migration; batches of three."""
    migration = import_module("nashra.news.migrations.0003_terms")
    migration.drop(apps, None)
    source = make_source()
    for number in range(10):
        title, body = f"خبر {number}", f"ناقش المجلسُ خطّة المياه للمرّة {number}"
        made = Article.objects.create(
            source=source, guid=f"old{number}", title=title, language="ar", published_at=source.fetched_at
        )
        ArticleText.objects.create(
            article=made, text=body, folded=f" خبر {number} ناقش المجلس خطه المياه للمره {number} "
        )
    migration.create(apps, None)
    monkeypatch.setattr(renewing, "BATCH", 3)
    return source


QUESTIONS: list[tuple[Node, set[int]]] = [
    (Word("المياه"), set(range(10))),
    (Word("خطّة"), set(range(10))),
    (Phrase(("المجلس", "خطة")), set(range(10))),
    (Phrase(("خطة", "المجلس")), set()),
    (Word("مجل", prefix=True), set()),
    (Word("المجل", prefix=True), set(range(10))),
    (And((Word("المياه"), Not(Word("7")))), set(range(10)) - {7}),
    (Not(Word("المياه")), set()),
    (Not(Or((Word("3"), Word("4"), Word("الكهرباء")))), set(range(10)) - {3, 4}),
    (Or((Word("3"), And((Word("4"), Not(Phrase(("خبر", "4"))))))), {3}),
]


def all_answers_are_right() -> bool:
    return all(found(node) == [f"خبر {number}" for number in sorted(numbers)] for node, numbers in QUESTIONS)


def step() -> int:
    """One batch, as a worker does it that is killed right after."""
    row = claims.claim(TermIndex.objects.filter(name="news"), limit=1, lease=renewing.LEASE, now=timezone.now())[0]
    return len(RENEWAL._step(row))


def lease_ends() -> None:
    TermIndex.objects.update(claimed_until=timezone.now())


def test_old_articles_are_found_before_during_and_after_their_analysis(old: Source, layla: Reader) -> None:
    assert all_answers_are_right()
    for expected in (3, 3, 3, 1, 0):
        assert step() == expected
        lease_ends()
        assert all_answers_are_right()
        assert len(search(layla, "المياه", limit=20).ids) == 10
    assert progress("news") is None
    assert set(ArticleText.objects.values_list("folded", flat=True)) == {""}


def test_how_far_it_is_can_be_seen(old: Source) -> None:
    first = progress("news")
    assert first is not None
    assert (first.done, first.total, first.due_at is None) == (0, 10, False)
    step()
    second = progress("news")
    assert second is not None
    assert (second.done, second.total, second.due_at) == (3, 10, None)


def test_newer_articles_come_first(old: Source) -> None:
    step()
    waiting = ArticleText.objects.exclude(folded="").order_by("pk").values_list("article__title", flat=True)
    assert list(waiting) == [f"خبر {number}" for number in range(7)]


def test_a_killed_worker_s_work_is_taken_up_where_it_was(old: Source) -> None:
    step()
    assert not RENEWAL.is_due(timezone.now())  # it may be alive
    assert RENEWAL.run(timezone.now()) == 0
    lease_ends()
    assert RENEWAL.is_due(timezone.now())
    assert RENEWAL.run(timezone.now()) == 7
    assert not RENEWAL.is_due(timezone.now())
    assert all_answers_are_right()


def test_a_worker_whose_work_was_taken_over_stores_nothing_more(old: Source) -> None:
    late = claims.claim(TermIndex.objects.all(), limit=1, lease=renewing.LEASE, now=timezone.now())[0]
    lease_ends()
    step()
    assert RENEWAL._step(late) == []
    assert progress("news").done == 3  # type: ignore[union-attr]


def test_a_worker_that_ends_leaves_the_rest_to_the_next(old: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    ending = iter([False, True])
    monkeypatch.setattr(jobs, "stopping", lambda: next(ending))
    tasks.index_old_articles()
    assert progress("news").done == 3  # type: ignore[union-attr]
    monkeypatch.undo()
    assert RENEWAL.is_due(timezone.now())


def test_what_comes_in_or_leaves_meanwhile_is_found_once_or_not_at_all(
    old: Source, make_article: Make, feeds: Any, source: Make, poll: Poll
) -> None:
    step()
    make_article("خبر المياه الجديد")
    Article.objects.get(title="خبر 2").delete()
    assert found(Word("المياه")) == [f"خبر {n}" for n in range(10) if n != 2] + ["خبر المياه الجديد"]
    lease_ends()
    RENEWAL.run(timezone.now())
    assert found(Word("المياه")) == [f"خبر {n}" for n in range(10) if n != 2] + ["خبر المياه الجديد"]
    assert progress("news") is None


def test_an_old_article_that_is_corrected_before_its_turn_is_found_by_what_it_says_now(
    old: Source, feeds: Any, source: Make, poll: Poll
) -> None:
    changed = Article.objects.get(title="خبر 0")
    ArticleText.objects.filter(pk=changed.pk).update(text="أرجأ المجلس خطة الكهرباء", folded="")
    ARTICLES.put(list(RENEWAL.read([changed.pk])))
    assert found(Word("الكهرباء")) == ["خبر 0"]
    assert found(Not(Word("المياه"))) == ["خبر 0"]


def test_a_new_version_of_the_analysis_reads_everything_anew_while_the_search_goes_on(
    old: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    RENEWAL.run(timezone.now())
    monkeypatch.setattr(renewing, "VERSION", renewing.VERSION + 1)
    read: list[int] = []
    again = renewing.Renewal(ARTICLES, RENEWAL.rows, lambda ids: read.extend(ids) or RENEWAL.read(ids), RENEWAL.forget)
    assert again.is_due(timezone.now())
    again._begin_anew(timezone.now())
    assert progress("news").total == 10  # type: ignore[union-attr]
    assert all_answers_are_right()
    again.run(timezone.now())
    assert sorted(read) == list(Article.objects.order_by("pk").values_list("pk", flat=True))
    assert TermIndex.objects.get(name="news").version == renewing.VERSION
    assert not again.is_due(timezone.now())


def test_a_new_installation_has_nothing_to_analyse(db: None) -> None:
    assert set(TermIndex.objects.values_list("name", "below", "due_at")) == {("news", 0, None), ("library", 0, None)}
    assert not RENEWAL.is_due(timezone.now())
