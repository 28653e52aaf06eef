"""How many readers were shown an article and how many opened it: one reader is one reader."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from nashra.accounts import services as accounts
from nashra.accounts.models import Reader
from nashra.core.rank.examining import looked
from nashra.core.rank.pool import BASE_RATE
from nashra.front import services
from nashra.front.models import Edition, Interest, Kind, Popularity, Signal
from nashra.front.services import popularity
from nashra.front.services.popularity import counting
from nashra.front.services.signals import Place
from nashra.news.models import Article

Make = Callable[..., Article]
HOUR = timedelta(hours=1)


def show(reader: Reader, articles: list[Article], at: datetime, **more: object) -> Edition:
    items = [[article.pk, "for_you", 1.0, 1.0, []] for article in articles]
    return Edition.objects.create(
        reader=reader, made_at=at, model="m", items=items, **{"shown_at": at, "part": "morning", **more}
    )


def open_it(reader: Reader, article: Article, at: datetime, edition: Edition | None = None) -> None:
    services.opened(reader, article, now=at, place=Place(edition and edition.pk, "for_you", 0))


def count(now: datetime) -> int:
    readers = 0
    while some := popularity.count_next(now):
        readers += some
    return readers


def sums(article: Article) -> tuple[float, int]:
    rows = Popularity.objects.filter(article=article)
    return round(sum(row.shown for row in rows), 5), sum(row.opened for row in rows)


@pytest.fixture
def pieces(make_article: Make) -> list[Article]:
    return [make_article(f"خبر {number}", topics=("energy",)) for number in range(4)]


def test_what_was_shown_counts_as_far_as_its_place_was_looked_at(
    layla: Reader, karim: Reader, pieces: list[Article], now: datetime
) -> None:
    show(layla, pieces, now)
    show(karim, pieces[::-1], now)
    open_it(karim, pieces[0], now)
    assert count(now) == 2
    assert sums(pieces[0]) == (round(looked(0) + looked(3), 5), 1)
    assert sums(pieces[2]) == (round(looked(2) + looked(1), 5), 0)
    assert Popularity.objects.filter(hour=now.replace(minute=0)).count() == 4


def test_one_account_moves_an_article_by_at_most_one_reader_whatever_it_does(
    layla: Reader, pieces: list[Article], now: datetime
) -> None:
    wanted = pieces[0]
    for number in range(100):
        at = now + timedelta(minutes=7 * number)
        edition = show(layla, [wanted, *pieces[1 + number % 3 :]], at)
        open_it(layla, wanted, at, edition)
        Signal.objects.create(reader=layla, article=wanted, what=Signal.What.MAIL, at=at)
        services.mark_unread(layla, [wanted.pk])
        if number % 9 == 0:
            count(at)
    count(now + timedelta(days=1))
    assert Signal.objects.filter(what=Signal.What.OPEN).count() == 100
    assert sums(wanted) == (1.0, 1)
    assert all(shown <= 1 for shown, _ in map(sums, pieces))


def test_an_earlier_edition_that_is_shown_later_moves_its_pieces_and_doubles_nothing(
    layla: Reader, pieces: list[Article], now: datetime
) -> None:
    waiting = show(layla, pieces[1:], now - 3 * HOUR, shown_at=None)
    show(layla, pieces, now)
    count(now)
    assert sums(pieces[1]) == (round(looked(1), 5), 0)
    Edition.objects.filter(pk=waiting.pk).update(shown_at=now)
    count(now)
    assert sums(pieces[1]) == (1.0, 0)
    assert Popularity.objects.get(article=pieces[1]).hour == now - 3 * HOUR


def test_a_piece_opened_from_a_list_was_looked_at_there(layla: Reader, pieces: list[Article], now: datetime) -> None:
    open_it(layla, pieces[3], now)
    count(now)
    assert sums(pieces[3]) == (1.0, 1)


def test_who_leaves_no_signals_counts_neither_way(layla: Reader, pieces: list[Article], now: datetime) -> None:
    Reader.objects.filter(pk=layla.pk).update(personalise=False)
    layla.refresh_from_db()
    open_it(layla, pieces[0], now, show(layla, pieces, now))
    count(now)
    assert not Popularity.objects.exists()
    Reader.objects.filter(pk=layla.pk).update(personalise=True, learns=False)
    show(layla, pieces, now + HOUR)
    count(now + HOUR)
    assert not Popularity.objects.exists()
    assert not popularity.is_anything_uncounted(now + HOUR)


def test_a_letter_was_shown_when_one_of_its_pieces_was_opened(
    layla: Reader, karim: Reader, pieces: list[Article], now: datetime
) -> None:
    letters = [show(reader, pieces, now, shown_at=None, part="mail") for reader in (layla, karim)]
    count(now)
    assert not Popularity.objects.exists()
    Signal.objects.create(reader=layla, article=pieces[1], what=Signal.What.MAIL, at=now, edition=letters[0])
    count(now)
    assert sums(pieces[0]) == (1.0, 0)
    assert sums(pieces[1]) == (round(looked(1), 5), 1)


def test_nothing_is_lost_and_nothing_doubled_when_counting_is_cut_off(
    layla: Reader, pieces: list[Article], now: datetime
) -> None:
    open_it(layla, pieces[0], now, show(layla, pieces, now))
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        counting.count_next(now)
        raise KeyboardInterrupt
    assert not Popularity.objects.exists()
    assert popularity.is_anything_uncounted(now)
    count(now)
    count(now)
    assert sums(pieces[0]) == (1.0, 1)
    assert not popularity.is_anything_uncounted(now)


@pytest.mark.parametrize("way", ["delete", "uncount"])
def test_who_leaves_takes_their_part_along(
    layla: Reader, karim: Reader, pieces: list[Article], now: datetime, way: str
) -> None:
    for reader in (layla, karim):
        open_it(reader, pieces[0], now, show(reader, pieces, now))
    count(now)
    if way == "delete":
        accounts.delete(karim)
    else:
        popularity.uncount(karim)
    assert sums(pieces[0]) == (1.0, 1)
    assert sums(pieces[3]) == (round(looked(3), 5), 0)
    Signal.objects.exclude(reader=layla).delete()
    popularity.uncount(layla)
    assert not Popularity.objects.exists()


def test_what_was_taken_back_is_never_counted_again(layla: Reader, pieces: list[Article], now: datetime) -> None:
    show(layla, pieces, now)
    count(now)
    popularity.uncount(layla)
    popularity.uncount(layla)
    count(now)
    assert not Popularity.objects.exists()


def test_the_sums_follow_signals_that_are_let_go(layla: Reader, pieces: list[Article], now: datetime) -> None:
    open_it(layla, pieces[0], now, show(layla, pieces, now))
    count(now)
    with popularity.recounted(layla):
        Signal.objects.filter(reader=layla, article=pieces[0]).delete()
    assert sums(pieces[0]) == (1.0, 0)


def test_sums_leave_after_two_weeks_and_old_rows_are_not_counted(
    layla: Reader, karim: Reader, pieces: list[Article], now: datetime
) -> None:
    show(layla, pieces, now)
    count(now)
    show(karim, pieces, now)
    assert count(now + timedelta(days=15)) == 1
    assert sums(pieces[0]) == (1.0, 0)
    assert popularity.forget_old(now=now + timedelta(days=15)) == 4
    assert popularity.forget_old(now=now + timedelta(days=15)) == 0


def test_the_base_rate_moves_from_the_usual_one_as_readers_come(
    layla: Reader, pieces: list[Article], now: datetime
) -> None:
    assert popularity.base_rate(now) == pytest.approx(BASE_RATE)
    Popularity.objects.create(article=pieces[0], hour=now, shown=5000, opened=1000)
    assert 0.19 < popularity.base_rate(now) < 0.2


# closing


def passed_of(reader: Reader) -> float:
    return round(Interest.objects.get(reader=reader, kind=Kind.TOPIC, key="energy").passed, 4)


@pytest.fixture
def known(layla: Reader, now: datetime) -> None:
    Interest.objects.create(reader=layla, kind=Kind.TOPIC, key="energy", label="energy", weight=1, at=now)


@pytest.mark.usefixtures("known")
def test_what_was_not_opened_was_passed_by_as_far_as_it_was_looked_at(
    layla: Reader, pieces: list[Article], now: datetime
) -> None:
    Signal.objects.create(reader=layla, article=pieces[1], what=Signal.What.OPEN, at=now)
    show(layla, pieces, now)
    count(now)
    assert passed_of(layla) == 0
    assert popularity.close_next(now + 5 * HOUR) == 0
    assert popularity.close_next(now + 6 * HOUR) == 1
    assert passed_of(layla) == pytest.approx(looked(0) + looked(2) + looked(3), abs=0.02)
    assert popularity.close_next(now + 7 * HOUR) == 0


@pytest.mark.usefixtures("known")
def test_a_newer_edition_closes_the_one_before_and_a_piece_is_passed_by_once(
    layla: Reader, pieces: list[Article], now: datetime
) -> None:
    for number in range(8):
        show(layla, pieces[:1], now + number * timedelta(minutes=1))
        count(now + number * timedelta(minutes=1))
    popularity.close_next(now + 10 * HOUR)
    assert not Edition.objects.filter(counted__lt=2).exists()
    assert passed_of(layla) == pytest.approx(1.0, abs=0.02)


@pytest.mark.usefixtures("known")
def test_a_page_that_gave_way_to_the_next_at_once_is_still_being_read(
    layla: Reader, pieces: list[Article], now: datetime
) -> None:
    show(layla, pieces[:1], now)
    show(layla, pieces[:1], now + timedelta(seconds=5))
    count(now + timedelta(minutes=1))
    assert passed_of(layla) == 0
    open_it(layla, pieces[0], now + timedelta(minutes=2))
    count(now + timedelta(minutes=40))
    popularity.close_next(now + 10 * HOUR)
    assert passed_of(layla) == 0


@pytest.mark.usefixtures("known")
def test_nothing_is_learned_of_who_has_paused(layla: Reader, pieces: list[Article], now: datetime) -> None:
    show(layla, pieces, now)
    count(now)
    Reader.objects.filter(pk=layla.pk).update(learns=False)
    popularity.close_next(now + 7 * HOUR)
    assert passed_of(layla) == 0
    assert Edition.objects.get().counted == 2
