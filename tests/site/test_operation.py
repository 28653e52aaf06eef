"""Operation: who may look, what is said, and what is never said."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from nashra.accounts.models import Paper, Reader
from nashra.base import locale
from nashra.base.models import Message, Periodic, TermIndex
from nashra.library.models import SavedItem
from nashra.news.models import Article, Fetch, Host, Source, Subscription, Visibility
from nashra.news.services import figures
from nashra.site import health
from nashra.site.health.beat import BACKUP, HEARTBEAT, beat, note
from nashra.site.pages import plots

pytestmark = pytest.mark.django_db
SignIn = Callable[[Reader], Client]
OWNERS = ("operation_mail", "operation_jobs", "operation_paper")
LETTER = "رابط سري: /confirm/abcdef"


@pytest.fixture
def marfaa(db: None) -> Source:
    """صحيفة المرفأ, a listed source that works."""
    now = timezone.now()
    return Source.objects.create(
        url="https://marfaa.example/feed", title="صحيفة المرفأ", ok_at=now, fetched_at=now, outcome="new",
        due_at=now + timedelta(minutes=30), due_reason={"code": "rhythm", "minutes": 30},
    )  # fmt: skip


@pytest.fixture
def olum(db: None) -> Source:
    """مجلة علوم الغد, whose server has refused for two days."""
    now = timezone.now()
    source = Source.objects.create(
        url="https://olum.example/feed", title="مجلة علوم الغد", fetched_at=now, outcome="failed", attempts=14,
        failing_since=now - timedelta(days=2), due_at=now + timedelta(hours=2),
        due_reason={"code": "back-off", "tries": 14},
    )  # fmt: skip
    Fetch.objects.create(source=source, at=now, status=403, outcome="failed", detail={"code": "status", "status": 403})
    return source


def letter(**fields: Any) -> Message:
    """A letter to Karim."""
    key = f"k{Message.objects.count()}"
    values = {
        "kind": "account", "to": "karim@example.com", "subject": LETTER, "body": LETTER.encode(),
        "expires_at": timezone.now() + timedelta(days=1), "message_id": f"<{key}@x>", "key": key, **fields,
    }  # fmt: skip
    return Message.objects.create(**values)


def row(key: str) -> health.HealthRow:
    """The health row of that key."""
    return next(one for one in health.health_rows(timezone.now()) if one.key == key)


def test_nobody_is_sent_to_the_sign_in_page(paper: Paper) -> None:
    for name in ("operation", "operation_sources", *OWNERS):
        assert Client().get(reverse(name)).headers["Location"].startswith(reverse("account_login"))


def test_a_reader_does_not_learn_that_there_is_an_operation(layla: Reader, marfaa: Source, sign_in: SignIn) -> None:
    client = sign_in(layla)
    for name in ("operation", "operation_sources", *OWNERS):
        assert client.get(reverse(name)).status_code == 404
    assert client.get(reverse("operation_source", args=[marfaa.pk])).status_code == 404
    assert client.post(reverse("operation_source_edit", args=[marfaa.pk]), {"do": "pause"}).status_code == 404
    assert client.post(reverse("operation_run_again"), {"row": "mail:1"}).status_code == 404


def test_an_editor_sees_the_sources_and_nothing_else(nadia: Reader, marfaa: Source, sign_in: SignIn) -> None:
    client = sign_in(nadia)
    assert client.get(reverse("operation")).headers["Location"] == reverse("operation_sources")
    assert client.get(reverse("operation_sources")).status_code == 200
    assert client.get(reverse("operation_source", args=[marfaa.pk])).status_code == 200
    assert client.post(reverse("operation_source_edit", args=[marfaa.pk]), {"do": "pause"}).status_code == 404
    for name in OWNERS:
        assert client.get(reverse(name)).status_code == 404


def test_the_owner_sees_every_page(omar: Reader, marfaa: Source, olum: Source, sign_in: SignIn) -> None:
    client = sign_in(omar)
    for name in ("operation", "operation_sources", *OWNERS):
        page = client.get(reverse(name))
        assert page.status_code == 200, name
        assert "style=" not in page.content.decode()


def test_the_worst_row_comes_first_and_each_has_a_word_and_a_shape(omar: Reader, olum: Source, sign_in: SignIn) -> None:
    rows = sign_in(omar).get(reverse("operation")).context["rows"]
    states = [{"bad": 0, "warn": 1, "ok": 2}[one.state] for one in rows]
    assert states == sorted(states)
    assert {one.key for one in rows} == {
        "web", "worker", "waiting", "lag", "failing", "search", "mail", "database", "disk", "backup", "version",
    }  # fmt: skip
    assert all(one.word and one.text and one.title for one in rows)


def test_a_worker_that_is_silent_for_long_is_broken(paper: Paper) -> None:
    assert row("worker").state == "bad"
    beat()
    assert row("worker").state == "ok"
    Periodic.objects.filter(name=HEARTBEAT).update(ran_at=timezone.now() - timedelta(minutes=5))
    assert row("worker").state == "bad"


@pytest.mark.parametrize(("minutes", "state"), [(1, "ok"), (45, "warn")])
def test_the_owner_sees_how_far_the_search_index_is_with_old_articles(
    omar: Reader, sign_in: SignIn, minutes: int, state: str
) -> None:
    Reader.objects.filter(pk=omar.pk).update(language="en")
    english = locale.Preferences(language="en", time_zone="Asia/Amman")
    with locale.using(english), translation.override("en"):
        assert row("search").text == "Everything that is stored can be searched."
    due = timezone.now() - timedelta(minutes=minutes)
    TermIndex.objects.filter(name="news").update(below=900, total=9_000, left=899, due_at=due)
    TermIndex.objects.filter(name="library").update(below=2, total=1, left=1, due_at=timezone.now())
    with locale.using(english), translation.override("en"):
        found = row("search")
    page = sign_in(omar).get(reverse("operation_jobs")).content.decode()
    assert found.state == state
    for line in ("Search index: 8,101 of 9,000 articles", "Search index: 0 of 1 saved article"):
        assert line in found.text
        assert line in page


def test_a_heartbeat_is_never_claimed_as_work(paper: Paper) -> None:
    beat()
    beat()
    assert Periodic.objects.filter(name=HEARTBEAT).count() == 1


@pytest.mark.parametrize(("minutes", "state"), [(1, "ok"), (10, "warn"), (45, "bad")])
def test_work_that_waits_too_long_is_told(paper: Paper, marfaa: Source, minutes: int, state: str) -> None:
    Source.objects.update(due_at=timezone.now() - timedelta(minutes=minutes))
    assert row("waiting").state == state


def test_work_in_a_workers_hands_does_not_count_as_waiting(paper: Paper, marfaa: Source) -> None:
    now = timezone.now()
    Source.objects.update(due_at=now - timedelta(hours=2), claimed_until=now + timedelta(minutes=1))
    line = next(line for line in health.queue_lines(now) if line.key == "feeds")
    assert (line.waiting, line.working, line.later) == (0, 1, 0)


def test_failing_sources_are_counted(paper: Paper, marfaa: Source, olum: Source) -> None:
    assert row("failing").state == "bad"
    Source.objects.filter(pk=olum.pk).update(failing_since=None)
    assert row("failing").state == "ok"


def test_a_refused_letter_is_worth_a_look_and_a_stuck_one_is_bad(paper: Paper) -> None:
    assert row("mail").state == "ok"
    letter(state=Message.State.REFUSED, due_at=None)
    assert row("mail").state == "warn"
    letter(made_at=timezone.now() - timedelta(hours=1))
    assert row("mail").state == "bad"


def test_a_backup_is_missed_a_week_after_the_last_one(paper: Paper) -> None:
    assert row("backup").state == "ok"
    Paper.objects.update(set_up_at=timezone.now() - timedelta(days=8))
    assert row("backup").state == ("ok" if connection.vendor == "postgresql" else "warn")  # pg_dump is out of sight
    note(BACKUP, timezone.now())
    assert row("backup").state == "ok"


def test_the_overview_never_tells_what_is_in_a_letter_or_a_private_feed(
    omar: Reader, karim: Reader, sign_in: SignIn
) -> None:
    letter()
    Source.objects.create(url="https://u:pw@bank.example/feed", owner=karim, visibility=Visibility.PRIVATE, title="سر")
    client = sign_in(omar)
    for name in ("operation", "operation_sources", *OWNERS):
        html = client.get(reverse(name)).content.decode()
        assert "bank.example" not in html
        assert "سري" not in html
    assert "karim@example.com" in client.get(reverse("operation_mail")).content.decode()


def test_a_private_source_has_no_page_in_the_operation(omar: Reader, karim: Reader, sign_in: SignIn) -> None:
    mine = Source.objects.create(url="https://x.example/?token=1", owner=karim, visibility=Visibility.PRIVATE)
    assert sign_in(omar).get(reverse("operation_source", args=[mine.pk])).status_code == 404
    answer = sign_in(omar).post(reverse("operation_source_edit", args=[mine.pk]), {"do": "remove", "sure": "1"})
    assert answer.status_code == 404


def test_a_failing_source_stands_first_with_the_reason(
    omar: Reader, marfaa: Source, olum: Source, sign_in: SignIn
) -> None:
    page = sign_in(omar).get(reverse("operation_sources"))
    assert [line.source.pk for line in page.context["lines"]] == [olum.pk, marfaa.pk]
    assert "403" in page.content.decode()


def test_sources_are_filtered_by_state_and_name(omar: Reader, marfaa: Source, olum: Source, sign_in: SignIn) -> None:
    client = sign_in(omar)

    def found(query: str) -> list[int]:
        return [line.source.pk for line in client.get(f"{reverse('operation_sources')}?{query}").context["lines"]]

    assert found("state=failing") == [olum.pk]
    assert found("q=المرفأ") == [marfaa.pk]
    assert found("q=olum.example") == [olum.pk]
    assert found("state=paused") == []


def test_a_sources_figures_are_its_own(omar: Reader, layla: Reader, marfaa: Source, sign_in: SignIn) -> None:
    now = timezone.now()
    for number in range(3):
        Article.objects.create(source=marfaa, guid=str(number), title="خبر", published_at=now)
    Subscription.objects.create(reader=layla, source=marfaa)
    line = sign_in(omar).get(reverse("operation_sources")).context["lines"][0]
    assert (line.figures.articles, line.figures.week, line.figures.followers) == (3, 3, 1)


def test_a_sources_history_says_what_was_decided_and_why(omar: Reader, olum: Source, sign_in: SignIn) -> None:
    page = sign_in(omar).get(reverse("operation_source", args=[olum.pk]))
    explanation = page.context["explanation"]
    assert explanation.fetches[0].status == 403
    assert explanation.fetches[0].sentence in page.content.decode()
    assert explanation.due in page.content.decode()
    assert explanation.due


def test_the_owner_pauses_resumes_and_shares_a_source(omar: Reader, marfaa: Source, sign_in: SignIn) -> None:
    client, url = sign_in(omar), reverse("operation_source_edit", args=[marfaa.pk])
    for verb, name, value in (
        ("pause", "state", "paused"),
        ("resume", "state", "active"),
        ("paper", "visibility", "paper"),
        ("listed", "visibility", "listed"),
    ):
        assert client.post(url, {"do": verb}).status_code == 302
        marfaa.refresh_from_db()
        assert getattr(marfaa, name) == value
    assert client.post(url, {"do": "private"}).status_code == 404


def test_fetching_now_makes_the_source_due(omar: Reader, marfaa: Source, sign_in: SignIn) -> None:
    sign_in(omar).post(reverse("operation_source_edit", args=[marfaa.pk]), {"do": "fetch"})
    marfaa.refresh_from_db()
    assert marfaa.due_at <= timezone.now()
    assert marfaa.due_reason == {"code": "asked"}


def test_a_source_is_removed_only_with_the_box_ticked(omar: Reader, marfaa: Source, sign_in: SignIn) -> None:
    client, url = sign_in(omar), reverse("operation_source_edit", args=[marfaa.pk])
    client.post(url, {"do": "remove"})
    assert Source.objects.exists()
    client.post(url, {"do": "remove", "sure": "1"})
    assert not Source.objects.exists()


def test_letters_are_shown_by_state(omar: Reader, sign_in: SignIn) -> None:
    letter()
    letter(state=Message.State.REFUSED, due_at=None, reply="550 no such user")
    page = sign_in(omar).get(reverse("operation_mail") + "?state=refused")
    assert [one.reply for one in page.context["lines"]] == ["550 no such user"]
    assert "550 no such user" in page.content.decode()


def test_what_was_set_aside_runs_again_when_the_owner_says_so(omar: Reader, layla: Reader, sign_in: SignIn) -> None:
    doubt = letter(state=Message.State.DOUBT, due_at=None, attempts=2, doubts=1)
    saved = SavedItem.objects.create(
        reader=layla, url="https://x.example/secret", url_key="a", title="عنوان خاص", due_at=None, attempts=5,
        archive=SavedItem.Archive.FAILED, archive_detail={"code": "status"},
    )  # fmt: skip
    client = sign_in(omar)
    html = client.get(reverse("operation_jobs")).content.decode()
    assert f"mail:{doubt.pk}" in html
    assert f"saved:{saved.pk}" in html
    assert "عنوان خاص" not in html
    assert "secret" not in html
    for name in (f"mail:{doubt.pk}", f"saved:{saved.pk}"):
        assert client.post(reverse("operation_run_again"), {"row": name}).status_code == 302
    doubt.refresh_from_db()
    saved.refresh_from_db()
    assert (doubt.state, doubt.attempts, doubt.doubts) == ("queued", 0, 0)
    assert (saved.archive, saved.attempts) == ("waiting", 0)
    assert doubt.due_at
    assert saved.due_at


@pytest.mark.parametrize("name", ["", "mail", "mail:x", "mail:999999", "reader:1", "mail:99999999999999999999"])
def test_only_rows_that_were_set_aside_run_again(omar: Reader, sign_in: SignIn, name: str) -> None:
    letter()
    assert sign_in(omar).post(reverse("operation_run_again"), {"row": name}).status_code == 404


def test_the_owner_changes_the_paper(omar: Reader, sign_in: SignIn) -> None:
    url = reverse("operation_paper")
    data = {"name": "ساحل", "language": "en", "registration": "closed", "public": "on"}
    assert sign_in(omar).post(url, data).headers["Location"] == url
    paper = Paper.objects.get()
    assert (paper.name, paper.language, paper.registration, paper.public) == ("ساحل", "en", "closed", True)
    assert sign_in(omar).post(url, {**data, "name": ""}).status_code == 200


def fetched(source: Source, **fields: Any) -> Fetch:
    """One more fetch in a source's history."""
    values = {"at": timezone.now(), "outcome": "unchanged", "detail": {"code": "unchanged"}, "status": 304, **fields}
    return Fetch.objects.create(source=source, **values)


