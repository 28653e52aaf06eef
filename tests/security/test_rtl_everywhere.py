"""Every page and letter says its language and direction, and names of another script stand in isolates of their own.

All that belongs to ليلى, who reads in Arabic, is named in Latin letters; all that belongs to Sofia, who reads in
English, in Arabic ones. A name that stands in a line without an isolate shuffles what is beside it (UAX #9).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone, translation
from lxml import html
from security_world import Things, address, browser, routes, things_of

from nashra.accounts import letters
from nashra.accounts.models import Reader
from nashra.base import locale
from nashra.base.models import Message
from nashra.news.models import Article, Source, Story
from nashra.news.services import telling
from nashra.newsletters import services as newsletters
from nashra.newsletters.delivery import alerting

STATIC = Path(__file__).resolve().parents[2] / "nashra" / "site" / "static"
Node = Any  # lxml has no types
# The same pages when something was asked of them, so that what was typed is shown again.
MORE = (
    "/search?q={mark}",
    "/search?q=%22{mark}+nothing+such%22+-x",
    "/search?q=title:{mark}+OR",
    "/search?q={mark}&in=library",
    "/search?q={mark}&muted=show",
    "/saved?q={mark}",
    "/saved?tag={mark}+tag",
    "/filters/new?article={article}",
    "/sources?tag={mark}",
)
# Text that only a screen reader says, and elements whose content is no line of text of the page.
SILENT = ("title", "script", "style", "option", "textarea", "template", "svg")
ISOLATES = ("bdi", "code", "kbd")  # the stylesheet isolates the last two


@pytest.fixture
def arabic(layla: Reader) -> Things:
    """ليلى's world, named in Latin letters; what she does is shown in Arabic."""
    return things_of(layla)


@pytest.fixture
def english(sofia: Reader) -> Things:
    """Sofia's world, named in Arabic letters; what she does is shown in English."""
    own = things_of(sofia, mark="علامة-صوفيا")
    Article.objects.update(language="ar", direction="rtl")
    return own


@pytest.fixture(params=["arabic", "english"])
def world(request: pytest.FixtureRequest) -> Things:
    """Each of the two worlds."""
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


def pages(own: Things) -> Iterator[tuple[str, str]]:
    """Every route that answers this reader with a page: its name and the page."""
    client = browser(own.reader)
    for name in routes():
        if name in ("account_logout", "usersessions_list"):
            continue  # the one asks, the other names browsers alone; both end the session when they are posted to
        answer = client.get(address(name, own))
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            yield name, answer.content.decode()
    for path in MORE:
        answer = client.get(path.format(mark=quote(own.mark), article=own.article.pk))
        assert answer.status_code == 200, path
        yield path, answer.content.decode()


_WALKED: dict[str, list[tuple[str, str]]] = {}


@pytest.fixture
def walked(world: Things) -> list[tuple[str, str]]:
    """The pages of this world: the walk is long, and what it finds is the same for each test."""
    language = world.reader.language
    if language not in _WALKED:
        _WALKED[language] = list(pages(world))
    return _WALKED[language]


def effective(node: Node) -> str:
    """The direction that an element's text takes: its own or the nearest ancestor's `dir`."""
    for one in (node, *node.iterancestors()):
        if one.get("dir"):
            return str(one.get("dir"))
        if one.tag == "bdi":
            return "auto"
    return ""


def said(tree: Node) -> Iterator[tuple[Node, str]]:
    """Each piece of text that a page shows, with the element in which it stands."""
    for node in tree.iter():
        if not isinstance(node.tag, str):
            continue
        around = [one for one in (node, *node.iterancestors()) if isinstance(one.tag, str)]
        hidden = any(one.tag in SILENT or "visually-hidden" in (one.get("class") or "") for one in around)
        if node.text and not hidden:
            yield node, node.text
        above = around[1:]
        hidden_above = any(one.tag in SILENT or "visually-hidden" in (one.get("class") or "") for one in above)
        if node.tail and above and not hidden_above:
            yield above[0], node.tail


def is_isolated(node: Node) -> bool:
    """Whether an element or one around it, below the body, is an isolate: `bdi`, or any element with `dir`."""
    around = (one for one in (node, *node.iterancestors()) if one.tag not in ("html", "body", "main"))
    return any(one.tag in ISOLATES or one.get("dir") for one in around)


def test_every_page_says_its_language_and_direction(world: Things, walked: list[tuple[str, str]]) -> None:
    language, seen = world.reader.language, 0
    for name, page in walked:
        if name in ("arriving", "saved_state"):
            continue  # parts of pages
        root = html.fromstring(page).getroottree().getroot()
        assert (root.get("lang"), root.get("dir")) == (language, locale.direction_of(language)), name
        seen += 1
    assert seen >= 40


def test_every_text_in_another_language_has_the_direction_of_its_script(
    world: Things, walked: list[tuple[str, str]]
) -> None:
    for name, page in walked:
        for node in html.fromstring(page).iter():
            if not isinstance(node.tag, str):
                continue
            assert node.get("dir") in (None, "rtl", "ltr", "auto"), name
            other = node.get("lang") and node.get("lang") != world.reader.language
            if other and any(char.isalpha() for char in node.text_content()):
                wanted = (locale.direction_of(node.get("lang")), "auto")
                assert effective(node) in wanted, (name, html.tostring(node)[:200])


