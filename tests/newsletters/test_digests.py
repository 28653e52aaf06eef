"""A reader's digest: at their hour, once for each date, only what is new for them, and nothing when it is stopped."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import dkim
import pytest
from digest_helpers import deliver_now, in_amman, parsed, part, send_at, turn_on
from django.utils import timezone, translation
from django.utils.translation import gettext

from nashra.accounts.models import Reader
from nashra.base.models import Message
from nashra.core.mail import dns_record, generate_key
from nashra.front import services as front
from nashra.news.models import Article, Source, Story, Subscription
from nashra.newsletters import services
from nashra.newsletters.delivery import issuing
from nashra.newsletters.models import Digest, Issue

Make = Callable[..., Article]
State = Message.State
HOSTILE = json.loads((Path(__file__).parents[1] / "evil" / "data" / "mail-headers.json").read_text("utf-8"))


def row(digest: Digest) -> Digest:
    return Digest.objects.select_related("reader").get(pk=digest.pk)


def titles(message: Message) -> list[str]:
    """The headlines in the text part, in order."""
    lines = part(message, "plain").splitlines()
    return [line[2:].strip("\u2068\u2069") for line in lines if line.startswith(("* ", "- "))]


# ------------------------------------------------------------------------------------------------------ the hour


@pytest.fixture
def layla_at_seven(layla: Reader, seven: datetime, some_news: list[Article]) -> Digest:
    """ليلى in Amman, her digest on since the evening before."""
    return turn_on(in_amman(layla), seven - timedelta(hours=12))


def test_a_digest_comes_at_the_readers_own_hour(layla_at_seven: Digest, seven: datetime) -> None:
    assert layla_at_seven.due_at == seven
    assert send_at(seven - timedelta(seconds=1)) == []
    (message,) = send_at(seven)
    assert message.to == "layla@example.com"
    assert row(layla_at_seven).due_at == seven + timedelta(days=1)
    assert send_at(seven + timedelta(minutes=1)) == []


def test_a_digest_comes_once_a_date_over_a_week_in_which_the_clocks_go_back(
    sofia: Reader, make_article: Make, now: datetime
) -> None:
    sofia.time_zone = "America/New_York"
    sofia.save(update_fields=["time_zone"])
    moment = datetime(2026, 10, 29, 12, tzinfo=UTC)
    digest = turn_on(sofia, moment, hour=1, minute=30)
    for number in range(40):
        make_article(f"Piece {number}", language="en", published_at=moment - timedelta(hours=number))
    for _ in range(7 * 24 * 4):
        moment += timedelta(minutes=15)
        send_at(moment)
    dates = [issue.for_date for issue in digest.issues.order_by("made_at")]
    assert dates == [date(2026, 10, 30) + timedelta(days=n) for n in range(7)]


def test_only_on_the_days_that_were_chosen(layla: Reader, some_news: list[Article], seven: datetime) -> None:
    digest = turn_on(in_amman(layla), seven, days=0b0000001)
    assert digest.due_at == seven + timedelta(days=4), "Saturday 28 November"


def test_moving_west_after_the_digest_brings_no_second_one_that_date(layla_at_seven: Digest, seven: datetime) -> None:
    send_at(seven)
    reader = Reader.objects.get(pk=layla_at_seven.reader_id)
    reader.time_zone = "America/New_York"
    reader.save(update_fields=["time_zone"])
    services.reschedule(reader, seven + timedelta(hours=1))
    due = row(layla_at_seven).due_at
    assert due == datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def test_another_time_zone_moves_the_next_digest(layla: Reader) -> None:
    before = turn_on(in_amman(layla), timezone.now()).due_at
    layla.time_zone = "Asia/Kathmandu"
    layla.save(update_fields=["time_zone"])
    after = Digest.objects.get().due_at
    assert before is not None
    assert after is not None
    assert (before - after) % timedelta(days=1) == timedelta(hours=2, minutes=45)


def test_changing_the_name_moves_nothing(layla_at_seven: Digest, seven: datetime) -> None:
    reader = row(layla_at_seven).reader
    Digest.objects.update(due_at=seven)
    reader.name = "ليلى الحسن"
    reader.save(update_fields=["name"])
    assert row(layla_at_seven).due_at == seven


@pytest.mark.parametrize(
    ("late", "sent_on"),
    [
        (timedelta(minutes=10), date(2026, 11, 24)),
        (timedelta(hours=5), date(2026, 11, 24)),
        (timedelta(hours=16), date(2026, 11, 24)),  # still the same day
        (timedelta(hours=18), None),  # one o'clock the next morning
        (timedelta(hours=25), date(2026, 11, 25)),  # the next day's own has come meanwhile
        (timedelta(days=5, hours=1), date(2026, 11, 29)),
    ],
)
def test_a_machine_that_was_off_sends_todays_digest_once_and_no_older_one(
    layla_at_seven: Digest, make_article: Make, seven: datetime, late: timedelta, sent_on: date | None
) -> None:
    make_article("خبر اليوم", published_at=seven + late - timedelta(minutes=30))
    sent = send_at(seven + late)
    assert [issue.for_date for issue in layla_at_seven.issues.all()] == ([sent_on] if sent_on else [])
    assert len(sent) == (1 if sent_on else 0)
    due = row(layla_at_seven).due_at
    assert due is not None
    assert due > seven + late


def test_a_digest_before_midnight_may_be_late_into_the_next_date(
    layla: Reader, some_news: list[Article], seven: datetime
) -> None:
    digest = turn_on(in_amman(layla), seven, hour=23, minute=30)
    due = digest.due_at
    assert due is not None
    send_at(due + timedelta(hours=2))
    assert digest.issues.get().for_date == date(2026, 11, 24)


def test_saving_the_form_in_the_minute_of_the_digest_does_not_lose_it(layla_at_seven: Digest, seven: datetime) -> None:
    turn_on(layla_at_seven.reader, seven + timedelta(seconds=5), length=4)
    assert row(layla_at_seven).due_at == seven


@pytest.mark.parametrize(
    "wishes", [{"hour": 24}, {"minute": 60}, {"days": 0}, {"days": 128}, {"length": 0}, {"length": 500}]
)
def test_wishes_that_make_no_sense_are_refused(layla: Reader, seven: datetime, wishes: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="no such"):
        turn_on(layla, seven, **wishes)
    assert not Digest.objects.exists()


# ------------------------------------------------------------------------------------------------------ the content


def test_a_digest_has_as_many_pieces_as_were_asked_for_and_says_why_each_is_there(
    layla_at_seven: Digest, seven: datetime
) -> None:
    (message,) = send_at(seven)
    assert len(titles(message)) == 8
    text = part(message, "plain")
    with translation.override(layla_at_seven.reader.language):
        assert text.count(gettext("Among the newest")) == 8
    issue = layla_at_seven.issues.get()
    assert len(issue.article_ids) == 8
    assert issue.message == message


def test_a_muted_topic_never_appears_in_the_digest(
    layla_at_seven: Digest, make_article: Make, make_source: Callable[..., Source], seven: datetime
) -> None:
    reader = layla_at_seven.reader
    sport = make_article("نهائي الكأس", topics=("sport",), hours=6)
    word = make_article("أسعار النفط ترتفع", hours=6)
    source = make_article("من مصدر مكتوم", hours=6, source=make_source("مصدر مكتوم"))
    for kind, key in (("topic", "sport"), ("word", "النفط"), ("source", str(source.source_id))):
        front.mute(reader, kind, key, now=seven)
    (message,) = send_at(seven)
    assert len(titles(message)) == 8
    assert not {sport.pk, word.pk, source.pk} & set(layla_at_seven.issues.get().article_ids)
    assert "نهائي الكأس" not in part(message, "html")


def test_what_was_read_or_hidden_is_not_in_the_digest(
    layla_at_seven: Digest, some_news: list[Article], seven: datetime
) -> None:
    front.opened(layla_at_seven.reader, some_news[0], now=seven)
    front.hide(layla_at_seven.reader, some_news[1], now=seven)
    send_at(seven)
    assert not {some_news[0].pk, some_news[1].pk} & set(layla_at_seven.issues.get().article_ids)


def test_another_readers_private_article_is_not_in_the_digest(
    layla_at_seven: Digest, karim: Reader, make_article: Make, make_source: Callable[..., Source], seven: datetime
) -> None:
    own = make_source("بريد كريم", visibility="private", owner=karim)
    secret = make_article("رسالة خاصة", source=own, hours=6)
    send_at(seven)
    assert secret.pk not in layla_at_seven.issues.get().article_ids


def test_no_article_comes_twice(layla_at_seven: Digest, some_news: list[Article], seven: datetime) -> None:
    (first,) = send_at(seven)
    (second,) = send_at(seven + timedelta(days=1))
    assert len(titles(first)) == 8
    assert len(titles(second)) == 4
    assert set(titles(first)).isdisjoint(titles(second))
    assert send_at(seven + timedelta(days=2)) == []


def test_no_story_comes_twice_though_other_sources_tell_it(
    layla: Reader,
    make_article: Make,
    make_source: Callable[..., Source],
    make_story: Callable[..., Story],
    seven: datetime,
) -> None:
    digest = turn_on(in_amman(layla), seven - timedelta(hours=12))
    story = make_story("حريق في الميناء", sources=3, hours=8)
    (message,) = send_at(seven)
    assert len(titles(message)) == 1
    tomorrow = seven + timedelta(days=1)
    make_article("حريق الميناء، رواية أخرى", source=make_source("رابع"), story=story, published_at=seven)
    other = make_article("خبر آخر", published_at=seven)
    send_at(tomorrow)
    assert digest.issues.get(for_date=date(2026, 11, 25)).article_ids == [other.pk]


def test_an_article_that_turned_out_to_be_the_same_as_one_sent_does_not_come(
    layla_at_seven: Digest, make_article: Make, seven: datetime
) -> None:
    send_at(seven)
    original = make_article("الأصل", published_at=seven)
    sent = layla_at_seven.issues.get().article_ids[0]
    Article.objects.filter(pk=sent).update(duplicate_of=original)
    send_at(seven + timedelta(days=1))
    assert original.pk not in layla_at_seven.issues.get(for_date=date(2026, 11, 25)).article_ids


def test_when_nothing_is_new_nothing_is_sent_and_that_is_recorded(layla: Reader, seven: datetime) -> None:
    digest = turn_on(in_amman(layla), seven - timedelta(hours=1))
    assert send_at(seven) == []
    issue = digest.issues.get()
    assert (issue.outcome, issue.message) == ("quiet", None)
    assert row(digest).due_at == seven + timedelta(days=1)


def test_a_reader_who_wants_a_letter_each_day_gets_one_that_says_nothing_is_new(layla: Reader, seven: datetime) -> None:
    turn_on(in_amman(layla), seven - timedelta(hours=1), quiet=False)
    (message,) = send_at(seven)
    assert titles(message) == []
    assert "http://localhost:8000/" in part(message, "plain")


def test_the_other_sources_of_a_story_are_named(
    layla: Reader, make_story: Callable[..., Story], seven: datetime
) -> None:
    turn_on(in_amman(layla), seven - timedelta(hours=1))
    story = make_story("حريق في الميناء", sources=3, hours=8)
    (message,) = send_at(seven)
    told = {str(article.source) for article in story.articles.select_related("source")}
    assert all(name in part(message, "html") for name in told)


# ------------------------------------------------------------------------------------------------------ the letter


def test_an_arabic_digest_runs_from_right_to_left(layla_at_seven: Digest, seven: datetime) -> None:
    (message,) = send_at(seven)
    html = part(message, "html")
    assert '<html lang="ar" dir="rtl"' in html
    assert "ليلى" in part(message, "plain")
    assert parsed(message)["Subject"].strip("\u2068\u2069\u200f") == titles(message)[0]


def test_an_english_digest_runs_from_left_to_right_and_greets_by_the_hour(
    sofia: Reader, make_article: Make, seven: datetime
) -> None:
    make_article("Night train returns", language="en", direction="ltr", minutes=3, hours=3)
    arabic = make_article("محطة التحلية تبدأ العمل", hours=6)
    Subscription.objects.create(reader=sofia, source=arabic.source)
    turn_on(in_amman(sofia), seven - timedelta(hours=1))
    (message,) = send_at(seven)
    html, text = part(message, "html"), part(message, "plain")
    assert '<html lang="en" dir="ltr"' in html
    assert "Good morning, Sofia." in text
    assert "Morning digest · Tuesday 24 November 2026" in text
    assert 'lang="ar" dir="rtl" align="left"' in html, "a foreign headline keeps its direction"
    assert parsed(message)["Subject"] == "Night train returns"


def test_the_readers_digits_are_used(layla: Reader, some_news: list[Article], seven: datetime) -> None:
    layla.digits = "arab"
    layla.save(update_fields=["digits"])
    turn_on(in_amman(layla), seven - timedelta(hours=1))
    (message,) = send_at(seven)
    assert "٢٤ نوفمبر ٢٠٢٦" in part(message, "plain")


def test_the_reader_may_name_the_digest(layla: Reader, some_news: list[Article], seven: datetime) -> None:
    turn_on(in_amman(layla), seven - timedelta(hours=1), name="قهوة الصباح")
    (message,) = send_at(seven)
    assert "قهوة الصباح" in part(message, "plain")


def test_each_digest_can_be_stopped_from_the_mail_program(layla_at_seven: Digest, seven: datetime) -> None:
    (message,) = send_at(seven)
    mail = parsed(message)
    way = mail["List-Unsubscribe"]
    assert way.startswith("<http://localhost:8000/unsubscribe/")
    assert len(way) < 200
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-ID"] == "<digest.nashra.invalid>"
    assert mail["Precedence"] == "bulk"
    url = way.strip("<>")
    assert url in part(message, "plain")
    assert url in part(message, "html")


def test_the_same_digest_has_the_same_identifier_and_date_whenever_it_is_looked_at(
    layla_at_seven: Digest, seven: datetime
) -> None:
    (message,) = send_at(seven)
    mail = parsed(message)
    assert mail["Message-ID"] == message.message_id
    assert mail["Date"].datetime == seven
    assert message.key == f"digest:{layla_at_seven.pk}:2026-11-24"


def test_a_signed_digest_passes_an_independent_verifier(layla_at_seven: Digest, seven: datetime, settings: Any) -> None:
    key = generate_key("news.example", "s1")
    settings.NASHRA_MAIL_FROM = "digest@news.example"
    settings.NASHRA_DKIM_SELECTOR, settings.NASHRA_DKIM_KEY = "s1", key.private_key_pem
    (message,) = send_at(seven)
    record = dns_record(key)

    def dns(name: bytes, timeout: int = 5) -> bytes:
        assert name.decode().rstrip(".") == record.name
        return record.value.encode()

    assert dkim.verify(bytes(message.body), dnsfunc=dns)
    assert not dkim.verify(bytes(message.body).replace(b"One-Click", b"One-Klick"), dnsfunc=dns)


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case["field"])
def test_hostile_names_and_titles_add_no_header(
    layla: Reader, make_article: Make, seven: datetime, case: dict[str, str]
) -> None:
    value = case["value"]
    make_article(value[:1000] if case["field"] == "subject" else "خبر", hours=6)
    if case["field"] == "reader's name":
        layla.name = value[:120]
    if case["field"] == "sender name":
        from nashra.accounts.models import Paper

        Paper.objects.update(name=value[:120])
    layla.save(update_fields=["name"])
    turn_on(in_amman(layla), seven - timedelta(hours=1), name=value if "title" in case["field"] else "")
    (message,) = send_at(seven)
    mail = parsed(message)
    assert sorted(set(mail.keys())) == sorted(mail.keys())
    assert mail["Bcc"] is None
    assert [address.addr_spec for address in mail["To"].addresses] == ["layla@example.com"]
    assert len(mail["From"].addresses) == 1
    assert mail.get_content_type() == "multipart/alternative"
    assert "<script" not in part(message, "html")
    assert "49" not in mail["To"]


# ------------------------------------------------------------------------------------------------------ stopping


def test_an_unsubscribed_reader_is_never_sent_to(layla_at_seven: Digest, seven: datetime) -> None:
    services.stop(layla_at_seven, seven - timedelta(minutes=1))
    assert send_at(seven) == []
    assert send_at(seven + timedelta(days=3)) == []


def test_a_digest_stopped_after_it_was_promised_does_not_leave(layla_at_seven: Digest, seven: datetime) -> None:
    (message,) = send_at(seven)
    services.stop(layla_at_seven, seven)
    deliver_now()
    message.refresh_from_db()
    assert message.state == State.SUPPRESSED


def test_a_digest_that_nobody_stopped_leaves(layla_at_seven: Digest, seven: datetime, settings: Any) -> None:
    (message,) = send_at(seven)
    deliver_now()
    message.refresh_from_db()
    assert message.state == State.SENT
    assert len(list((settings.NASHRA_DATA / "mail").glob("*.eml"))) == 1


@pytest.mark.parametrize("change", ["closed", "unconfirmed", "moved"])
def test_a_digest_whose_reader_left_meanwhile_does_not_leave(
    layla_at_seven: Digest, seven: datetime, change: str
) -> None:
    (message,) = send_at(seven)
    reader = layla_at_seven.reader
    if change == "closed":
        Reader.objects.filter(pk=reader.pk).update(is_active=False)
    elif change == "unconfirmed":
        reader.emailaddress_set.update(verified=False)
    else:
        Reader.objects.filter(pk=reader.pk).update(email="new@example.com")
        reader.emailaddress_set.update(email="new@example.com")
    deliver_now()
    message.refresh_from_db()
    assert message.state == State.SUPPRESSED


def test_a_deleted_readers_digest_is_gone_with_its_letters(layla_at_seven: Digest, seven: datetime) -> None:
    from nashra.accounts import services as accounts

    send_at(seven)
    accounts.delete(layla_at_seven.reader)
    assert not Digest.objects.exists()
    assert not Issue.objects.exists()
    assert not Message.objects.exists()


def test_an_unconfirmed_reader_gets_no_digest_until_the_address_is_confirmed(
    layla_at_seven: Digest, seven: datetime
) -> None:
    addresses = layla_at_seven.reader.emailaddress_set
    addresses.update(verified=False)
    assert send_at(seven) == []
    assert not Issue.objects.exists()
    addresses.update(verified=True)
    assert len(send_at(seven + timedelta(days=1))) == 1


# ------------------------------------------------------------------------------------------------------ never twice


def test_two_workers_with_the_same_digest_make_one_issue(layla_at_seven: Digest, seven: datetime) -> None:
    first, second = row(layla_at_seven), row(layla_at_seven)
    until = seven + timedelta(minutes=5)
    Digest.objects.update(claimed_until=until)
    first.claimed_until = second.claimed_until = until
    assert issuing.issue(first, seven) is not None
    assert issuing.issue(second, seven) is None
    assert Message.objects.count() == 1


def test_a_worker_killed_before_the_transaction_leaves_the_digest_to_the_next(
    layla_at_seven: Digest, seven: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(issuing.outbox, "promise", killed)
        send_at(seven)
    assert not Issue.objects.exists()
    assert send_at(seven + timedelta(minutes=1)) == [], "the dead worker's claim still holds"
    assert len(send_at(seven + timedelta(minutes=6))) == 1


def test_a_fault_in_one_digest_holds_up_no_other(
    layla_at_seven: Digest, karim: Reader, seven: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_on(in_amman(karim), seven - timedelta(hours=1))
    Reader.objects.filter(pk=layla_at_seven.reader_id).update(email="not an address")
    layla_at_seven.reader.emailaddress_set.update(email="not an address")
    assert [message.to for message in send_at(seven)] == ["karim@example.com"]
    assert row(layla_at_seven).due_at == seven, "it is tried again later"


# ------------------------------------------------------------------------------------------------------ one now


def test_one_now_comes_beside_the_regular_one_and_repeats_nothing(layla_at_seven: Digest, seven: datetime) -> None:
    issue = services.send_now(layla_at_seven.reader, seven - timedelta(hours=1))
    assert issue is not None
    assert issue.extra == 1
    (regular,) = send_at(seven)
    assert len(titles(regular)) == 4
    assert set(issue.article_ids).isdisjoint(layla_at_seven.issues.get(extra=0).article_ids)


def test_one_now_works_while_the_digest_is_off(layla: Reader, some_news: list[Article], seven: datetime) -> None:
    issue = services.send_now(in_amman(layla), seven)
    assert issue is not None
    deliver_now()
    assert Message.objects.get().state == State.SENT
    assert not services.digest_of(layla).is_on


def test_there_are_three_such_letters_a_day(layla: Reader, make_article: Make, seven: datetime) -> None:
    in_amman(layla)
    for number in range(4):
        make_article(f"خبر {number}", published_at=seven - timedelta(hours=5))
        if number < 3:
            assert services.send_now(layla, seven + timedelta(minutes=number)) is not None
    with pytest.raises(services.TooMany):
        services.send_now(layla, seven + timedelta(minutes=5))
    assert services.send_now(layla, seven + timedelta(days=1)) is not None


def test_one_now_is_not_sent_when_nothing_is_new_or_the_address_is_not_confirmed(
    layla: Reader, make_article: Make, seven: datetime
) -> None:
    assert services.send_now(in_amman(layla), seven) is None
    make_article("خبر", hours=6)
    layla.emailaddress_set.update(verified=False)
    with pytest.raises(services.NotConfirmed):
        services.send_now(Reader.objects.get(pk=layla.pk), seven)
    assert not Message.objects.exists()


# ------------------------------------------------------------------------------------------------------ export


def test_digest_and_issues_are_part_of_the_readers_export(layla_at_seven: Digest, seven: datetime) -> None:
    from nashra.accounts import services as accounts

    send_at(seven)
    files = {file.name: b"".join(file.parts) for file in accounts.export(layla_at_seven.reader)}
    assert b'"for_date": "2026-11-24"' in files["newsletters.Issue.json"]
    assert b'"hour": 7' in files["newsletters.Digest.json"]
