"""The feed of a followed search: what its reader would see, for whoever knows its address while it has one."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from nashra.accounts import services as accounts
from nashra.accounts.models import Reader
from nashra.core.feeds import parse
from nashra.front import services
from nashra.front.models import Follow
from nashra.news.models import Article, Source

KINDS = ("atom", "json")
Make = Callable[..., Any]


@pytest.fixture
def followed(layla: Reader) -> Follow:
    """ليلى follows «تحلية» and made it a feed."""
    return services.open_feed(services.follow(layla, "search", "تحلية", now=timezone.now()))


def path(follow: Follow, kind: str = "atom") -> str:
    return f"/search/{follow.feed_key}.{kind}"


def titles(follow: Follow, kind: str = "atom") -> list[str | None]:
    return [entry.title for entry in parse(Client().get(path(follow, kind)).content).entries]


@pytest.mark.parametrize("kind", KINDS)
def test_the_feed_holds_what_its_reader_may_see_and_has_not_muted(
    kind: str, followed: Follow, karim: Reader, make_article: Make, make_source: Make
) -> None:
    make_article("تحلية تعمل بالشمس", hours=1)
    make_article("تحلية في مباراة", hours=2)
    make_article("سوق السمك", hours=3)
    make_article("تحلية لكريم", source=make_source("خاصة", visibility="private", owner=karim))
    make_article("تحلية لليلى", source=make_source("خاصتها", visibility="private", owner=followed.reader), hours=4)
    services.mute(followed.reader, "word", "مباراة", now=timezone.now())
    assert titles(followed, kind) == ["تحلية تعمل بالشمس", "تحلية لليلى"]


@pytest.mark.parametrize("kind", KINDS)
def test_topics_are_named_in_the_readers_language(kind: str, followed: Follow, make_article: Make) -> None:
    make_article("تحلية", topics=("science",))
    assert "العلوم" in Client().get(path(followed, kind)).content.decode()


@pytest.mark.parametrize("kind", KINDS)
def test_the_newest_fifty_stand_in_it(kind: str, followed: Follow, make_article: Make) -> None:
    for number in range(53):
        make_article(f"تحلية {number}", hours=number)
    assert titles(followed, kind) == [f"تحلية {number}" for number in range(50)]


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_is_signed_in_sees_the_same(
    kind: str, followed: Follow, karim: Reader, make_article: Make, sign_in: Make
) -> None:
    make_article("تحلية")
    services.mute(karim, "word", "تحلية", now=timezone.now())
    assert sign_in(karim).get(path(followed, kind)).content == Client().get(path(followed, kind)).content


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_an_old_and_a_closed_address_lead_nowhere(kind: str, followed: Follow) -> None:
    old = path(followed, kind)
    services.open_feed(followed)
    assert Client().get(old).status_code == 404
    assert Client().get(path(followed, kind)).status_code == 200
    current = path(followed, kind)
    services.close_feed(followed)
    assert Client().get(current).status_code == 404
    for wrong in ("None", "x", "٣" * 43, "a" * 4000):
        assert Client().get(f"/search/{wrong}.{kind}").status_code == 404


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("end", ["let go", "closed account", "deleted account"])
def test_the_feed_ends_with_its_search_and_its_reader(kind: str, end: str, followed: Follow) -> None:
    address = path(followed, kind)
    if end == "let go":
        services.unfollow(followed.reader, "search", "تحلية")
    elif end == "closed account":
        Reader.objects.update(is_active=False)
    else:
        accounts.delete(followed.reader)
    assert Client().get(address).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_an_unchanged_feed_is_not_sent_again_and_a_mute_shows_at_once(
    kind: str, followed: Follow, make_article: Make
) -> None:
    make_article("تحلية")
    first = Client().get(path(followed, kind))
    assert set(first["Cache-Control"].split(", ")) == {"private", "max-age=300"}
    again = Client().get(path(followed, kind), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    services.mute(followed.reader, "word", "تحلية", now=timezone.now())
    late = {"If-None-Match": first["ETag"], "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    assert Client().get(path(followed, kind), headers=late).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_no_search_engine_and_no_other_site_hears_of_the_address(
    kind: str, followed: Follow, make_article: Make
) -> None:
    make_article("تحلية", text="النص الكامل لا يخرج من هنا")
    answer = Client().get(path(followed, kind))
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert not answer.cookies
    assert "النص الكامل" not in answer.content.decode()


def test_the_feed_is_named_after_its_search(followed: Follow, make_article: Make) -> None:
    made: Article = make_article("تحلية")
    value = json.loads(Client().get(path(followed, "json")).content)
    assert value["title"] == "تحلية · نشرة الساحل"
    assert value["language"] == "ar"
    assert value["feed_url"] == f"http://localhost:8000{path(followed, 'json')}"
    assert value["home_page_url"].startswith("http://localhost:8000/search?q=")
    assert value["items"][0]["url"] == made.url


def test_what_has_no_address_elsewhere_leads_here(followed: Follow, make_article: Make) -> None:
    made: Article = make_article("تحلية", url="")
    (entry,) = parse(Client().get(path(followed)).content).entries
    assert entry.link == f"http://localhost:8000/article/{made.pk}"


def test_addresses_cannot_be_guessed_and_are_never_the_same(followed: Follow) -> None:
    seen = {services.open_feed(followed).feed_key for _ in range(50)}
    assert len(seen) == 50
    assert all(key and len(key) == 43 for key in seen)


def test_a_source_that_is_muted_leaves_the_feed(followed: Follow, make_article: Make, make_source: Make) -> None:
    source: Source = make_source("مكتوم")
    make_article("تحلية", source=source)
    services.mute(followed.reader, "source", str(source.pk), now=timezone.now())
    assert titles(followed) == []