def test_foreign_names_stand_in_isolates_on_every_page(world: Things, walked: list[tuple[str, str]]) -> None:
    loose, shown = [], 0
    for name, page in walked:
        for node, text in said(html.fromstring(page)):
            if world.mark in text:
                shown += 1
                if not is_isolated(node) and not within_isolates(text, world.mark):
                    loose.append((name, node.tag, node.get("class"), " ".join(text.split())[:80]))
    assert shown > 40
    assert loose == []


def test_no_letters_are_spaced_slanted_or_capitalised_in_arabic() -> None:
    css = re.sub(r"/\*.*?\*/", "", (STATIC / "nashra.css").read_text("utf-8"), flags=re.DOTALL)
    rules = [(rule.split("{")[-2 if rule.count("{") > 1 else 0], rule) for rule in css.split("}") if "{" in rule]
    for selector, rule in rules:
        if "@font-face" not in selector and ":lang(en)" not in selector:
            assert "letter-spacing" not in rule, selector
            assert "text-transform" not in rule, selector
            assert "text-align: justify" not in rule, selector
            assert "font-style: italic" not in rule, selector


# ------------------------------------------------------------------------------------------------------ letters


def _written(own: Things, make_article: Callable[..., Article]) -> None:
    """One letter of every kind to this reader."""
    reader, now = own.reader, timezone.now()
    Message.objects.all().delete()
    with translation.override(reader.language):
        letters.confirm_address(reader, reader.email, "/accounts/confirm-email/a/")
        letters.reset_password(reader, reader.email, "/accounts/password/reset/key/a/")
        letters.has_account(reader)
        letters.no_account(reader.email)
        letters.address_changed(reader, reader.email)
        letters.password_changed(reader)
        letters.factors_changed(reader)
    Source.objects.filter(pk=own.source.pk).update(failing_since=now)
    own.source.refresh_from_db()
    telling._write(reader, [own.source])
    _digest(own, make_article)
    alert = newsletters.alert_of(own.search)
    assert alert
    assert alerting.tell(alert, timezone.now() + timedelta(hours=2))


def _digest(own: Things, make_article: Callable[..., Article]) -> None:
    """A digest of pieces in both scripts, one of them told by sources of the other script as well."""
    story = Story.objects.create(started_at=timezone.now(), moved_at=timezone.now())
    language, direction = ("en", "ltr") if own.reader.language == "ar" else ("ar", "rtl")
    for n in range(6):
        make_article(
            f"{own.mark} {n}", text=f"{own.mark} search", source=own.source, language=language, direction=direction,
            minutes=3, published_at=timezone.now(), summary=f"{own.mark} summary", story=story if n < 2 else None,
        )  # fmt: skip
    newsletters.send_now(own.reader, timezone.now())


@pytest.fixture
def mail(world: Things, make_article: Callable[..., Article]) -> list[tuple[str, str, str]]:
    """Of every kind of letter: its subject, HTML and text."""
    _written(world, make_article)
    found = []
    for row in Message.objects.order_by("pk"):
        letter = message_from_bytes(bytes(row.body), policy=policy.default)
        plain, rich = letter.get_body(("plain",)), letter.get_body(("html",))  # type: ignore[attr-defined]
        found.append((str(letter["Subject"]), rich.get_content(), plain.get_content()))
    assert len(found) == 10
    return found


def test_every_letter_says_its_language_and_direction_on_each_block(world: Things, mail: list[Any]) -> None:
    direction = locale.direction_of(world.reader.language)
    edge = "right" if direction == "rtl" else "left"
    for subject, rich, _plain in mail:
        tree = html.fromstring(rich).getroottree().getroot()
        for root in (tree, tree.find("body")):
            assert (root.get("lang"), root.get("dir")) == (world.reader.language, direction), subject
        for block in tree.iter("p", "h1", "h2", "td", "li"):
            assert block.get("dir") in ("rtl", "ltr"), subject
            assert block.get("align") == edge, subject
            assert f"direction:{block.get('dir')}" in (block.get("style") or ""), subject
        assert "letter-spacing" not in rich
        assert "justify" not in rich


def test_foreign_names_stand_in_isolates_in_every_letter(world: Things, mail: list[Any]) -> None:
    base, shown = locale.direction_of(world.reader.language), 0
    for subject, rich, plain in mail:
        for node, text in said(html.fromstring(rich)):
            if world.mark in text:
                shown += 1
                own = effective(node) != base or within_isolates(text, world.mark)
                assert own, (subject, node.tag, text)
        for line in plain.splitlines():
            if world.mark in line and "://" not in line:
                alone = line.strip("*- \u200e\u200f").startswith(world.mark)
                assert alone or within_isolates(line, world.mark), (subject, line)
    assert shown >= 6


def within_isolates(text: str, name: str) -> bool:
    """Whether every place of a name stands between U+2066, U+2067 or U+2068 and U+2069."""
    for found in re.finditer(re.escape(name), text):
        before = text[: found.start()]
        if len(re.findall("[\u2066-\u2068]", before)) <= before.count("\u2069"):
            return False
    return True
