"""The search page: what was found where, what could not be read, what to drop; and suggestions while one types."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from nashra.accounts.models import Paper, Reader
from nashra.base.models import TermIndex
from nashra.front import services as front
from nashra.library import services as library
from nashra.news.models import Article, Source, Topic, Visibility

Make = Callable[..., Article]
MakeSource = Callable[..., Source]
SignIn = Callable[[Reader], Client]


def context_of(client: Client, **query: str) -> Any:
    """What the page was made of."""
    answer = client.get("/search", query)
    assert answer.status_code == 200
    return answer.context


def found(client: Client, **query: str) -> list[str]:
    """The titles of the hits in the news, in order."""
    return [card.title for card in context_of(client, **query)["items"]]


def asked_by(address: str) -> str:
    """The search that an address of the page asks."""
    return parse_qs(urlsplit(address).query).get("q", [""])[0]


@pytest.fixture
def pieces(make_article: Make, make_source: MakeSource) -> list[Article]:
    """News of two sources, the newest first."""
    harbour = make_source(title="صحيفة المرفأ", url="https://news.marfaa.example/feed")
    other = make_source(title="بريد الجبل")
    return [
        make_article("خطة المياه الجديدة", source=harbour, topics=("energy",)),
        make_article("المياه تعود إلى المدينة", source=other, hours=2, text="كلام عن خطة الحكومة"),
        make_article("مباراة في كرة القدم", source=other, hours=3, topics=("sport",)),
    ]


def test_the_same_language_finds_news_and_saved_pieces(
    pieces: list[Article], layla: Reader, sign_in: SignIn, now: datetime
) -> None:
    library.save(layla, pieces[1], now=now)
    client = sign_in(layla)
    shown = context_of(client, q="مياه خطة")
    assert [card.title for card in shown["items"]] == ["خطة المياه الجديدة", "المياه تعود إلى المدينة"]
    assert [(tab.count, tab.current) for tab in shown["tabs"]] == [("2", True), ("1", False)]
    there = context_of(client, q="مياه خطة", **{"in": "library"})
    assert [piece.title for piece in there["pieces"]] == ["المياه تعود إلى المدينة"]
    page = client.get("/search", {"q": "مياه", "in": "library"}).content.decode()
    assert "<mark>المياه</mark> تعود" in page


FILTERED = [
    ("مصدر:المرفأ", [0]),
    ("source:marfaa.example", [0]),
    ("-مصدر:المرفأ مياه", [1]),
    ("وسم:sport OR title:خطة", [0, 2]),
    ("lang:ar كرة", [2]),
    ("lang:en كرة", []),
    ("is:read", [2]),
    ("is:unread مياه", [0, 1]),
    ("is:saved", [1]),
    ("-is:saved مياه", [0]),
    ("has:highlight", []),
    ("منذ:2026-11-24", [0, 1, 2]),
    ("قبل:2026-11-24", []),
    ("title:خطة", [0]),
    ("(كرة OR title:خطة) -is:read", [0]),
    ("-(كرة OR title:خطة) lang:ar", [1]),
]


def test_filters_narrow_a_search(pieces: list[Article], layla: Reader, sign_in: SignIn, now: datetime) -> None:
    library.save(layla, pieces[1], now=now)
    front.opened(layla, pieces[2], now=now)
    client = sign_in(layla)
    for text, numbers in FILTERED:
        assert found(client, q=text) == [pieces[number].title for number in numbers], text


def test_a_topic_is_found_with_and_without_its_article(make_article: Make, layla: Reader, sign_in: SignIn) -> None:
    make_article("مرصد", topics=("science",))
    for name in ("العلوم", "علوم", "Science"):
        assert found(sign_in(layla), q=f"وسم:{name}") == ["مرصد"]


def test_filters_narrow_a_search_in_the_library_alike(
    pieces: list[Article], layla: Reader, karim: Reader, sign_in: SignIn, now: datetime
) -> None:
    saved = [library.save(layla, piece, now=now) for piece in pieces]
    library.save(karim, pieces[0], now=now)
    library.set_tags(saved[2], ["رياضة محلية"])
    library.set_state(saved[1], now=now, read=True)
    client = sign_in(layla)
    for text, numbers in [
        ("مصدر:المرفأ", [0]),
        ("وسم:رياضه-محلية", []),
        ('وسم:"رياضه محلية"', [2]),
        ("رياضة", [2]),
        ("-رياضة lang:ar", [1, 0]),
        ("is:read OR كرة", [2, 1]),
        ("is:saved is:unread", [2, 0]),
        ("has:highlight", []),
        ("منذ:2026-11-24 قبل:2026-11-25 مياه", [1, 0]),
        ("source:news.example كرة", [2]),
    ]:
        shown = context_of(client, q=text, **{"in": "library"}).get("pieces", [])
        assert [piece.title for piece in shown] == [pieces[number].title for number in numbers], text


def test_a_day_begins_where_the_reader_is(make_article: Make, layla: Reader, sign_in: SignIn) -> None:
    article = make_article("خبر المساء")
    Article.objects.update(published_at=datetime.fromisoformat("2026-11-23T22:30:00Z"))
    client = sign_in(layla)
    assert found(client, q="منذ:2026-11-24 خبر") == []
    Reader.objects.update(time_zone="Africa/Cairo")
    assert found(client, q="منذ:2026-11-24 خبر") == [article.title]


def test_the_best_match_comes_first_when_asked(make_article: Make, sofia: Reader, sign_in: SignIn) -> None:
    make_article("Rain in town", language="en", text="The water of the harbour.")
    make_article("Harbour water plan", language="en", hours=5)
    client = sign_in(sofia)
    assert found(client, q="harbour water") == ["Rain in town", "Harbour water plan"]
    assert found(client, q="harbour water", order="best") == ["Harbour water plan", "Rain in town"]


def test_each_filter_can_be_taken_away(pieces: list[Article], sofia: Reader, sign_in: SignIn) -> None:
    shown = context_of(sign_in(sofia), q='مياه lang:ar -source:"المرفأ" since:2026-11-01')
    assert [(chip.label, asked_by(chip.url)) for chip in shown["chips"]] == [
        ("language: Arabic", "مياه -source:المرفأ since:2026-11-01"),
        ("not: source: المرفأ", "مياه lang:ar since:2026-11-01"),
        ("since 1 November 2026", "مياه lang:ar -source:المرفأ"),
    ]
    assert asked_by(shown["narrower"][0].url).endswith(" is:unread")


def test_where_nothing_is_found_searches_that_find_something_are_offered(
    pieces: list[Article], sofia: Reader, sign_in: SignIn
) -> None:
    shown = context_of(sign_in(sofia), q='"المياه خطة" lang:ar')
    assert shown["items"] == []
    offered = {link.label: (asked_by(link.url), link.count) for link in shown["looser"]}
    assert offered == {"Without quotation marks": ("المياه خطة lang:ar", "2")}
    shown = context_of(sign_in(sofia), q="مباراة lang:en")
    assert {link.label for link in shown["looser"]} == {"Without “language: English”"}


SAID = [
    ("since:someday water", "it is no date"),
    ("منذ:كلام water", "“منذ:كلام” was left out"),
    ("lang:klingon water", "it names no language"),
    ("is:lost water", "one can ask for"),
    ("tag:! water", "it has no letter"),
    ("colour:red water", "There is no filter “colour:”"),
    ('"open water', "was not closed"),
    ("(water", "A bracket was not closed"),
    ("a* water", "too short for the star"),
    ("source:nobody water", "No source is called “nobody”."),
    ("tag:nothing water", "No topic is called “nothing”."),
    ("has:highlight", "Nothing is highlighted yet."),
    (" ".join(f"word{n}" for n in range(40)), "Only the first 32 words"),
    ("water " * 2000, "The search was too long"),
    ("(" * 30 + "water", "too many brackets"),
    ("-water", "A search needs a word to find"),
    ("OR | AND", "There is no word to look for"),
    ("\x00\u202e", "There is no word to look for"),
]


def plain(text: str) -> str:
    """A text without the signs that keep directions apart."""
    return text.replace("\u2068", "").replace("\u2069", "")


def test_what_could_not_be_read_is_said(sofia: Reader, sign_in: SignIn) -> None:
    client = sign_in(sofia)
    for text, sentence in SAID:
        page = client.get("/search", {"q": text})
        assert page.status_code == 200
        assert sentence in plain(page.content.decode()), text
        shown = context_of(client, q=text, **{"in": "library"})
        said = map(plain, [*shown["notes"], shown["error"]])
        assert any(sentence.partition("No topic")[0] in one for one in said), text


def test_old_pieces_that_wait_for_their_analysis_are_told_of(sofia: Reader, sign_in: SignIn) -> None:
    TermIndex.objects.filter(name="news").update(below=5, total=40, left=30)
    assert "10 of 40 are done" in sign_in(sofia).get("/search", {"q": "water"}).content.decode()


def test_what_is_muted_is_counted_in_the_news_and_stays_in_the_library(
    pieces: list[Article], layla: Reader, sign_in: SignIn, now: datetime
) -> None:
    library.save(layla, pieces[0], now=now)
    front.mute(layla, "topic", "energy", now=now)
    client = sign_in(layla)
    shown = context_of(client, q="مياه")
    assert ([card.title for card in shown["items"]], shown["muted"]) == ([pieces[1].title], 1)
    assert found(client, q="مياه", muted="show") == [pieces[0].title, pieces[1].title]
    there = context_of(client, q="مياه", **{"in": "library"})
    assert [piece.title for piece in there["pieces"]] == [pieces[0].title]


def test_one_text_of_several_sources_is_found_once(
    pieces: list[Article], make_article: Make, make_source: MakeSource, layla: Reader, sign_in: SignIn, now: datetime
) -> None:
    copy = make_article("خطة المياه الجديدة", source=make_source(title="وكالة الساحل"), duplicate_of=pieces[0], hours=0)
    client = sign_in(layla)
    assert [card.id for card in context_of(client, q="خطة الجديدة")["items"]] == [pieces[0].pk]
    assert [card.id for card in context_of(client, q="خطة source:وكالة")["items"]] == [copy.pk]
    front.mute(layla, "source", str(pieces[0].source_id), now=now)
    assert [card.id for card in context_of(client, q="خطة الجديدة")["items"]] == [copy.pk]


@pytest.mark.parametrize("order", ["newest", "best"])
def test_more_hits_than_are_listed_lead_on_to_older_ones(
    make_article: Make, layla: Reader, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    from nashra.news.services import searching
    from nashra.site.pages import search

    monkeypatch.setattr(search, "MOST", 2)
    monkeypatch.setattr(searching, "MOST", 2)
    for number in range(4):  # two at the same moment: none is passed over
        make_article(f"خبر {number}", hours=number // 3)
    client = sign_in(layla)
    shown = context_of(client, q="خبر", order=order)
    assert shown["count_shown"] == "2+"
    rest = client.get(shown["older"]).context
    assert sorted(card.title for card in [*shown["items"], *rest["items"]]) == [f"خبر {n}" for n in range(4)]
    assert rest["older"] == ""
    assert "older=" in rest["query"]
    assert "older=" not in rest["orders"][0].url


@pytest.mark.parametrize("older", ["", "x", "1-", "1.5-2", "9" * 40, "-1-1", "1-\x00"])
def test_an_address_that_says_no_place_in_time_shows_the_newest(
    pieces: list[Article], layla: Reader, sign_in: SignIn, older: str
) -> None:
    assert len(found(sign_in(layla), q="الجديدة", older=older)) == len(found(sign_in(layla), q="الجديدة"))


def test_a_visitor_searches_the_papers_own_choice(
    paper: Paper, pieces: list[Article], make_article: Make, make_source: MakeSource
) -> None:
    Paper.objects.update(public=True)
    make_article("مياه للجميع", source=make_source(visibility=Visibility.PAPER))
    assert found(Client(), q="مياه") == ["مياه للجميع"]
    assert found(Client(), q="is:saved OR is:read OR has:highlight") == []
    assert context_of(Client(), q="مياه", **{"in": "library"})["tabs"] == ()


def suggested(client: Client, text: str) -> list[tuple[str, str]]:
    """What is suggested: the text that the field would hold, and its kind."""
    answer = client.get("/search/suggest", {"q": text})
    return [(one["text"].strip(), one["kind"]) for one in answer.json()["suggestions"]]


def test_what_one_follows_and_may_see_is_suggested(
    pieces: list[Article], sofia: Reader, sign_in: SignIn, make_article: Make, now: datetime
) -> None:
    make_article("Harbour waters rise", language="en")
    front.follow(sofia, "word", "Wadi al-Nakhil", now=now)
    front.follow(sofia, "search", "water harbour", now=now)
    client = sign_in(sofia)
    assert suggested(client, "wa") == [
        ("water harbour", "Your search"),
        ('"Wadi al-Nakhil"', "You follow this"),
        ("waters", "In new titles"),
    ]
    assert ("storm المياه", "In new titles") in suggested(client, "storm مياه")
    assert suggested(client, "storm -spo") == [("storm -tag:Sport", "Topic")]
    assert suggested(client, "w") == suggested(client, "water ") == suggested(client, "colour:wa") == []


def test_nothing_of_anothers_private_source_is_suggested(
    make_article: Make, make_source: MakeSource, layla: Reader, karim: Reader, sign_in: SignIn
) -> None:
    source = make_source(visibility=Visibility.PRIVATE, owner=karim, title="زرافة كريم")
    make_article("زرافة في المدينة", source=source, topics=("زرافات",))
    Topic.objects.filter(key="زرافات").update(is_catalogue=False)
    assert [text for text, _ in suggested(sign_in(karim), "زراف")] == ["tag:زرافات", "زرافة"]
    assert suggested(sign_in(layla), "زراف") == []


def test_what_is_muted_is_never_suggested(
    pieces: list[Article], layla: Reader, sign_in: SignIn, make_article: Make, now: datetime
) -> None:
    client = sign_in(layla)
    assert suggested(client, "مباري") == []
    before = suggested(client, "مبارا")
    front.mute(layla, "topic", "sport", now=now)
    assert before
    assert suggested(client, "مبارا") == []
    front.mute(layla, "word", "المياه", now=now)
    assert suggested(client, "ميا") == []
    assert suggested(client, "خط") == []  # of a title with the muted word


def test_suggestions_are_few_whatever_is_typed(make_article: Make, layla: Reader, sign_in: SignIn) -> None:
    for number in range(30):
        make_article(f"مدينة{number} بعيدة", hours=number)
    assert len(suggested(sign_in(layla), "مدين")) == 8
    for text in ("مدين" * 5000, "\x00", '"' * 300, "(" * 300, "tag:" * 50, "-"):
        assert suggested(sign_in(layla), text) == []
