"""WebSub: a hub is asked, confirms, sends, is renewed and left; what nobody asked for or signed changes nothing."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from websub_hub import HubServer

from nashra.accounts.models import Reader
from nashra.news import services
from nashra.news.fetching.sweep import fetch_due
from nashra.news.models import Article, Fetch, Host, Hub, Source, Visibility
from nashra.news.websub import receiving, subscribing

ONE = {"title": "افتتاح الجسر", "guid": "1", "text": "<p>فُتح الجسر صباح اليوم.</p>"}
TWO = {"title": "أمطار على الساحل", "guid": "2", "text": "<p>هطلت الأمطار ليلاً.</p>"}
THREE = {"title": "ميناء جديد", "guid": "3", "text": "<p>بدأ العمل في الميناء.</p>"}
Make = Callable[..., Source]


@pytest.fixture
def hub(feeds: Any, settings: Any) -> Iterator[HubServer]:
    """A hub that may be reached, for a paper with a public address."""
    server = HubServer()
    settings.NASHRA_URL = "https://news.example.org"
    settings.ALLOWED_HOSTS = ["*"]
    settings.NASHRA_ALLOW_HOSTS = (f"127.0.0.1:{feeds.port}", f"127.0.0.1:{server.port}")
    yield server
    server.server.shutdown()
    server.server.server_close()


@pytest.fixture
def pushed(feeds: Any, source: Make, hub: HubServer) -> Source:
    """A source whose hub has confirmed that it sends what is new."""
    feeds.put("/feed", with_hub(feeds, hub, ONE))
    made = source()
    fetch_due()
    subscribing.attend(timezone.now())
    assert hub.confirm().status_code == 200
    return made


def with_hub(feeds: Any, hub: HubServer, *items: dict[str, str], topic: str = "") -> str:
    links = f'<atom:link rel="hub" href="{hub.url}"/><atom:link rel="self" href="{topic or feeds.url("/feed")}"/>'
    body = feeds.rss(*items, extra=links)
    return body.replace('version="2.0"', 'version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"')


def fetch_again() -> None:
    """Everything is due, and every host ready."""
    Source.objects.filter(state=Source.State.ACTIVE).update(due_at=timezone.now(), claimed_until=None, body_hash="")
    Host.objects.update(next_at=timezone.now())
    fetch_due()


def test_a_hub_that_a_feed_names_is_asked_and_confirmed(feeds: Any, source: Make, hub: HubServer) -> None:
    feeds.put("/feed", with_hub(feeds, hub, ONE))
    made = source()
    fetch_due()
    assert subscribing.attend(timezone.now()) == 1
    assert hub.last["hub.mode"] == "subscribe"
    assert hub.last["hub.topic"] == made.url
    assert hub.last["hub.callback"].startswith("https://news.example.org/websub/")
    assert len(hub.path()) > 50  # nobody guesses it
    answer = hub.confirm()
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (
        200, b"c-" + b"x" * 40, "text/plain; charset=utf-8",
    )  # fmt: skip
    row = Hub.objects.get(source=made)
    assert row.state == Hub.State.ACTIVE
    lease = row.lease_until - timezone.now()
    assert timedelta(days=9.9) < lease <= timedelta(days=10)
    assert timedelta(days=7.9) < row.due_at - timezone.now() <= timedelta(days=8)  # renewed at 80 %


def test_a_hub_in_the_answer_s_headers_is_found_too(feeds: Any, source: Make, hub: HubServer) -> None:
    feeds.put("/feed", feeds.rss(ONE), Link=f'<{hub.url}>; rel="hub", </feed>; rel=self')
    made = source()
    fetch_due()
    row = Hub.objects.get()
    assert (row.url, row.topic) == (hub.url, made.url)


@pytest.mark.parametrize("why", ["switched off", "not reachable", "private", "secret topic"])
def test_a_hub_is_not_asked_where_it_could_not_answer_or_must_not_know(
    why: str, feeds: Any, source: Make, hub: HubServer, settings: Any, layla: Reader
) -> None:
    settings.NASHRA_WEBSUB = why != "switched off"
    if why == "not reachable":
        settings.NASHRA_URL = "http://localhost:8000"
    topic = feeds.url("/feed?token=d41d8cd98f00b204e9800998ecf8427e") if why == "secret topic" else ""
    feeds.put("/feed", with_hub(feeds, hub, ONE, topic=topic))
    source(**({"owner": layla, "visibility": Visibility.PRIVATE} if why == "private" else {}))
    fetch_due()
    subscribing.attend(timezone.now())
    assert hub.asked == []
    assert not Hub.objects.exists()


@pytest.mark.parametrize(
    "changed", [{"hub_topic": "http://evil.example/"}, {"hub_mode": "unsubscribe"}, {"hub_mode": "x"},
                {"hub_challenge": ""}, {"hub_challenge": "x" * 2000}],
    ids=["another topic", "another mode", "no mode", "no challenge", "endless challenge"],
)  # fmt: skip
def test_only_what_was_asked_for_is_confirmed(
    changed: dict[str, str], feeds: Any, source: Make, hub: HubServer
) -> None:
    feeds.put("/feed", with_hub(feeds, hub, ONE))
    source()
    fetch_due()
    subscribing.attend(timezone.now())
    assert hub.confirm(**changed).status_code == 404
    assert Hub.objects.get().state == Hub.State.ASKED


def test_a_callback_that_nobody_was_told_does_not_exist(db: None) -> None:
    for answer in (Client().get("/websub/x", {"hub.mode": "subscribe"}), Client().post("/websub/x", b"", "text/xml")):
        assert answer.status_code == 404
    assert not Session.objects.exists()


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_what_a_hub_sends_and_signs_becomes_articles_without_a_fetch(
    method: str, feeds: Any, pushed: Source, hub: HubServer
) -> None:
    asked = len(feeds.asked)
    Source.objects.update(etag='"kept"')
    Host.objects.update(next_at=timezone.now() - timedelta(hours=1))
    answer = hub.push(with_hub(feeds, hub, TWO), method=method)
    assert answer.status_code == 200
    assert not answer.cookies
    assert {row.title for row in Article.objects.all()} == {ONE["title"], TWO["title"]}
    assert len(feeds.asked) == asked
    assert Host.objects.get(name="127.0.0.1").next_at < timezone.now()  # no turn was taken
    pushed.refresh_from_db()
    assert (pushed.outcome, pushed.etag, pushed.due_reason["code"]) == ("pushed", '"kept"', "hub")
    assert timedelta(hours=5) < pushed.due_at - timezone.now() < timedelta(hours=7)
    assert services.explain(pushed).fetches[0].outcome == "pushed"
    assert Hub.objects.get().pushed_at is not None


def test_while_a_hub_sends_the_feed_is_asked_every_six_hours(feeds: Any, pushed: Source, hub: HubServer) -> None:
    fetch_again()
    pushed.refresh_from_db()
    assert pushed.due_reason == {"code": "hub", "minutes": 360}


@pytest.mark.parametrize("header", ["sha256=" + "0" * 64, "", "md5=" + hashlib.md5(b"").hexdigest(), "sha1=é", "sha1"])
def test_what_is_not_signed_is_acknowledged_and_left_alone(
    header: str, feeds: Any, pushed: Source, hub: HubServer
) -> None:
    answer = hub.push(with_hub(feeds, hub, TWO), signature=header)
    assert answer.status_code == 202
    assert Article.objects.count() == 1
    assert Hub.objects.get().detail["code"] == "bad-signature"
    assert "signature" in services.explain(pushed).hub or "توقيع" in services.explain(pushed).hub


def test_the_secret_of_another_source_signs_nothing(feeds: Any, pushed: Source, hub: HubServer) -> None:
    assert hub.push(with_hub(feeds, hub, TWO), secret="x" * 43).status_code == 202
    assert Article.objects.count() == 1


def test_the_same_push_again_changes_nothing(feeds: Any, pushed: Source, hub: HubServer) -> None:
    body = with_hub(feeds, hub, TWO)
    hub.push(body)
    hub.push(with_hub(feeds, hub, {**TWO, "title": "أمطار غزيرة على الساحل"}))
    fetches = Fetch.objects.count()
    assert hub.push(body).status_code == 202  # an old state must not come back
    assert Fetch.objects.count() == fetches
    assert Article.objects.get(title__startswith="أمطار").title == "أمطار غزيرة على الساحل"


@pytest.mark.parametrize("body", ["", "<rss><channel><item><title>x", "hello"], ids=["empty", "cut off", "no feed"])
def test_a_push_that_cannot_be_read_makes_the_source_due(body: str, pushed: Source, hub: HubServer) -> None:
    later = timezone.now() + timedelta(hours=5)
    Source.objects.update(due_at=later, fetched_at=timezone.now() - timedelta(minutes=5))
    assert hub.push(body).status_code == 202
    pushed.refresh_from_db()
    assert pushed.due_at <= timezone.now()
    assert pushed.due_reason == {"code": "pushed"}
    assert pushed.claimed_until is None


def test_a_source_that_was_asked_a_moment_ago_is_not_asked_at_every_push(pushed: Source, hub: HubServer) -> None:
    Source.objects.update(due_at=timezone.now() + timedelta(hours=5), fetched_at=timezone.now())
    hub.push("hello")
    pushed.refresh_from_db()
    assert pushed.due_at > timezone.now()


def test_a_huge_push_is_refused_unread_and_the_source_is_asked_itself(pushed: Source, hub: HubServer) -> None:
    Source.objects.update(due_at=timezone.now() + timedelta(hours=5), fetched_at=timezone.now() - timedelta(hours=1))
    assert hub.push("x" * (receiving.LARGEST + 1)).status_code == 413
    pushed.refresh_from_db()
    assert pushed.due_at <= timezone.now()
    assert Article.objects.count() == 1


def test_a_push_may_come_in_chunks(feeds: Any, pushed: Source, hub: HubServer) -> None:
    assert hub.push(with_hub(feeds, hub, TWO), chunked=True).status_code == 200
    assert Article.objects.count() == 2


def test_chunks_without_an_end_are_refused_too(pushed: Source, hub: HubServer) -> None:
    assert hub.push("x" * (receiving.LARGEST + 1), chunked=True).status_code == 413


def test_a_callback_that_is_called_too_often_is_told_to_wait(feeds: Any, pushed: Source, hub: HubServer) -> None:
    row = Hub.objects.get()
    minute = int(timezone.now().timestamp()) // 60
    row.detail = {"minute": minute, "count": receiving.PER_MINUTE}
    row.save()
    answer = hub.push(with_hub(feeds, hub, TWO))
    if int(timezone.now().timestamp()) // 60 == minute:
        assert answer.status_code == 429
        assert answer["Retry-After"] == "60"
    assert receiving.is_too_much(row, timezone.now() + timedelta(minutes=2)) is False


def test_a_source_that_is_being_fetched_lets_the_hub_send_again(feeds: Any, pushed: Source, hub: HubServer) -> None:
    Source.objects.update(claimed_until=timezone.now() + timedelta(minutes=1))
    answer = hub.push(with_hub(feeds, hub, TWO))
    assert answer.status_code == 503
    assert answer["Retry-After"]
    Source.objects.update(claimed_until=None)
    assert hub.push(with_hub(feeds, hub, TWO)).status_code == 200
    assert Article.objects.count() == 2


def test_a_lease_is_renewed_before_its_end_under_the_same_callback(pushed: Source, hub: HubServer) -> None:
    row = Hub.objects.get()
    assert subscribing.attend(row.due_at - timedelta(minutes=1)) == 0
    assert subscribing.attend(row.due_at) == 1
    assert hub.asked[0] == hub.asked[1]
    assert Hub.objects.get().state == Hub.State.ACTIVE  # until the lease is over
    hub.confirm()
    assert Hub.objects.get().lease_until > row.lease_until


def test_a_hub_that_confirms_before_it_answers_is_not_forgotten(feeds: Any, source: Make, hub: HubServer) -> None:
    feeds.put("/feed", with_hub(feeds, hub, ONE))
    made = source()
    fetch_due()
    (row,) = subscribing.claims.claim(Hub.objects.all(), limit=1, lease=timedelta(minutes=1), now=timezone.now())
    answer = subscribing._ask(row)
    hub.confirm()
    subscribing._record(row, answer, timezone.now())
    found = Hub.objects.get(source=made)
    assert found.state == Hub.State.ACTIVE
    assert found.lease_until is not None


def test_a_hub_that_says_no_leaves_the_source_to_be_polled(feeds: Any, pushed: Source, hub: HubServer) -> None:
    fetch_again()
    answer = hub.confirm(hub_mode="denied", hub_reason="quota")
    assert answer.status_code == 200
    row = Hub.objects.get()
    assert (row.state, row.detail["code"]) == (Hub.State.FAILED, "denied")
    pushed.refresh_from_db()
    assert pushed.due_reason == {"code": "hub-lost"}
    assert hub.push(with_hub(feeds, hub, TWO)).status_code == 410
    fetch_again()
    pushed.refresh_from_db()
    assert pushed.due_reason["code"] != "hub"


def test_a_hub_that_never_confirms_is_given_up_after_five_tries(feeds: Any, source: Make, hub: HubServer) -> None:
    hub.status = 500
    feeds.put("/feed", with_hub(feeds, hub, ONE))
    source()
    fetch_due()
    for _ in range(10):
        row = Hub.objects.get()
        if row.state == Hub.State.FAILED:
            break
        subscribing.attend(row.due_at)
    assert len(hub.asked) == subscribing.TRIES
    assert row.detail == {"code": "unconfirmed"}
    assert row.due_at > timezone.now() + timedelta(days=6)  # once more after a week


def test_a_hub_that_asks_to_wait_is_left_alone(feeds: Any, source: Make, hub: HubServer) -> None:
    hub.status, hub.headers = 429, {"Retry-After": "7200"}
    feeds.put("/feed", with_hub(feeds, hub, ONE))
    source()
    fetch_due()
    subscribing.attend(timezone.now())
    assert Hub.objects.get().due_at > timezone.now() + timedelta(minutes=119)


def test_a_lost_lease_means_polling(feeds: Any, pushed: Source, hub: HubServer) -> None:
    Hub.objects.update(lease_until=timezone.now() - timedelta(minutes=1))
    fetch_again()
    pushed.refresh_from_db()
    assert pushed.due_reason["code"] != "hub"


def test_a_source_that_nobody_follows_is_left_and_the_hub_may_stop(
    feeds: Any, pushed: Source, hub: HubServer, layla: Reader
) -> None:
    services.subscribe(layla, pushed)
    services.unsubscribe(layla, pushed)
    subscribing.attend(timezone.now())
    assert hub.last["hub.mode"] == "unsubscribe"
    assert hub.push(with_hub(feeds, hub, TWO), hub.asked[0]).status_code == 410
    assert hub.confirm(hub_mode="subscribe").status_code == 404
    assert hub.confirm().status_code == 200
    assert not Hub.objects.exists()


def test_what_hubs_no_longer_believe_in_is_forgotten(pushed: Source, hub: HubServer) -> None:
    services.pause(pushed)
    subscribing.attend(timezone.now())
    subscribing.forget(timezone.now())
    assert Hub.objects.exists()  # it may still ask
    subscribing.forget(timezone.now() + timedelta(days=11))
    assert not Hub.objects.exists()


def test_another_hub_in_the_feed_gets_a_callback_of_its_own(feeds: Any, pushed: Source, hub: HubServer) -> None:
    before = Hub.objects.get()
    feeds.put("/feed", with_hub(feeds, hub, ONE, topic=feeds.url("/other")))
    fetch_again()
    after = Hub.objects.get()
    assert after.topic == feeds.url("/other")
    assert after.state == Hub.State.ASKED
    assert after.token != before.token
    assert after.secret != before.secret


def test_a_feed_that_names_no_hub_any_more_is_left(feeds: Any, pushed: Source, hub: HubServer) -> None:
    feeds.put("/feed", feeds.rss(ONE, TWO))
    fetch_again()
    subscribing.attend(timezone.now())
    assert hub.last["hub.mode"] == "unsubscribe"


def test_a_push_does_not_shorten_a_silence_that_a_server_asked_for(feeds: Any, pushed: Source, hub: HubServer) -> None:
    far = timezone.now() + timedelta(days=2)
    Source.objects.update(due_at=far, due_reason={"code": "asked-to-wait"})
    hub.push(with_hub(feeds, hub, THREE))
    pushed.refresh_from_db()
    assert (pushed.due_at, pushed.due_reason) == (far, {"code": "asked-to-wait"})
