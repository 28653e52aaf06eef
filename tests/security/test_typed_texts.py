"""Case text-queries: whatever is typed wherever one can type is answered, never with a fault, and said back as text."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from security_world import Things, browser, things_of

from nashra.accounts.models import Reader

QUERIES: list[str] = json.loads((Path(__file__).parent.parent / "evil" / "data" / "queries.json").read_text("utf-8"))
NUMBERS = [
    "-1", "0", "1e3", "١", "²", "9" * 19, "9" * 40, "9" * 5000, "0x10", " 1 ", "1,2,,x", "9" * 30 + ",1", "1'\x00",
]  # fmt: skip
COUNTED = {"page", "edit", "e"}  # what only links hold, numbers
READ_AS_NUMBERS = COUNTED | {
    "article", "muted", "what", "days", "take_back", "kept", "undo", "restore", "item", "row", "on", "state", "time",
    "length",
}  # fmt: skip
SCRIPT = re.compile(r"<script(?! src=\"/static/| (?:id=\"passkey-data\" )?type=\"application/json\")", re.IGNORECASE)


@pytest.fixture
def omars(omar: Reader) -> Things:
    """The owner, who can type everywhere."""
    return things_of(omar)


def is_read_there(name: str, text: str) -> bool:
    """Whether a field is worth this text: a number where numbers are read, words where one can type."""
    return name in READ_AS_NUMBERS if text in NUMBERS else name not in COUNTED


def looked_at(own: Things, text: str) -> list[str]:
    """Addresses that carry a text, or a number where a number is meant."""
    fields: dict[str, tuple[str, ...]] = {
        "/search": ("q", "page", "muted", "in", "order"), "/search/suggest": ("q",),
        "/saved": ("q", "tag", "shelf", "page", "edit"), "/latest": ("page",),
        "/history": ("page",), "/mail": ("page",), "/operation/sources": ("q", "state", "page"),
        "/operation/mail": ("state", "page"), "/operation/people": ("page",), "/saved/add": ("url", "text"),
        f"/article/{own.article.pk}": ("e",), f"/source/{own.source.pk}": ("page",), "/accounts/login/": ("next",),
        f"/topic/{own.mark}-topic": ("page",), "/filters/new": ("article",),
    }  # fmt: skip
    asked = [(path, name) for path, names in fields.items() for name in names if is_read_there(name, text)]
    paths = [f"{path}?{urlencode({name: text[:2000]})}" for path, name in asked]
    paths.append(f"/search?{urlencode({'q': text, 'in': 'library', 'order': 'best'})}")
    step = quote(text[:1000], safe="")
    places = ("topic", "mail/view", "setup", "invite", "unsubscribe", "unsubscribe/search", "i")
    feeds = (f"/search/{step}.{kind}" for kind in ("atom", "json"))
    return [*paths, *(f"/{place}/{step}" for place in places), *feeds]


def words(own: Things) -> int:
    """The row of the words that the reader follows."""
    return own.reader.follows.filter(kind="word").order_by("pk").values_list("pk", flat=True)[0]


def typed(own: Things, text: str) -> list[tuple[str, dict[str, str]]]:
    """Forms filled with a text."""
    source, item = own.source.pk, own.item.pk
    return [
        ("/follow", {"what": f"word:{text}"}), ("/follow", {"what": f"topic:{text}"}), ("/follow", {"what": text}),
        ("/mute", {"what": f"word:{text}", "days": text}), ("/mute", {"what": f"source:{text}"}),
        ("/mute", {"what": f"story:{text}"}), ("/mute", {"what": f"topic:{text}", "on": "0"}),
        ("/follow", {"what": f"author:{text}"}), ("/mute", {"what": f"author:{text}"}),
        (f"/profile/follow/{words(own)}", {"sense": text, "aliases": text}),
        (f"/profile/follow/{words(own)}", {"leave_out": text}), (f"/profile/follow/{words(own)}", {"take_back": text}),
        (f"/profile/mute/{own.reader.mutes.first().pk}", {"aliases": text, "days": text}),
        ("/follow", {"what": f"search:{text}"}), ("/follow", {"what": f"search:{text}", "on": "0"}),
        ("/following", {"q": text, "do": text}), ("/following", {"q": text, "do": "mail"}),
        ("/following/back", {"kept": text}), (f"/following/{own.search.pk}", {"text": text}),
        (f"/following/{own.search.pk}/feed", {"do": text}), (f"/following/{own.search.pk}/mail", {"on": text}),
        ("/read", {"what": f"topic:{text}"}), ("/read", {"what": f"source:{text}"}), ("/read", {"undo": text}),
        ("/sources/add", {"address": text, "folder": text}), ("/sources/watch", {"address": text, "item": text}),
        ("/sources/watch", {"address": "http://127.0.0.1:1/", "chosen": text, "do": "follow"}),
        (f"/sources/{source}", {"title": text, "folder": text}),
        ("/saved/add", {"url": "https://saved.example/x", "tags": text}), ("/saved/add", {"url": text}),
        (f"/saved/{item}/tags", {"tags": text}), ("/saved/bulk", {"do": "tag", "item": str(item), "tags": text}),
        ("/saved/bulk", {"do": text, "item": text}), ("/saved/bulk", {"restore": text}),
        (f"/profile/interest/{own.interest.pk}", {"state": text}),
        ("/newsletters/digest", {"name": text, "time": text, "days": text, "length": text}),
        ("/newsletters/digest", {"name": text, "time": "07:00", "days": "1", "length": "8", "is_on": "on"}),
        ("/settings", {"name": text, "language": "ar", "time_zone": "UTC", "digits": "latn"}),
        ("/settings", {"name": "عمر", "language": text, "time_zone": text, "digits": text, "theme": text}),
        ("/language", {"language": text, "next": text}), ("/theme", {"theme": text, "text": text, "next": text}),
        ("/operation/people/invite", {"note": text, "role": "reader", "days": "7"}),
        ("/operation/jobs/again", {"row": text}), ("/operation/jobs/again", {"row": f"mail:{text}"}),
        ("/operation/paper", {"name": text or "x", "language": "ar", "registration": "open"}),
        ("/filters/new", {"written": text, "do": "save"}), ("/filters/new", {"restore": text}),
        ("/filters/new", {"written": f"when title:{text} then tag:{text}", "do": "look"}),
        ("/filters/new", {"title": text, "source": text, "language": text, "tags": text, "fields_shown": "1"}),
        (f"/filters/{own.rule.pk}", {"title": text, "hide": "on", "fields_shown": text, "was": text, "do": "apply"}),
        (f"/filters/{own.rule.pk}/back", {"article": text}), (f"/filters/{own.rule.pk}/switch", {"on": text}),
        ("/welcome", {"topic": text, "source": text, "language": text}),
        ("/accounts/email/", {"change": "1", "email": text}),
        ("/accounts/login/", {"login": text, "password": text, "next": text}),
        ("/accounts/password/reset/", {"email": text}),
    ]  # fmt: skip


def said(answer: Any) -> str:
    """What a page says; nothing when it leads on."""
    return answer.content.decode("utf-8", "replace") if not answer.streaming else ""


def never_a_fault(client: Client, own: Things, text: str) -> None:
    for url in looked_at(own, text):
        answer = client.get(url)
        assert answer.status_code < 500, url
        assert not SCRIPT.search(said(answer)), url
    for path, data in typed(own, text):
        if not any(is_read_there(name, text) for name, value in data.items() if text in value):
            continue
        answer = client.post(path, data)
        assert answer.status_code < 500, (path, data)
        assert not SCRIPT.search(said(answer)), path
    shown = ("/", "/profile", "/sources", "/filters", "/saved", "/newsletters", "/settings", "/operation/people")
    for path in (*shown, "/operation"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert not SCRIPT.search(said(answer)), path


@pytest.mark.parametrize("text", QUERIES, ids=lambda text: ascii(text)[:20])
def test_a_typed_text_is_answered_and_never_runs(text: str, omars: Things) -> None:
    never_a_fault(browser(omars.reader), omars, text)


@pytest.mark.parametrize("text", NUMBERS, ids=lambda text: ascii(text)[:20])
def test_a_number_that_is_none_is_answered(text: str, omars: Things) -> None:
    never_a_fault(browser(omars.reader), omars, text)


@pytest.mark.parametrize("text", QUERIES, ids=lambda text: ascii(text)[:20])
def test_a_visitor_of_a_public_paper_may_type_it_too(text: str, laylas: Things) -> None:
    from nashra.accounts.models import Paper

    Paper.objects.update(public=True)
    for url in looked_at(laylas, text):
        if url.startswith(("/saved", "/history", "/operation", "/mail?")):
            continue  # these lead a visitor to the sign-in page, whatever is typed
        answer = Client().get(url)
        assert answer.status_code < 500, url
        assert not SCRIPT.search(said(answer)), url


@pytest.mark.parametrize("text", [q for q in QUERIES if len(q) < 100 and q.isprintable()], ids=lambda q: ascii(q)[:20])
def test_a_search_is_said_back_as_it_was_typed(text: str, omars: Things) -> None:
    page = said(browser(omars.reader).get("/search", {"q": text}))
    [value] = re.findall(r'name="q"[^>]*value="([^"]*)"|value="([^"]*)"[^>]*name="q"', page.split("<main", 1)[1])[:1]
    assert unescape("".join(value)) == text


@pytest.mark.parametrize("text", QUERIES, ids=lambda text: ascii(text)[:20])
def test_cookies_and_headers_may_say_anything(text: str, omars: Things) -> None:
    short = text[:500].encode("utf-8", "replace").decode("latin-1")
    clean = re.sub(r"[\x00-\x1f\x7f]", "", short)
    client = browser(omars.reader)
    for name in ("nashra_language", "nashra_theme", "nashra_text"):
        client.cookies[name] = clean
    for header in ("Accept-Language", "User-Agent", "X-Forwarded-For", "Referer", "X-Requested-With", "Sec-Purpose"):
        assert client.get("/profile", headers={header: clean}).status_code < 500, header
        assert Client().get("/accounts/login/", headers={header: clean}).status_code < 500, header
