"""What the partials write: names in isolation, languages marked, actions that work without JavaScript, a light page."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace as Thing
from typing import Any

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template import Context, Engine, engines
from django.test import RequestFactory
from django.utils import translation
from lxml import html

from nashra.base import locale, notices
from nashra.base.notices import Undo
from nashra.site.pages.cards import Card

NOW = datetime.now(UTC)
CARD = Card(
    id=21,
    url="/articles/21/",
    title="طيور النحام تعود إلى السبخة <مبكرًا>",
    summary="عاد النحام إلى السبخة قبل موعده بثلاثة أسابيع.",
    source_id=3,
    source_name="The Harbour Post",
    source_url="/sources/3/",
    author="",
    language="ar",
    direction="rtl",
    published=NOW - timedelta(hours=2, minutes=5),
    minutes=6,
    image="/picture/abc",
    topic=("water", "المياه والطاقة", "/topics/water/"),
    reasons=["من متابعاتك: المياه والطاقة", "قرأت 4 أخبار من هذه القصة"],
)


@pytest.fixture(autouse=True)
def _addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.site.component_urls"


def render(source: str, *, language: str = "ar", **values: Any) -> str:
    """A piece of template as a page of that language shows it to Layla."""
    request = RequestFactory().get("/?page=2")
    request.resolver_match = Thing(url_name="front")  # type: ignore[assignment]
    reader = Thing(is_authenticated=True, name="ليلى", email="layla@example.com", is_owner=False, is_editor=False)
    context = {
        "request": request,
        "paper": Thing(name="نشرة الساحل"),
        "reader": reader,
        "language": language,
        "direction": locale.direction_of(language),
        "csrf_token": "t" * 64,
        **values,
    }
    engine: Engine = engines["django"].engine  # type: ignore[attr-defined]
    with translation.override(language), locale.using(locale.Preferences(language=language)):
        return engine.from_string(source).render(Context(context))


def part(source: str, **values: Any) -> html.HtmlElement:
    """The same, parsed."""
    return html.fragment_fromstring(render(source, **values), create_parent="div")


ITEM = '{% include "components/item.html" %}'


def test_an_item_shows_headline_source_age_and_reading_time() -> None:
    item = part(ITEM, card=CARD)
    assert item.xpath("string(//h3/a)") == CARD.title
    assert item.xpath("//h3/a/@href") == ["/articles/21/"]
    assert item.xpath("string(//*[@class='meta']//bdi)") == "The Harbour Post"
    assert "قبل ساعتين" in item.text_content()
    assert "6 دقائق" in item.text_content()


def test_a_headline_in_another_language_is_marked_with_language_and_direction() -> None:
    foreign = replace(CARD, language="en", direction="ltr", title="Flamingos return")
    heading = part(ITEM, card=foreign).find(".//h3")
    assert heading is not None
    assert (heading.get("lang"), heading.get("dir")) == ("en", "ltr")
    own = part(ITEM, card=CARD).find(".//h3")
    assert own is not None
    assert (own.get("lang"), own.get("dir")) == (None, None)
    assert "الإنجليزية" in part(ITEM, card=foreign).text_content()


def test_the_picture_is_hidden_from_keyboard_and_screen_readers_because_the_headline_is_the_link() -> None:
    (link,) = part(ITEM, card=CARD).xpath("//a[contains(@class, 'picture')]")
    assert (link.get("tabindex"), link.get("aria-hidden"), link.find("img").get("alt")) == ("-1", "true", "")
    assert not part(ITEM, card=replace(CARD, image="")).xpath("//img")


def test_saving_and_hiding_post_the_wanted_state_and_are_named_after_the_headline() -> None:
    item = part(ITEM, card=CARD)
    save, hide = item.xpath("//div[@class='actions']/button")
    assert (save.get("form"), save.get("formaction"), save.get("name"), save.get("value")) == (
        "act",
        "/a/21/save/",
        "on",
        "1",
    )
    assert hide.get("formaction") == "/a/21/hide/"
    for button in (save, hide):
        names = button.get("aria-labelledby", "").split()
        assert names == [button.get("id"), "t21"]
        assert all(item.xpath(f"//*[@id='{name}']") for name in names)
    (saved, _) = part(ITEM, card=replace(CARD, is_saved=True)).xpath("//div[@class='actions']/button")
    assert (saved.get("value"), saved.get("aria-pressed")) == ("0", "true")


def test_every_reason_is_told_once_and_can_be_answered() -> None:
    why = part(ITEM, card=CARD).find(".//details")
    assert why is not None
    for reason in CARD.reasons:
        assert why.text_content().count(reason) == 1
    posts = {button.get("formaction"): button.get("value") for button in why.iter("button")}
    answers = dict.fromkeys(("/a/21/more_like/", "/a/21/less_like/", "/a/21/not_interested/"))
    assert posts == answers | {"/mute/": "topic:water"}
    assert why.xpath(".//a/@href")[-1] == "/a/21/why/"


@pytest.mark.parametrize(("said", "pressed"), [("more", 0), ("less", 1), ("source", 2)])
def test_what_was_said_of_a_piece_is_shown_and_pressing_again_takes_it_back(said: str, pressed: int) -> None:
    buttons = part(ITEM, card=replace(CARD, said=frozenset({said}))).xpath("//div[@class='why__acts']/button")[:3]
    states = [(button.get("name"), button.get("value"), button.get("aria-pressed")) for button in buttons]
    assert states == [("on", "0", "true") if at == pressed else (None, None, None) for at in range(3)]


def test_a_piece_says_that_editors_picked_it_and_that_its_story_moved_on() -> None:
    marked = replace(CARD, picked=True, story_read=NOW - timedelta(hours=3))
    for component in ("item", "lead", "storygroup", "outside"):
        text = part(f'{{% include "components/{component}.html" %}}', card=marked, language="en").text_content()
        assert "Picked by the editors" in text
        assert "New in a story that you read of (3 hours ago)" in text
    assert "Picked" not in part(ITEM, card=CARD, language="en").text_content()


def test_a_visitor_gets_no_buttons() -> None:
    item = part(ITEM, card=CARD, reader=Thing(is_authenticated=False))
    assert not item.xpath("//button")


def test_a_state_is_a_word_as_well_as_a_colour() -> None:
    item = part(ITEM, language="en", card=replace(CARD, is_read=True, updated=True))
    assert "is-read" in item.xpath("//article/@class")[0]
    assert {"Read", "Updated"} <= {words.text for words in item.iter("span", "a")}


def test_what_a_source_writes_is_never_markup() -> None:
    hostile = '"><script>alert(1)</script>'
    card = replace(
        CARD, title=hostile, source_name=hostile, topic=(hostile, hostile, "/t/"), reasons=[hostile, hostile]
    )
    for component in ("item", "lead", "storygroup", "outside", "cardmenu"):
        text = render(f'{{% include "components/{component}.html" %}}', card=replace(card, others=[card]))
        assert "<script" not in text


PAGE = """{% extends "base.html" %}{% block title %}صفحتي{% endblock %}{% block content %}<h1>صفحتي</h1>
{% include "components/lead.html" with card=lead %}{% include "components/latest_list.html" with cards=latest %}
{% for card in groups %}{% include "components/storygroup.html" %}{% endfor %}
{% for card in items %}{% include "components/item.html" %}{% endfor %}{% endblock %}"""


def front(language: str = "ar") -> str:
    """A front page of forty pieces: a lead with three sources, three stories of three, 8 latest, 19 chosen."""
    title = "شبكة تحلية تعمل بالشمس تبدأ إمداد ثلاث مدن ساحلية بالماء"
    cards = [replace(CARD, id=n, title=title, image="/picture/" + "x" * 60) for n in range(40)]
    groups = [replace(card, others=cards[20:22]) for card in cards[1:4]]
    lead = replace(cards[0], others=cards[20:23], story_sources=7)
    return render(PAGE, language=language, lead=lead, groups=groups, latest=cards[30:38], items=cards[4:23])


def test_a_page_of_forty_pieces_weighs_under_sixty_kilobytes() -> None:
    assert len(front().encode()) < 60 * 1024


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("en", "ltr")])
def test_a_page_says_its_language_and_direction(language: str, direction: str) -> None:
    root = html.document_fromstring(front(language))
    assert (root.get("lang"), root.get("dir")) == (language, direction)
    assert len(root.xpath("//main")) == len(root.xpath("//h1")) == 1
    assert root.xpath("//a[@class='skip']/@href") == ["#main"]


def test_no_identity_is_used_twice_and_every_posting_button_belongs_to_a_form() -> None:
    root = html.document_fromstring(front())
    identities = root.xpath("//@id")
    assert len(identities) == len(set(identities))
    (form,) = root.xpath("//form[@id='act']")
    assert form.get("method") == "post"
    assert {field.get("name") for field in form.iter("input")} == {"csrfmiddlewaretoken", "next"}
    assert form.xpath("input[@name='next']/@value") == ["/?page=2"]
    assert all(button.get("form") == "act" for button in root.xpath("//button[@formaction]"))


def test_a_chosen_theme_and_text_size_are_there_before_anything_is_drawn() -> None:
    root = html.document_fromstring(render(PAGE, lead=CARD, theme="dark", text_size="l"))
    assert (root.get("data-theme"), root.get("data-text")) == ("dark", "l")


MESSAGES = '{% include "components/messages.html" %}'


def undoable(url: str) -> Message:
    """A message as `notices.say` makes it."""
    request = RequestFactory().get("/")
    kept: list[Message] = []
    request._messages = Thing(  # type: ignore[attr-defined]
        add=lambda level, text, tags: kept.append(Message(level, text, extra_tags=tags))
    )
    notices.say(request, "أُخفي الخبر.", undo=Undo(url))
    return kept[0]


def test_a_notice_carries_the_way_back() -> None:
    (button,) = part(MESSAGES, messages=[undoable("/a/21/hide/")]).iter("button")
    assert (button.get("formaction"), button.get("name"), button.get("value")) == ("/a/21/hide/", "on", "0")


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_an_undo_never_leads_outside(url: str) -> None:
    assert not list(part(MESSAGES, messages=[undoable(url)]).iter("button"))


def test_a_notice_without_undo_is_only_text() -> None:
    shown = part(MESSAGES, messages=[Message(constants.ERROR, "تعذّر الحفظ.", extra_tags="other")])
    assert "تعذّر الحفظ." in shown.text_content()
    assert not list(shown.iter("button"))


@pytest.mark.parametrize("code", ["400", "403", "404", "429", "500", "csrf"])
def test_an_error_page_stands_without_context(code: str) -> None:
    engine: Engine = engines["django"].engine  # type: ignore[attr-defined]
    with translation.override("en"):
        root = html.document_fromstring(engine.get_template(f"errors/{code}.html").render(Context()))
    assert root.get("lang") == "en"
    assert root.xpath("string(//h1)") == root.xpath("string(//title)") != ""
    assert root.xpath("//main//a/@href") == ["/"]
