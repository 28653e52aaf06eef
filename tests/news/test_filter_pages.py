"""The pages of rules: a form and a written line that say the same, a preview, switches, and ways back."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.core.text.rules import format_rule, parse
from nashra.front.models import Mark
from nashra.news.filters import form as forms
from nashra.news.filters.applying import apply
from nashra.news.filters.services import add_rule
from nashra.news.models import Article, Rule, RuleHit

Make = Callable[..., Article]
SignIn = Callable[[Reader], Client]
FIELDS = {"title": "كأس، بطولة", "not_text": "مباشر", "hide": "on", "fields_shown": "True", "was": "", "written": ""}
WRITTEN = "when title:كأس|بطولة -text:مباشر then hide"


@pytest.fixture
def client(sofia: Reader, sign_in: SignIn) -> Client:
    """Sofia's browser: the sentences are English."""
    return sign_in(sofia)


def text_of(answer: object) -> str:
    return unescape(answer.content.decode())  # type: ignore[attr-defined]


def written_in(page: str) -> str:
    """The rule in the written line."""
    found = re.search(r"<textarea[^>]*>\s*(.*?)</textarea>", page, re.DOTALL)
    assert found
    return found[1]


def fresh(make: Make, title: str, **more: object) -> Article:
    now = timezone.now()
    return make(title, published_at=now - timedelta(hours=1), first_seen_at=now - timedelta(hours=1), **more)


def test_a_page_without_rules_explains_with_an_example(client: Client) -> None:
    page = text_of(client.get("/filters"))
    assert "No rules yet" in page
    example = re.search(r"<code[^>]*>(when .*?)</code>", page)
    assert example
    assert parse(example[1])


def test_fields_make_a_rule(client: Client, sofia: Reader) -> None:
    answer = client.post("/filters/new", {**FIELDS, "do": "save"})
    assert answer["Location"] == "/filters"
    assert Rule.objects.get(reader=sofia).text == WRITTEN
    page = text_of(client.get("/filters"))
    assert WRITTEN in page
    assert "0 pieces in the last 7 days" in page


def test_a_written_line_makes_the_same_rule(client: Client, sofia: Reader) -> None:
    client.post("/filters/new", {"written": WRITTEN, "was": "", "fields_shown": "True", "do": "save"})
    assert Rule.objects.get(reader=sofia).text == WRITTEN


def test_fields_and_line_show_one_rule_whichever_was_changed(client: Client) -> None:
    page = text_of(client.post("/filters/new", {**FIELDS, "do": "look"}))
    assert written_in(page) == WRITTEN
    page = text_of(client.post("/filters/new", {**FIELDS, "written": "when title:قطار then read", "do": "look"}))
    assert written_in(page) == "when title:قطار then read"
    assert re.search(r'name="title"[^>]*value="قطار"|value="قطار"[^>]*name="title"', page)
    changed = {**FIELDS, "title": "سباق", "written": WRITTEN, "was": WRITTEN, "do": "look"}
    assert written_in(text_of(client.post("/filters/new", changed))) == WRITTEN.replace("كأس|بطولة", "سباق")


@pytest.mark.parametrize(("text", "shows"), [
    ("title:a|b -title:c text:d -text:e source:f author:g language:ar then hide, read, save, tag:x, tag:y", True),
    ("title:a then hide", True),
    ('title:"a b" then tag:"c d"', True),
    ("title:a title:b then hide", False),
    ("-source:a then hide", False),
    ("language:ar|en then hide", False),
    ('title:"a, b" then hide', False),
    ('title:a then tag:"x, y"', False),
])  # fmt: skip
def test_fields_show_a_rule_whole_or_not_at_all(text: str, shows: bool, client: Client, sofia: Reader) -> None:
    rule = add_rule(sofia, text, now=timezone.now())
    parts = forms.parts_of(parse(text))
    assert (parts is not None) is shows
    page = text_of(client.get(f"/filters/{rule.pk}"))
    assert ("more than fields can show" in page) is not shows
    if parts is not None:
        data = {name: "on" if value is True else value for name, value in parts.items()}
        client.post(f"/filters/{rule.pk}", {**data, "fields_shown": "True", "was": "", "written": "", "do": "save"})
    else:
        client.post(f"/filters/{rule.pk}", {"written": rule.text, "was": rule.text, "do": "save"})
    rule.refresh_from_db()
    assert set(parse(rule.text).conditions) == set(parse(text).conditions)
    assert parse(rule.text).actions == parse(text).actions


