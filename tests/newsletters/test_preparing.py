"""Digests that many readers want at one hour are chosen before it, and leave as they may when it comes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from digest_helpers import in_amman, part, send_at, turn_on

from nashra.accounts.models import Reader
from nashra.base.models import Message
from nashra.front import services as front
from nashra.front.models import Edition
from nashra.front.services import popularity, recording
from nashra.news.models import Article
from nashra.newsletters import services
from nashra.newsletters.delivery import choosing, preparing
from nashra.newsletters.models import Digest, Issue

HALF_AN_HOUR = timedelta(minutes=30)
Make = Callable[..., Article]


@pytest.fixture
def morning(
    layla: Reader, karim: Reader, some_news: list[Article], seven: datetime, monkeypatch: pytest.MonkeyPatch
) -> datetime:
    """Half an hour before seven, when two digests are many."""
    monkeypatch.setattr(preparing, "MANY", 2)
    for reader in (layla, karim):
        turn_on(in_amman(reader), seven - timedelta(hours=2))
    return seven - HALF_AN_HOUR


def prepare_at(moment: datetime) -> int:
    return preparing.prepare_due(lambda: moment)


def articles_of(reader: Reader) -> list[int]:
    return [item[0] for item in Digest.objects.get(reader=reader).edition.items]  # type: ignore[union-attr]


def test_what_is_due_soon_is_chosen_ahead_and_sent_as_it_was_chosen(
    layla: Reader, morning: datetime, seven: datetime, make_article: Make
) -> None:
    assert prepare_at(morning) == 2
    assert prepare_at(morning) == 0
    chosen = articles_of(layla)
    make_article("خبر عاجل", hours=2)
    assert len(send_at(seven)) == 2
    assert Issue.objects.get(digest__reader=layla).article_ids == chosen
    assert not Digest.objects.exclude(edition=None).exists()
    assert send_at(seven + timedelta(minutes=6)) == []


def test_few_digests_are_chosen_at_their_hour_with_the_latest_news(
    layla: Reader, morning: datetime, seven: datetime, make_article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "MANY", 3)
    assert prepare_at(morning) == 0
    late = make_article("خبر عاجل", hours=2)
    send_at(seven)
    assert late.pk in Issue.objects.get(digest__reader=layla).article_ids


def test_nothing_is_chosen_hours_ahead(morning: datetime, seven: datetime) -> None:
    assert prepare_at(seven - preparing.LEAD - timedelta(minutes=1)) == 0


def test_what_is_muted_read_or_hidden_after_choosing_is_not_sent(
    layla: Reader, morning: datetime, seven: datetime, some_news: list[Article], make_article: Make
) -> None:
    prepare_at(morning)
    muted, read, hidden = (Article.objects.get(pk=pk) for pk in articles_of(layla)[:3])
    front.mute(layla, "word", muted.title, now=morning)
    front.opened(layla, read, now=morning)
    front.hide(layla, hidden, now=morning)
    send_at(seven)
    issue = Issue.objects.get(digest__reader=layla)
    assert not {muted.pk, read.pk, hidden.pk} & set(issue.article_ids)
    assert issue.article_ids
    letter = issue.message
    assert letter is not None
    assert muted.title not in part(letter, "plain")


@pytest.mark.parametrize("what", ["profile", "personalise"])
def test_what_was_chosen_before_the_reader_changed_their_mind_is_not_sent(
    layla: Reader, morning: datetime, seven: datetime, make_article: Make, what: str
) -> None:
    prepare_at(morning)
    late = make_article("خبر عاجل", topics=("energy",), hours=2)
    if what == "profile":
        front.follow(layla, "topic", "energy", now=morning)
    else:
        recording.set_privacy(layla, recording.Privacy(False, True, False, False, 90), now=morning)
    send_at(seven)
    assert late.pk in Issue.objects.get(digest__reader=layla).article_ids


def test_what_was_sent_meanwhile_by_hand_is_not_sent_again(layla: Reader, morning: datetime, seven: datetime) -> None:
    prepare_at(morning)
    by_hand = services.send_now(layla, morning + timedelta(minutes=1))
    assert by_hand is not None
    send_at(seven)
    regular = Issue.objects.filter(digest__reader=layla, extra=0).first()
    assert regular is None or not set(regular.article_ids) & set(by_hand.article_ids)


def test_a_reader_who_changes_the_hour_or_stops_gets_what_they_wish(
    layla: Reader, karim: Reader, morning: datetime, seven: datetime
) -> None:
    prepare_at(morning)
    turn_on(layla, morning, hour=9)
    services.stop(Digest.objects.get(reader=karim), morning)
    assert Digest.objects.get(reader=layla).edition is None
    assert send_at(seven) == []
    assert [letter.to for letter in send_at(seven + timedelta(hours=2))] == [layla.email]


def test_an_edition_that_waited_too_long_is_chosen_anew(
    layla: Reader, morning: datetime, seven: datetime, make_article: Make
) -> None:
    prepare_at(morning)
    fresh = make_article("خبر الظهيرة", hours=-1)
    late = seven + timedelta(hours=3)
    send_at(late)
    assert fresh.pk in Issue.objects.get(digest__reader=layla).article_ids


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_worker_that_is_killed_while_choosing_loses_and_doubles_nothing(
    morning: datetime, seven: datetime, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    freeze, prepare = choosing.freeze, preparing.prepare

    def killed(*arguments: Any) -> None:
        if where == "after":
            prepare(*arguments)
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(preparing, "prepare", killed)
        prepare_at(morning)
    assert choosing.freeze is freeze
    assert prepare_at(morning + timedelta(minutes=1)) == 0, "the dead worker's claims still hold"
    assert prepare_at(morning + timedelta(minutes=6)) == (1 if where == "after" else 2)
    assert len(send_at(seven)) == 2
    assert Edition.objects.filter(part="mail").count() == 2
    assert send_at(seven + timedelta(minutes=10)) == []
    assert Message.objects.count() == 2


def test_two_workers_keep_one_edition(layla: Reader, morning: datetime) -> None:
    first, second = Digest.objects.get(reader=layla), Digest.objects.get(reader=layla)
    assert preparing.prepare(first, morning) is not None
    assert preparing.prepare(second, morning) is None
    assert Edition.objects.count() == 1


def test_a_reader_with_nothing_new_is_asked_once_a_while_and_gets_no_letter(
    layla: Reader, karim: Reader, morning: datetime, seven: datetime
) -> None:
    Article.objects.all().delete()
    assert prepare_at(morning) == 0
    assert Digest.objects.filter(prepare_until__gt=morning).count() == 2
    assert send_at(seven) == []
    assert set(Issue.objects.values_list("outcome", flat=True)) == {Issue.Outcome.QUIET}


def test_a_letters_edition_is_no_page_of_the_reader(layla: Reader, morning: datetime) -> None:
    prepare_at(morning)
    letter = Digest.objects.get(reader=layla).edition
    page = front.edition_for(layla, now=morning)
    assert letter is not None
    assert page.edition_id != letter.pk
    assert front.edition_for(layla, now=morning).edition_id == page.edition_id
    popularity.count_next(morning)
    letter.refresh_from_db()
    assert (letter.counted, letter.shown_at, letter.part) == (0, None, "mail")