def test_sources_stand_in_the_order_that_was_asked_for(
    omar: Reader, layla: Reader, marfaa: Source, olum: Source, sign_in: SignIn
) -> None:
    client, now = sign_in(omar), timezone.now()
    Subscription.objects.create(reader=layla, source=marfaa)
    Article.objects.create(source=olum, guid="1", title="خبر", published_at=now)
    fetched(marfaa, size=90_000)

    def order(name: str) -> list[int]:
        return [line.source.pk for line in client.get(reverse("operation_sources"), {"sort": name}).context["lines"]]

    assert order("") == order("ok") == order("week") == [olum.pk, marfaa.pk]
    assert order("followers") == order("bytes") == order("due") == order("name") == [marfaa.pk, olum.pk]
    assert len(order("nonsense")) == 2


def test_slow_and_waiting_sources_have_a_filter(omar: Reader, marfaa: Source, olum: Source, sign_in: SignIn) -> None:
    client = sign_in(omar)
    fetched(marfaa, took_ms=5_000)
    fetched(olum, took_ms=20)
    Source.objects.filter(pk=olum.pk).update(outcome="waiting")
    for state, source in (("slow", marfaa), ("waiting", olum)):
        page = client.get(reverse("operation_sources"), {"state": state})
        assert [line.source.pk for line in page.context["lines"]] == [source.pk]
        assert next(tab["count"] for tab in page.context["tabs"] if tab["current"]) == 1


