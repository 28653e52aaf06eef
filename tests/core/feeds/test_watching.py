"""Pages without feeds: every pair in tests/data/watching is a page and what its best list must give."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashra.core.feeds import FeedError
from nashra.core.feeds.watching import MAX_ITEMS, SelectorError, Selectors, suggest, watch

DATA = Path(__file__).parents[2] / "data" / "watching"
PAGES = sorted(DATA.glob("*.html"))
URL = "https://paper.example/"


def expected(path: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(path.with_suffix(".expect.json").read_text("utf-8"))
    return value


def a_list(count: int, *, name: str = "news", start: int = 0) -> str:
    rows = (f'<li><a href="/n/{start + i}">عنوان الخبر ذي الرقم {start + i} من {name}</a></li>' for i in range(count))
    return f'<ul class="{name}">{"".join(rows)}</ul>'


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_best_suggestion_for_a_page_is_its_news_and_not_its_menus(path: Path) -> None:
    want = expected(path)
    best, *others = suggest(path.read_bytes(), url=want["url"])
    assert best.selectors == Selectors(item=want["item"])
    assert (best.count, [one.title for one in best.items]) == (len(want["titles"]), want["titles"][:5])
    assert len(others) <= 4
    assert not any("menu" in one.selectors.item or "footer" in one.selectors.item for one in others)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_watched_page_gives_titles_addresses_and_dates_in_its_order(path: Path) -> None:
    want = expected(path)
    feed = watch(path.read_bytes(), url=want["url"], selectors=Selectors(item=want["item"]))
    assert [entry.title for entry in feed.entries] == want["titles"]
    assert [entry.link for entry in feed.entries] == [entry.id for entry in feed.entries] == want["links"]
    assert [f"{entry.published:%F}" for entry in feed.entries if entry.published] == want["dates"]
    assert sum(entry.summary is not None for entry in feed.entries) == want.get("summaries", 0)
    if "images" in want:
        assert [entry.image for entry in feed.entries] == want["images"]
    assert (feed.kind, feed.language, feed.link) == ("page", want.get("language", "ar"), want["url"])


def test_there_are_five_kinds_of_arabic_pages_and_one_without_any_class() -> None:
    assert len(PAGES) >= 6
    assert "class=" not in (DATA / "bare.html").read_text("utf-8").partition("<footer")[0]


@pytest.mark.parametrize(
    ("rows", "item"),
    [
        ('<div class="lead"><h3><a href="/{n}0">الخبر الرئيسي رقم {n}</a></h3><p>مقدمة.</p></div>', "div.lead"),
        (
            '<div class="card h-100"><h5 class="t">عنوان طويل رقم {n}</h5><a href="/{n}">المزيد</a></div>',
            "div.card",
        ),
        ('<div class="sc-1a2b3c kLmNop"><a href="/{n}"><span>عنوان طويل رقم {n}</span></a></div>', "div.kLmNop"),
        ('<li class="item-{n}99 odd"><a href="/{n}">عنوان طويل للخبر {n}</a></li>', "body > li"),
        ('<dd><a href="/?p={n}">عنوان طويل للخبر {n}</a></dd>', "body > dd"),
    ],
)
def test_selectors_name_lasting_classes_and_no_positions(rows: str, item: str) -> None:
    html = "".join(rows.replace("{n}", str(number)) for number in range(1, 7))
    best = suggest(html, url=URL)[0]
    assert best.selectors.item == item
    assert best.count == 6


def test_the_lists_of_a_front_page_are_offered_one_by_one_and_then_together_without_its_menus() -> None:
    lead = "".join(f'<div class="lead"><h2><a href="/l/{n}">خبر رئيسي طويل {n}</a></h2></div>' for n in range(3))
    menu = a_list(9, name="menu", start=500)
    found = suggest(f"<nav>{menu}</nav><main>{lead}{a_list(6)}</main>", url=URL)
    assert [(one.selectors.item, one.count) for one in found[:2]] == [("ul.news > li", 6), ("div.lead", 3)]
    assert (found[-1].selectors.item, found[-1].count) == ("ul.news > li, div.lead", 9)
    assert found[-1].items[0].title == "خبر رئيسي طويل 0"


def test_selectors_that_are_given_are_used_and_the_others_are_looked_for() -> None:
    html = """<div class="a"><b class="t">واحد</b><a class="no" href="/wrong">اقرأ هذا الرابط الطويل</a>
    <a class="l" href="/1">…</a><i>5 مارس 2026</i><i class="d">20 نوفمبر 2026</i><p class="s">ملخص</p>
    <img src="/no.png"><img class="i" src="/yes.png"></div>"""
    chosen = Selectors(item=".a", title=".t", link=".l", date=".d", summary=".s", image=".i")
    entry = watch(html, url=URL, selectors=chosen).entries[0]
    assert (entry.title, entry.link, entry.summary, entry.image) == (
        "واحد", "https://paper.example/1", "ملخص", "https://paper.example/yes.png",
    )  # fmt: skip
    assert f"{entry.published:%F}" == "2026-11-20"


def test_an_item_may_be_the_link_itself_or_stand_inside_one() -> None:
    html = '<a class="x" href="/1"><h3>عنوان</h3></a><a href="/2"><span class="x">آخر</span></a>'
    entries = watch(html, url=URL, selectors=Selectors(item=".x")).entries
    assert [(entry.title, entry.link) for entry in entries] == [("عنوان", f"{URL}1"), ("آخر", f"{URL}2")]


def test_one_address_is_one_item_however_often_the_page_names_it() -> None:
    html = '<p class="x"><a href="/1?utm_source=a"><img src="/a.png"></a></p><p class="x"><a href="/1">عنوان</a></p>'
    entries = watch(html, url=URL, selectors=Selectors(item=".x")).entries
    assert [(entry.title, entry.link) for entry in entries] == [("عنوان", f"{URL}1")]


def test_what_has_no_link_among_linked_items_is_left_out_and_where_none_has_one_the_titles_stay() -> None:
    linked = watch(f"<p>إعلان</p>{a_list(3)}", url=URL, selectors=Selectors(item="p, li")).entries
    assert len(linked) == 3
    bare = watch("<p>بيان أول</p><p>بيان ثان</p>", url=URL, selectors=Selectors(item="p")).entries
    assert [(entry.title, entry.link) for entry in bare] == [("بيان أول", None), ("بيان ثان", None)]
    assert len({entry.id for entry in bare}) == 2


@pytest.mark.parametrize(
    ("html", "date"),
    [
        ("<i>منذ ٣ ساعات</i>", None), ("<i>12:30</i>", None), ("<i>2026</i>", None), ("<i>1500</i>", None),
        ("<i>نُشر في ٢٠ تشرين الثاني ٢٠٢٦</i>", "2026-11-20"), ("<i>20/11/2026</i>", "2026-11-20"),
        ('<time datetime="2026-11-20T10:00:00Z">قبل ساعة</time>', "2026-11-20"),
        ('<i class="date">20 نونبر 2026 | سياسة</i>', "2026-11-20"), ("(20 نوفمبر 2026)", "2026-11-20"),
    ],
)  # fmt: skip
def test_dates_are_found_where_pages_write_them_and_nothing_else_is_one(html: str, date: str | None) -> None:
    entry = watch(f'<li><a href="/1">عنوان الخبر</a> {html}</li>', url=URL, selectors=Selectors(item="li")).entries[0]
    assert (f"{entry.published:%F}" if entry.published else None) == date


@pytest.mark.parametrize(
    ("selector", "code"),
    [
        ("", "empty"), ("  ", "empty"), ("a[", "syntax"), ("..x", "syntax"), ("a:foo", "syntax"), (">", "syntax"),
        ("a::before", "syntax"), ("a:nth-child(", "syntax"), ("@media", "syntax"), ("a" * 301, "too-long"),
        (":has(" * 1000 + "a" + ")" * 1000, "too-long"), (",".join(["a"] * 140), "too-complex"),
        (":not(a)" * 9, "too-complex"), (" ".join("b" * 40), "too-complex"),
    ],
)  # fmt: skip
def test_a_selector_that_cannot_be_used_is_refused_by_name(selector: str, code: str) -> None:
    for name in ("item", "title") if selector.strip() else ("item",):
        with pytest.raises(SelectorError) as caught:
            watch("<p>x", url=URL, selectors=Selectors(**{"item": "p", name: selector}))
        assert (caught.value.field, caught.value.code) == (name, code)


def test_selectors_that_take_long_are_refused_on_large_and_deep_pages() -> None:
    large, deep = a_list(11_000), "<div>" * 5_000 + a_list(3)
    for html, selector in ((large, "li ~ li"), (large, "li:nth-child(2n)"), (deep, "div div div a")):
        with pytest.raises(SelectorError) as caught:
            watch(html, url=URL, selectors=Selectors(item=selector))
        assert caught.value.code == "too-costly"
    assert len(watch(large, url=URL, selectors=Selectors(item="ul.news > li")).entries) == MAX_ITEMS


def test_a_page_of_a_hundred_thousand_links_is_bounded() -> None:
    html = a_list(100_000)
    assert [(one.selectors.item, one.count) for one in suggest(html, url=URL)] == [("ul.news > li", MAX_ITEMS)]
    assert len(watch(html, url=URL, selectors=Selectors(item="*")).entries) == MAX_ITEMS


@pytest.mark.parametrize(
    "html",
    [
        "", "<", "<" * 100_000, "<div>" * 100_000 + "x", "<a href=/1>" * 20_000, "\x00\ud800<li>",
        "<table><tr><td>" * 9_000, "<a " + " ".join(f"a{i}=1" for i in range(100_000)) + " href=/x>x</a>",
        "<li><a href='javascript:x'>عنوان طويل جدا</a>" * 9,
    ],
)  # fmt: skip
def test_a_hostile_or_empty_page_has_no_list(html: str) -> None:
    assert suggest(html, url=URL) == []
    with pytest.raises(FeedError) as caught:
        watch(html, url=URL, selectors=Selectors(item="li.none"))
    assert caught.value.code == "no-items"


def test_links_that_lead_elsewhere_are_no_news_of_this_site_and_subdomains_are() -> None:
    rows = "".join(f'<li><a href="https://{{}}/{i}">عنوان الخبر الطويل {i}</a></li>' for i in range(5))
    assert suggest(f"<ul>{rows.replace('{}', 'other.example')}</ul>", url=URL) == []
    assert len(suggest(f'<ul class="x">{rows.replace("{}", "news.paper.example")}</ul>', url=URL)) == 1


def test_only_web_addresses_become_links_and_pictures() -> None:
    html = '<p><a href="javascript:alert(1)">خطر</a><img src="data:image/png;base64,AA"><img src="file:///etc/x"></p>'
    entry = watch(html, url=URL, selectors=Selectors(item="p")).entries[0]
    assert (entry.title, entry.link, entry.image) == ("خطر", None, None)


def test_of_several_lists_at_most_five_are_offered_and_none_twice() -> None:
    html = "".join(a_list(9, name=name, start=100 * number) for number, name in enumerate("abcdefgh", 1))
    found = suggest(html, url=URL)
    assert len(found) == 5
    assert len({one.items[0].link for one in found}) == 5


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PAGES), st.integers(0, 9_000), st.binary(max_size=12), st.text(max_size=12))
def test_any_page_and_any_selector_give_items_or_one_of_two_errors(
    path: Path, at: int, piece: bytes, selector: str
) -> None:
    body = path.read_bytes()
    body = body[:at] + piece + body[at + 5 :]
    suggest(body, url=URL)
    for chosen in (Selectors(item=selector), Selectors(item="li, tr, p", date=selector)):
        try:
            entries = watch(body, url=URL, selectors=chosen).entries
        except (FeedError, SelectorError):
            continue
        assert all(entry.link is None or entry.link.startswith("http") for entry in entries)
