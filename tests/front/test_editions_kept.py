"""Mornings and evenings: the editions that stay for a week, what an account knows of them, and what leaves at night."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from nashra.accounts.models import Reader
from nashra.core.rank import Candidate, Ranked
from nashra.front import services
from nashra.front.models import Edition
from nashra.front.muting import NOTHING, muting_of
from nashra.front.services.editions import (
    edition_before,
    features_of,
    forget_old,
    half_of,
    kept_edition,
    kept_editions,
)
from nashra.front.services.editions.kept import MOST
from nashra.front.services.editions.making import in_seen_order, newest, seen_of
from nashra.front.services.signals import Place
from nashra.news.models import Article, Source, Visibility

Make = Callable[..., Article]
HOUR = timedelta(hours=1)


@pytest.fixture
def news(make_article: Make) -> list[Article]:
    """Thirty pieces of a morning."""
    return [make_article(f"خبر {number}", hours=number / 4) for number in range(30)]


@pytest.mark.parametrize(
    ("zone", "moment", "day", "part"),
    [
        ("UTC", datetime(2026, 11, 24, 4, 0), date(2026, 11, 24), "morning"),
        ("UTC", datetime(2026, 11, 24, 13, 59), date(2026, 11, 24), "morning"),
        ("UTC", datetime(2026, 11, 24, 14, 0), date(2026, 11, 24), "evening"),
        ("UTC", datetime(2026, 11, 25, 3, 59), date(2026, 11, 24), "evening"),
        ("Asia/Riyadh", datetime(2026, 11, 24, 11, 0), date(2026, 11, 24), "evening"),
        ("America/New_York", datetime(2026, 11, 24, 4, 0), date(2026, 11, 23), "evening"),
        ("Nowhere/At_all", datetime(2026, 11, 24, 6, 0), date(2026, 11, 24), "morning"),
    ],
)
def test_a_day_has_a_morning_and_an_evening_on_the_readers_clock(
    layla: Reader, now: datetime, zone: str, moment: datetime, day: date, part: str
) -> None:
    layla.time_zone = zone
    assert half_of(layla, moment.replace(tzinfo=now.tzinfo)) == (day, part)


@pytest.mark.usefixtures("news")
def test_the_evening_has_an_edition_of_its_own_also_when_nothing_is_new(layla: Reader, now: datetime) -> None:
    morning = services.edition_for(layla, now=now)
    evening = services.edition_for(layla, now=now + 9 * HOUR)
    assert [(one.day, one.part) for one in (morning, evening)] == [
        (date(2026, 11, 24), "morning"), (date(2026, 11, 24), "evening"),
    ]  # fmt: skip
    assert morning.edition_id != evening.edition_id


def test_the_last_edition_of_each_half_day_stays_for_a_week_as_it_was(
    layla: Reader, news: list[Article], make_article: Make, now: datetime
) -> None:
    services.edition_for(layla, now=now - HOUR)
    services.opened(layla, news[3], now=now - HOUR)
    last = services.edition_for(layla, now=now)
    for number in range(5):
        make_article(f"أحدث {number}", hours=-8)
    services.edition_for(layla, now=now + 9 * HOUR)
    for later in (timedelta(hours=10), timedelta(days=7)):
        shown = kept_edition(layla, date(2026, 11, 24), "morning", now=now + later, muting=NOTHING)
        assert shown is not None
        assert shown.items == last.items
        assert shown.made_at == now
    assert kept_edition(layla, date(2026, 11, 24), "morning", now=now + timedelta(days=8), muting=NOTHING) is None


@pytest.mark.usefixtures("news")
def test_nobody_else_has_it_and_no_other_half_is_made_up(layla: Reader, karim: Reader, now: datetime) -> None:
    services.edition_for(layla, now=now)
    for reader, day, part in [
        (karim, date(2026, 11, 24), "morning"),
        (layla, date(2026, 11, 24), "evening"),
        (layla, date(2026, 11, 24), ""),
        (layla, date(2026, 11, 25), "morning"),
    ]:
        assert kept_edition(reader, day, part, now=now, muting=NOTHING) is None


def test_what_is_muted_hidden_or_deleted_leaves_a_kept_edition(
    layla: Reader, news: list[Article], make_article: Make, now: datetime
) -> None:
    match = make_article("نتيجة المباراة", topics=("sport",))
    before = services.edition_for(layla, now=now)
    services.hide(layla, news[0], now=now)
    services.mute(layla, "topic", "sport", now=now)
    gone = {news[0].pk, news[1].pk, match.pk}
    news[1].delete()
    shown = kept_edition(layla, date(2026, 11, 24), "morning", now=now, muting=muting_of(layla, now))
    assert shown is not None
    stood = [item.article_id for item in before.items]
    assert gone & set(stood)
    assert [item.article_id for item in shown.items] == [pk for pk in stood if pk not in gone]


def test_the_list_says_how_many_pieces_and_how_many_were_read(
    layla: Reader, news: list[Article], karim: Reader, now: datetime
) -> None:
    morning = services.edition_for(layla, now=now)
    services.opened(layla, news[0], now=now)
    services.hide(layla, news[2], now=now)
    services.edition_for(layla, now=now + 9 * HOUR)
    services.edition_for(karim, now=now)
    evening, first = kept_editions(layla, now=now + 9 * HOUR, muting=muting_of(layla, now))
    assert (first.day, first.part, first.made_at) == (date(2026, 11, 24), "morning", now)
    assert (first.total, first.read) == (len(morning.items) - 1, 1)
    assert (evening.part, evening.read) == ("evening", 0)


@pytest.mark.usefixtures("news")
@pytest.mark.parametrize(("days", "leads"), [(7, True), (8, False)])
def test_the_edition_before_is_one_that_still_opens(
    layla: Reader, make_article: Make, now: datetime, days: int, leads: bool
) -> None:
    make_article("خبر قديم", hours=24 * days + 1)
    services.edition_for(layla, now=now - timedelta(days=days))
    before = edition_before(layla, services.edition_for(layla, now=now))
    assert (before is not None) is leads
    assert before is None or kept_edition(layla, *before, now=now, muting=NOTHING)


@pytest.mark.usefixtures("news")
def test_what_was_made_and_never_shown_is_no_memory(layla: Reader, now: datetime) -> None:
    services.edition_for(layla, now=now)
    Edition.objects.update(shown_at=None)
    assert kept_editions(layla, now=now, muting=NOTHING) == []
    shown = services.edition_for(layla, now=now + timedelta(minutes=5))
    assert shown.edition_id
    assert Edition.objects.get(pk=shown.edition_id).shown_at == now + timedelta(minutes=5)
    assert len(kept_editions(layla, now=now, muting=NOTHING)) == 1


def test_an_edition_names_the_signals_and_their_values(layla: Reader, make_article: Make, now: datetime) -> None:
    article = make_article("محطة التحلية", topics=("energy",))
    services.follow(layla, "topic", "energy", now=now)
    services.edition_for(layla, now=now)
    edition = Edition.objects.get(reader=layla)
    values = features_of(edition)
    assert values is not None
    keys = [key for key, _ in edition.weights]
    place = [row[0] for row in edition.items].index(article.pk)
    assert values.shape == (len(edition.items), len(keys))
    assert values[place][keys.index("follow_topic")] == 1
    weights = np.array([weight for _, weight in edition.weights], np.float32)
    assert values[place] @ weights == pytest.approx(edition.items[place][2], abs=0.01)


def test_an_account_has_all_parts_of_the_score_and_where_it_stood(
    layla: Reader, make_article: Make, now: datetime
) -> None:
    article = make_article("محطة التحلية", topics=("energy",))
    services.follow(layla, "topic", "energy", now=now)
    shown = services.edition_for(layla, now=now)
    account = services.account_of(layla, article, NOTHING)
    assert account is not None
    assert (account.edition_id, account.item.position, account.total) == (shown.edition_id, 0, 1)
    assert account.lines[0].key == "follow_topic"
    assert sum(line.part for line in account.lines) == pytest.approx(account.item.score, abs=0.01)
    assert [reason.key for reason in account.reasons if reason.part <= 0] == []


def test_an_account_is_of_the_edition_that_was_asked_for_and_is_not_computed_anew(
    layla: Reader, make_article: Make, now: datetime
) -> None:
    article = make_article("محطة التحلية", topics=("energy",))
    first = services.edition_for(layla, now=now)
    services.follow(layla, "topic", "energy", now=now)
    services.edition_for(layla, now=now)
    before = services.account_of(layla, article, NOTHING, edition_id=first.edition_id)
    after = services.account_of(layla, article, NOTHING)
    assert before is not None
    assert after is not None
    assert before.edition_id == first.edition_id
    assert "follow_topic" not in {reason.key for reason in before.reasons}
    assert "follow_topic" in {reason.key for reason in after.reasons}


def test_an_account_is_nobody_elses_and_says_when_it_knows_no_more(
    layla: Reader, karim: Reader, make_article: Make, now: datetime
) -> None:
    article = make_article("خبر")
    shown = services.edition_for(layla, now=now)
    assert services.account_of(karim, article, NOTHING, edition_id=shown.edition_id) is None
    Edition.objects.update(features=None)
    account = services.account_of(layla, article, NOTHING)
    assert account is not None
    assert account.lines == ()
    assert account.reasons


def test_what_was_seen_keeps_its_order_within_its_part() -> None:
    moment = datetime(2026, 11, 24)
    slots = {1: "lead", 2: "for_you", 3: "for_you", 4: "for_you", 5: "for_you", 6: "latest"}
    ranked = [Ranked(Candidate(pk, 1, moment), 1.0, (), slot) for pk, slot in slots.items()]
    assert [one.item.id for one in in_seen_order(ranked, [5, 9, 3, 2, 1])] == [1, 5, 3, 4, 2, 6]
    assert in_seen_order(ranked, []) == ranked


def test_seen_is_what_stands_above_the_last_piece_that_something_was_done_with(
    layla: Reader, news: list[Article], now: datetime
) -> None:
    shown = services.edition_for(layla, now=now)
    edition = Edition.objects.get()
    assert seen_of(*newest(layla)) == []
    item = shown.items[4]
    article = next(one for one in news if one.pk == item.article_id)
    services.opened(layla, article, now=now, place=Place(edition.pk, item.slot, item.position))
    assert seen_of(*newest(layla)) == [one.article_id for one in shown.items[:5]]


def test_a_place_is_that_of_the_page_as_it_was_made(layla: Reader, news: list[Article], now: datetime) -> None:
    before = services.edition_for(layla, now=now)
    gone = next(one for one in news if one.pk == before.items[1].article_id)
    services.hide(layla, gone, now=now)
    after = services.edition_for(layla, now=now)
    assert [item.position for item in after.items] == [0, *range(2, len(before.items))]


@pytest.mark.parametrize(("days", "has_values", "stays"), [
    (7, True, True), (7, False, True), (9, True, True), (9, False, False), (15, True, False), (15, False, False),
])  # fmt: skip
def test_old_editions_leave_when_neither_readers_nor_the_fit_need_them(
    layla: Reader, news: list[Article], now: datetime, days: int, has_values: bool, stays: bool
) -> None:
    services.edition_for(layla, now=now)
    if not has_values:
        Edition.objects.update(features=None)
    forget_old(now=now + timedelta(days=days))
    assert Edition.objects.exists() is stays


def test_a_reader_who_asks_again_and_again_keeps_the_newest_editions(
    layla: Reader, karim: Reader, now: datetime
) -> None:
    Edition.objects.bulk_create(
        Edition(reader=layla, made_at=now - timedelta(seconds=number), shown_at=now, items=[])
        for number in range(MOST + 5)
    )
    Edition.objects.create(reader=karim, made_at=now - timedelta(hours=1), shown_at=now, items=[])
    assert forget_old(now=now) == 5
    rows = Edition.objects.filter(reader=layla).order_by("made_at").values_list("made_at", flat=True)
    assert (len(rows), rows[0]) == (MOST, now - timedelta(seconds=MOST - 1))
    assert Edition.objects.filter(reader=karim).count() == 1


def test_a_reader_without_history_and_three_follows_has_a_full_page_in_the_first_request(
    layla: Reader, make_article: Make, make_source: Callable[..., Source], now: datetime
) -> None:
    sources = [make_source(f"مصدر {number}") for number in range(12)]
    for number in range(60):
        topic = ("energy", "water", "sea", "sport", "economy")[number % 5]
        make_article(f"خبر {number}", topics=(topic,), source=sources[number % 12], hours=number / 4)
    for key in ("energy", "water", "sea"):
        services.follow(layla, "topic", key, now=now)
    first = services.edition_for(layla, now=now).items[:10]
    assert len(first) == 10
    assert sum("follow_topic" in {reason.key for reason in item.reasons} for item in first) >= 7


def test_without_personalisation_nothing_on_the_page_is_personal(
    layla: Reader, make_article: Make, make_source: Callable[..., Source], now: datetime
) -> None:
    from nashra.core.rank.signals import REGISTRY

    source = make_source(visibility=Visibility.PAPER)
    articles = [make_article(f"خبر {number}", topics=("energy",), source=source, hours=number) for number in range(20)]
    services.follow(layla, "topic", "energy", now=now)
    services.opened(layla, articles[0], now=now)
    layla.personalise = False
    layla.save()
    items = services.edition_for(layla, now=now).items
    own = {signal.key for signal in REGISTRY if signal.personal} | {"outside"}
    assert len(items) > 10
    assert all(item.reasons for item in items)
    assert not own & {reason.key for item in items for reason in item.reasons}
