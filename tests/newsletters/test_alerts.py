"""Letters about a followed search: what is new, once, at most one an hour, to a confirmed address, and stoppable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from digest_helpers import deliver_now, parsed, part
from django.test import Client

from nashra.accounts import services as accounts
from nashra.accounts.models import Reader
from nashra.base.models import Message
from nashra.front import services as front
from nashra.news.models import Article, Source
from nashra.newsletters import services
from nashra.newsletters.delivery import alerting, links
from nashra.newsletters.models import Alert

Make = Callable[..., Article]
State = Message.State
MINUTE = timedelta(minutes=1)


def alert_for(reader: Reader, text: str, now: datetime) -> Alert:
    """The reader follows the search and wants to be told of it from now on."""
    return services.alert_on(front.follow(reader, "search", text, now=now), now)


def tell_at(moment: datetime) -> list[Message]:
    """The sweep at that moment; the letters that it promised."""
    before = set(Message.objects.values_list("pk", flat=True))
    alerting.send_due(lambda: moment)
    return list(Message.objects.exclude(pk__in=before).order_by("pk"))


@pytest.fixture
def alert(layla: Reader, make_article: Make, seven: datetime) -> Alert:
    """ليلى is told of «تحلية» from seven on; what came before is not new."""
    make_article("تحلية قديمة", first_seen_at=seven - MINUTE)
    return alert_for(layla, "تحلية", seven)


@pytest.fixture
def comes(make_article: Make) -> Make:
    """An article that came in at a moment."""

    def make(title: str, moment: datetime, **more: Any) -> Article:
        return make_article(title, first_seen_at=moment, published_at=moment - timedelta(hours=1), **more)

    return make


def row(alert: Alert) -> Alert:
    return Alert.objects.get(pk=alert.pk)


# ------------------------------------------------------------------------------------------------------ what is told


def test_what_is_new_is_told_once(alert: Alert, comes: Make, seven: datetime) -> None:
    assert tell_at(seven + 5 * MINUTE) == [], "nothing is new"
    comes("تحلية تعمل بالشمس", seven + 6 * MINUTE)
    comes("سوق السمك", seven + 6 * MINUTE)
    (letter,) = tell_at(seven + 10 * MINUTE)
    assert letter.to == "layla@example.com"
    text = part(letter, "plain")
    assert "تحلية تعمل بالشمس" in text
    assert "قديمة" not in text
    assert "السمك" not in text
    for hours in (1, 2, 30):
        assert tell_at(seven + timedelta(hours=hours)) == []


def test_what_is_not_surely_stored_yet_waits_for_the_next_look(alert: Alert, comes: Make, seven: datetime) -> None:
    comes("تحلية الآن", seven + 10 * MINUTE)
    assert tell_at(seven + 10 * MINUTE) == []
    assert len(tell_at(seven + 15 * MINUTE)) == 1


def test_a_piece_stored_late_is_told_too(alert: Alert, comes: Make, seven: datetime) -> None:
    comes("تحلية أولى", seven + 6 * MINUTE)
    tell_at(seven + 7 * MINUTE)
    comes("تحلية تأخرت", seven + 6 * MINUTE)  # it bears an earlier moment than the look that missed it
    assert len(tell_at(seven + 12 * MINUTE)) == 1
    assert "تحلية تأخرت" in part(Message.objects.get(), "plain")


def test_one_letter_an_hour_tells_of_all_that_came_meanwhile(alert: Alert, comes: Make, seven: datetime) -> None:
    comes("تحلية أولى", seven + MINUTE)
    assert len(tell_at(seven + 5 * MINUTE)) == 1
    for minute in range(10, 60, 10):
        comes(f"تحلية {minute}", seven + minute * MINUTE)
        assert tell_at(seven + (minute + 4) * MINUTE) == []
    (second,) = tell_at(seven + 66 * MINUTE)
    assert [f"تحلية {minute}" in part(second, "plain") for minute in range(10, 60, 10)] == [True] * 5


def test_twenty_pieces_are_shown_and_the_rest_counted(
    sofia: Reader, make_article: Make, comes: Make, seven: datetime
) -> None:
    alert_for(sofia, "water", seven)
    for number in range(23):
        comes(f"Water {number:02}", seven + MINUTE, language="en", direction="ltr")
    (letter,) = tell_at(seven + 5 * MINUTE)
    text = part(letter, "plain")
    assert sum(f"Water {number:02}" in text for number in range(23)) == 20
    assert "And 3 more: they are on the search's page." in text
    assert "23 new pieces answer the search that you follow: water" in text.replace("\u2068", "").replace("\u2069", "")
    assert tell_at(seven + timedelta(hours=2)) == [], "those beyond twenty were counted: they are told, too"


def test_when_muted_words_hide_all_there_is_no_letter(alert: Alert, comes: Make, seven: datetime) -> None:
    front.mute(alert.follow.reader, "word", "مباراة", now=seven)
    comes("تحلية في مباراة", seven + MINUTE)
    assert tell_at(seven + 5 * MINUTE) == []
    comes("تحلية أخرى", seven + 6 * MINUTE)
    (letter,) = tell_at(seven + 15 * MINUTE)
    assert "مباراة" not in part(letter, "plain")


def test_what_another_reader_keeps_to_themselves_is_not_told(
    alert: Alert, karim: Reader, comes: Make, make_source: Callable[..., Source], seven: datetime
) -> None:
    comes("تحلية خاصة", seven + MINUTE, source=make_source("بريد كريم", visibility="private", owner=karim))
    assert tell_at(seven + 5 * MINUTE) == []


def test_two_searches_are_told_apart(alert: Alert, comes: Make, seven: datetime) -> None:
    alert_for(alert.follow.reader, "السمك", seven)
    comes("تحلية وسوق السمك", seven + MINUTE)
    first, second = tell_at(seven + 5 * MINUTE)
    assert first.subject != second.subject


# ------------------------------------------------------------------------------------------------------ the letter


def test_the_letter_speaks_the_readers_language_with_their_digits(layla: Reader, comes: Make, seven: datetime) -> None:
    layla.digits, layla.time_zone = "arab", "Asia/Amman"
    layla.save()
    alert_for(layla, "تحلية", seven)
    comes("تحلية تعمل بالشمس", seven + MINUTE)
    (letter,) = tell_at(seven + 5 * MINUTE)
    assert '<html lang="ar" dir="rtl"' in part(letter, "html")
    assert "٢٤ نوفمبر ٢٠٢٦" in part(letter, "plain")
    assert "تحلية تعمل بالشمس" in str(parsed(letter)["Subject"])


def test_the_letter_can_be_stopped_from_the_mail_program(alert: Alert, comes: Make, seven: datetime) -> None:
    comes("تحلية", seven + MINUTE)
    (letter,) = tell_at(seven + 5 * MINUTE)
    mail = parsed(letter)
    url = mail["List-Unsubscribe"].strip("<>")
    assert url == links.stop_alert(alert.pk)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-ID"] == "<alert.nashra.invalid>"
    assert url in part(letter, "plain")
    answer = Client(enforce_csrf_checks=True).post(
        url.removeprefix("http://localhost:8000"), {"List-Unsubscribe": "One-Click"}
    )
    assert answer.status_code == 200
    comes("تحلية أخرى", seven + 10 * MINUTE)
    assert tell_at(seven + timedelta(hours=3)) == []


def test_looking_at_the_link_changes_nothing_and_a_press_can_be_taken_back(
    alert: Alert, sign_in: Callable[[Reader], Client]
) -> None:
    path = links.stop_alert(alert.pk).removeprefix("http://localhost:8000")
    assert alert.follow.label in sign_in(alert.follow.reader).get(path).content.decode()
    assert alert.follow.label not in Client().get(path).content.decode()
    assert row(alert).due_at is not None
    Client().post(path, {"List-Unsubscribe": "One-Click"})
    assert row(alert).due_at is None
    assert Client().post(path, {"again": "1"}).status_code == 200
    assert row(alert).due_at is not None
    assert Client().post(path, {"x": "1"}).status_code == 400


def test_a_forged_link_and_one_for_digests_stop_nothing(alert: Alert) -> None:
    for token in (str(alert.pk), f"{alert.pk}:x", links.unsubscribe(alert.pk).rpartition("/")[2]):
        assert Client().post(f"/unsubscribe/search/{token}", {"List-Unsubscribe": "One-Click"}).status_code == 404
    assert row(alert).due_at is not None


def test_the_letter_is_among_the_readers_own_and_shown_there(
    alert: Alert, comes: Make, seven: datetime, sign_in: Callable[[Reader], Client]
) -> None:
    comes("تحلية تعمل بالشمس", seven + MINUTE)
    (letter,) = tell_at(seven + 5 * MINUTE)
    page = sign_in(alert.follow.reader).get(f"/mail/{letter.pk}").content.decode()
    assert "تحلية تعمل بالشمس" in page


# ------------------------------------------------------------------------------------------------------ to whom


def test_only_a_confirmed_address_is_written_to(alert: Alert, comes: Make, seven: datetime) -> None:
    addresses = alert.follow.reader.emailaddress_set
    addresses.update(verified=False)
    comes("تحلية", seven + MINUTE)
    assert tell_at(seven + 5 * MINUTE) == []
    addresses.update(verified=True)
    comes("تحلية أخرى", seven + 20 * MINUTE)
    (letter,) = tell_at(seven + 30 * MINUTE)
    assert "تحلية أخرى" in part(letter, "plain")


@pytest.mark.parametrize("change", ["off", "let go", "closed", "unconfirmed", "moved"])
def test_a_letter_stopped_after_it_was_promised_does_not_leave(
    alert: Alert, comes: Make, seven: datetime, change: str
) -> None:
    comes("تحلية", seven + MINUTE)
    (letter,) = tell_at(seven + 5 * MINUTE)
    reader = alert.follow.reader
    if change == "off":
        services.alert_off(alert)
    elif change == "let go":
        front.unfollow(reader, "search", "تحلية")
    elif change == "closed":
        Reader.objects.filter(pk=reader.pk).update(is_active=False)
    elif change == "unconfirmed":
        reader.emailaddress_set.update(verified=False)
    else:
        Reader.objects.filter(pk=reader.pk).update(email="new@example.com")
        reader.emailaddress_set.update(email="new@example.com")
    deliver_now()
    letter.refresh_from_db()
    assert letter.state == State.SUPPRESSED


def test_a_letter_that_nobody_stopped_leaves(alert: Alert, comes: Make, seven: datetime, settings: Any) -> None:
    comes("تحلية", seven + MINUTE)
    (letter,) = tell_at(seven + 5 * MINUTE)
    deliver_now()
    letter.refresh_from_db()
    assert letter.state == State.SENT
    assert len(list((settings.NASHRA_DATA / "mail").glob("*.eml"))) == 1


def test_a_deleted_readers_alerts_are_gone(alert: Alert) -> None:
    accounts.delete(alert.follow.reader)
    assert not Alert.objects.exists()


# ------------------------------------------------------------------------------------------------------ on and off


def test_turned_on_again_it_tells_of_what_comes_from_then_on(alert: Alert, comes: Make, seven: datetime) -> None:
    services.alert_off(alert)
    comes("تحلية في الصمت", seven + 10 * MINUTE)
    services.alert_on(alert.follow, seven + 20 * MINUTE)
    comes("تحلية بعده", seven + 21 * MINUTE)
    (letter,) = tell_at(seven + 30 * MINUTE)
    assert "في الصمت" not in part(letter, "plain")


def test_a_stop_that_is_taken_back_loses_nothing_of_a_day(alert: Alert, comes: Make, seven: datetime) -> None:
    services.alert_off(alert)
    comes("تحلية في الصمت", seven + 10 * MINUTE)
    services.alert_resumed(row(alert), seven + 20 * MINUTE)
    (letter,) = tell_at(seven + 30 * MINUTE)
    assert "في الصمت" in part(letter, "plain")


def test_on_twice_is_on_once(alert: Alert, seven: datetime) -> None:
    services.alert_on(alert.follow, seven + timedelta(hours=5))
    assert row(alert).told_until == seven


# ------------------------------------------------------------------------------------------------------ never twice


def test_two_workers_with_the_same_alert_make_one_letter(alert: Alert, comes: Make, seven: datetime) -> None:
    comes("تحلية", seven + MINUTE)
    until = seven + 10 * MINUTE
    Alert.objects.update(claimed_until=until)
    first, second = (Alert.objects.select_related("follow__reader").get() for _ in range(2))
    assert alerting.tell(first, seven + 5 * MINUTE) is not None
    assert alerting.tell(second, seven + 5 * MINUTE) is None
    assert Message.objects.count() == 1


@pytest.mark.parametrize("where", ["promise", "save"])
def test_a_worker_killed_on_the_way_loses_nothing_and_doubles_nothing(
    alert: Alert, comes: Make, seven: datetime, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: Any, **__: Any) -> None:
        raise Killed

    comes("تحلية", seven + MINUTE)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        if where == "promise":
            patch.setattr(alerting.outbox, "promise", killed)
        else:
            patch.setattr(Alert, "save", killed)
        tell_at(seven + 5 * MINUTE)
    assert not Message.objects.exists(), "letter and mark are one transaction"
    assert tell_at(seven + 6 * MINUTE) == [], "the dead worker's claim still holds"
    assert len(tell_at(seven + 11 * MINUTE)) == 1
    assert tell_at(seven + timedelta(hours=3)) == []


def test_a_search_changed_while_its_letter_was_written_is_asked_anew(
    alert: Alert, comes: Make, seven: datetime
) -> None:
    comes("تحلية", seven + MINUTE)
    comes("سوق السمك", seven + MINUTE)
    Alert.objects.update(claimed_until=seven + 10 * MINUTE)
    held = Alert.objects.select_related("follow__reader").get()
    front.change_search(row(alert).follow, "السمك", now=seven)
    assert alerting.tell(held, seven + 5 * MINUTE) is None
    (letter,) = tell_at(seven + 6 * MINUTE)
    assert "السمك" in letter.subject


def test_a_fault_in_one_alert_holds_up_no_other(alert: Alert, karim: Reader, comes: Make, seven: datetime) -> None:
    alert_for(karim, "تحلية", seven)
    comes("تحلية", seven + MINUTE)
    Reader.objects.filter(pk=alert.follow.reader_id).update(email="not an address")
    alert.follow.reader.emailaddress_set.update(email="not an address")
    assert [letter.to for letter in tell_at(seven + 5 * MINUTE)] == ["karim@example.com"]
    assert row(alert).told_until == seven, "it is tried again later"