@pytest.mark.parametrize(("typed", "said"), [
    ({"written": "when foo:cup then hide"}, "At character 6, “\u2068foo\u2069”: There is no such field"),
    ({"written": "when title:cup"}, "After the conditions comes “then”"),
    ({"written": 'when title:"cup then hide'}, "This quotation mark is not closed"),
    ({"written": "when title:cup, league then hide"}, "stands | instead of a comma"),
    ({"written": "x" * 10_001}, "at most"),
    ({"title": "", "hide": "on"}, "at least one condition"),
    ({"title": "cup"}, "Say what is to be done"),
    ({"title": "…", "hide": "on"}, "no letter or digit"),
    ({"title": "cup", "tags": "ـ"}, "A tag needs a name"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_what_was_typed_stays(typed: dict[str, str], said: str, client: Client) -> None:
    page = text_of(client.post("/filters/new", {"fields_shown": "True", "do": "save", **typed}))
    assert said in page
    assert not Rule.objects.exists()
    for value in typed.values():
        assert value in page


def test_a_preview_shows_the_pieces_with_their_words_marked(client: Client, make_article: Make) -> None:
    fresh(make_article, "نهائي الكأس <b>اليوم</b>")
    page = client.post("/filters/new", {**FIELDS, "do": "look"}).content.decode()
    assert "نهائي <mark>الكأس</mark> &lt;b&gt;" in page
    assert "It would have acted on 1 piece." in page
    assert not Rule.objects.exists()
    assert not Mark.objects.exists()


def test_a_rule_is_done_for_the_last_seven_days_too_when_asked(client: Client, make_article: Make) -> None:
    article = fresh(make_article, "نهائي الكأس")
    client.post("/filters/new", {**FIELDS, "do": "apply"})
    assert Mark.objects.get().article == article
    assert "acted on 1 piece of the last 7 days" in text_of(client.get("/filters"))


def test_a_rule_is_begun_from_an_article(client: Client, make_article: Make, karim: Reader) -> None:
    article = fresh(make_article, "«نهائي» كأس الساحل: ما بعده", author="ليلى حداد")
    page = text_of(client.get(f"/filters/new?article={article.pk}"))
    assert written_in(page) == ('when source:"صحيفة المرفأ" author:"ليلى حداد" title:نهائي|الساحل|بعده then hide')
    assert "It would have acted on 1 piece." in page
    private = fresh(make_article, "سر")
    private.source.visibility, private.source.owner = "private", karim
    private.source.save()
    assert "سر" not in text_of(client.get(f"/filters/new?article={private.pk}"))
    for nonsense in ("x", "0", "9" * 30, ""):
        assert client.get(f"/filters/new?article={nonsense}").status_code == 200


def test_every_piece_of_a_list_offers_to_make_a_rule(client: Client, make_article: Make) -> None:
    article = fresh(make_article, "نهائي الكأس")
    assert f"/filters/new?article={article.pk}" in text_of(client.get("/latest"))


def test_a_rule_is_switched_off_and_on_and_its_work_taken_back(
    client: Client, sofia: Reader, make_article: Make
) -> None:
    rule = add_rule(sofia, "title:كأس then hide", now=timezone.now() - timedelta(days=1))
    article = fresh(make_article, "نهائي الكأس")
    apply([article.pk], now=timezone.now())
    assert "Take back what it did" not in text_of(client.get("/filters"))
    client.post(f"/filters/{rule.pk}/switch", {"on": "0"})
    page = text_of(client.get("/filters"))
    assert "What it did stays" in page
    assert "Take back what it did" in page
    client.post(f"/filters/{rule.pk}/back")
    assert Mark.objects.get().hidden_at is None
    client.post(f"/filters/{rule.pk}/switch", {"on": "1"})
    rule.refresh_from_db()
    assert rule.enabled


def test_one_piece_is_taken_back_from_the_page_of_the_rule(client: Client, sofia: Reader, make_article: Make) -> None:
    rule = add_rule(sofia, "title:كأس then hide", now=timezone.now() - timedelta(days=1))
    articles = [fresh(make_article, f"كأس {n}") for n in range(2)]
    apply([article.pk for article in articles], now=timezone.now())
    page = text_of(client.get(f"/filters/{rule.pk}"))
    assert page.count('name="article"') == 2
    client.post(f"/filters/{rule.pk}/back", {"article": str(articles[0].pk)})
    page = text_of(client.get(f"/filters/{rule.pk}"))
    assert page.count('name="article"') == 1
    assert "Taken back, or changed by you" in page
    assert Mark.objects.filter(hidden_at=None).get().article == articles[0]


@pytest.mark.parametrize("back", ["0", "1"])
def test_a_rule_is_deleted_with_or_without_what_it_did_and_comes_back(
    back: str, client: Client, sofia: Reader, make_article: Make
) -> None:
    rule = add_rule(sofia, "title:كأس then hide", now=timezone.now() - timedelta(days=1))
    apply([fresh(make_article, "كأس").pk], now=timezone.now())
    page = text_of(client.get(f"/filters/{rule.pk}/delete"))
    assert "It acted on 1 piece." in page
    client.post(f"/filters/{rule.pk}/delete", {"back": back})
    assert not Rule.objects.exists()
    assert (Mark.objects.get().hidden_at is None) is (back == "1")
    undo = re.search(r'formaction="(/filters/new)" name="(restore)" value="([^"]*)"', text_of(client.get("/filters")))
    assert undo
    client.post(undo[1], {undo[2]: undo[3]})
    assert Rule.objects.get().text == rule.text
    assert not RuleHit.objects.exists()


def test_a_rule_that_was_off_comes_back_off(client: Client, sofia: Reader) -> None:
    client.post("/filters/new", {"restore": "paused when title:كأس then hide"})
    assert not Rule.objects.get().enabled


def test_a_rule_that_cannot_come_back_is_not_said_to_be_back(client: Client) -> None:
    client.post("/filters/new", {"restore": "when nonsense"})
    page = text_of(client.get("/filters"))
    assert "The rule is back" not in page
    assert "A word needs its field before it" in page


def test_another_readers_rule_is_not_there(client: Client, karim: Reader) -> None:
    rule = add_rule(karim, "title:كأس then hide", now=timezone.now())
    for path, method in (("", "get"), ("", "post"), ("/delete", "get"), ("/delete", "post"), ("/switch", "post")):
        assert getattr(client, method)(f"/filters/{rule.pk}{path}").status_code == 404
    assert format_rule(parse(rule.text)) not in text_of(client.get("/filters"))


def test_a_stored_rule_that_cannot_be_read_is_shown_as_it_is(client: Client, sofia: Reader) -> None:
    rule = Rule.objects.create(reader=sofia, text="when nonsense")
    assert "when nonsense" in text_of(client.get("/filters"))
    assert written_in(text_of(client.get(f"/filters/{rule.pk}"))) == "when nonsense"