def test_a_host_that_asked_for_silence_is_the_reason_for_the_next_time(
    omar: Reader, marfaa: Source, sign_in: SignIn
) -> None:
    until = timezone.now() + timedelta(hours=30)
    Host.objects.create(name=marfaa.host, asked_to_wait=True, next_at=until)
    line = sign_in(omar).get(reverse("operation_sources")).context["lines"][0]
    assert (line.due_at, line.is_another_day) == (until, True)
    assert line.due


def test_bytes_a_day_are_those_of_the_history_over_its_age(omar: Reader, marfaa: Source) -> None:
    now = timezone.now()
    for days in (0, 1, 2, 4):
        fetched(marfaa, at=now - timedelta(days=days), size=100_000, took_ms=200)
    found = figures.figures([marfaa.pk], now)[marfaa.pk]
    assert (found.bytes_a_day, found.mean_ms) == (100_000, 200)


def test_the_last_fetches_are_a_picture_with_the_same_in_words(omar: Reader, marfaa: Source, sign_in: SignIn) -> None:
    for outcome in ("new", "unchanged", "unchanged", "failed"):
        fetched(marfaa, outcome=outcome)
    page = sign_in(omar).get(reverse("operation_source", args=[marfaa.pk]))
    plot = page.context["fetch_plot"]
    assert Counter(bar.kind for bar in plot.bars) == {"ok": 1, "quiet": 2, "bad": 1}
    assert plot.bars[0].x > plot.bars[-1].x, "the oldest stands first, on the right in Arabic"
    assert f'aria-label="{plot.text}"' in page.content.decode()
    assert page.context["hour_plot"] is None


def test_the_hours_of_a_source_are_shown_on_the_readers_clock(omar: Reader, marfaa: Source) -> None:
    weights = [0.0] * 24
    weights[3] = 50.0
    Source.objects.filter(pk=marfaa.pk).update(hours={"weights": weights, "since": 1, "until": 10**6})
    marfaa.refresh_from_db()
    with locale.using(locale.Preferences(language="en", time_zone="Asia/Amman")):
        plot = plots.hours(figures.rhythm_of(marfaa), timezone.now())
    assert plot is not None
    assert len(plot.bars) == 24
    assert [index for index, bar in enumerate(plot.bars) if bar.height == plots.HEIGHT] == [6]
    assert "06:00" in plot.text


def test_what_goes_and_what_stays_is_said_before_a_source_is_removed(
    omar: Reader, layla: Reader, marfaa: Source, sign_in: SignIn
) -> None:
    article = Article.objects.create(source=marfaa, guid="1", title="خبر", published_at=timezone.now())
    SavedItem.objects.create(reader=layla, url="https://x.example/", url_key="a", title="عنوان خاص", article=article)
    page = sign_in(omar).get(reverse("operation_source", args=[marfaa.pk]))
    assert page.context["saved"] == 1
    assert "عنوان خاص" not in page.content.decode()


def test_of_private_sources_only_numbers_are_told(omar: Reader, karim: Reader, sign_in: SignIn) -> None:
    for number in range(3):
        Source.objects.create(
            url=f"https://bank.example/{number}", owner=karim, visibility=Visibility.PRIVATE,
            failing_since=timezone.now() if number else None,
        )  # fmt: skip
    page = sign_in(omar).get(reverse("operation_sources"))
    assert (page.context["private"], page.context["private_failing"]) == (3, 2)
    assert "bank.example" not in page.content.decode()
