"""Strangers' HTML becomes safe, stays readable, and does not change when cleaned again."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashra.core.extract import excerpt, images, map_images, reading_minutes, sanitise, to_text
from nashra.core.extract.tokens import names

DATA = Path(__file__).parents[2] / "data" / "sanitise"
BASE = "https://news.example/a/b"
ATTACKS = json.loads((DATA / "attacks.json").read_text("utf-8"))
PAIRS = json.loads((DATA / "pairs.json").read_text("utf-8"))
ALLOWED = names(
    "p br hr h2 h3 h4 h5 h6 blockquote ul ol li dl dt dd pre code em strong b i u s sub sup small mark abbr cite q a "
    "img figure figcaption table caption thead tbody tfoot tr th td time bdi bdo span div del ins ruby rt rp wbr"
)
ATTRIBUTES = {"dir", "lang", "title", "href", "rel", "src", "alt", "width", "height", "datetime", "colspan", "rowspan"}


def clean(html: str) -> str:
    return sanitise(html, base_url=BASE)


class Inventory(HTMLParser):
    """Every tag and attribute of a document."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def assert_safe(html: str) -> None:
    for tag, attributes in Inventory(html).found:
        assert tag in ALLOWED
        assert set(attributes) <= ATTRIBUTES | ({"start"} if tag == "ol" else set())
        for name in ("href", "src"):
            assert re.match(r"https?://|mailto:", attributes.get(name) or "https://")
        if tag == "a":
            assert "noopener" in (attributes.get("rel") or "")


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: str(attack["why"]))
def test_an_attack_goes_and_the_sound_paragraphs_around_it_stay(attack: dict[str, Any]) -> None:
    cleaned = clean(attack["html"])
    assert_safe(cleaned)
    assert "/canary/" not in cleaned
    assert all(text in cleaned for text in attack["keep"])
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: str(pair["why"]))
def test_html_of_the_world_is_stored_in_its_clean_form(pair: dict[str, str]) -> None:
    assert clean(pair["html"]) == pair["expected"]
    assert clean(pair["expected"]) == pair["expected"]


FRAGMENTS = st.sampled_from([
    "<p>", "</p>", "<b>", "</b>", "<a href=/x>", "</a>", "<table>", "<tr>", "<td>", "</td>", "</table>", "<li>",
    "<ul>", "</ul>", "<pre>", "\n", "</pre>", "كلمة", "a & b", "&lt;b&gt;", "<!--", "-->", "<svg>", "<script>",
    "</script>", "<dt>", "<div dir=rtl>", "</div>", "<img src=a.png>", "<noscript>", "</noscript>", "<h1>",
    "</h1>", "<span lang=ar>", "</span>", "\u202e", "\u2067", "\u2069", "&#8294;", '"', "'", ">", "<", "=", " ",
    "<hr>", "<dl>", "<blockquote>", "<ruby>", "<rt>", "<caption>", "<tbody>", "</tr>",
    "<picture><source srcset='x 2x'>", "</picture>", "&#13;", "\r", "\x0c", "&nbsp;", "<q>",
])  # fmt: skip


@settings(deadline=None)
@given(st.lists(FRAGMENTS, max_size=40).map("".join))
def test_cleaning_twice_is_cleaning_once_and_always_safe(html: str) -> None:
    cleaned = clean(html)
    assert_safe(cleaned)
    assert clean(cleaned) == cleaned


def test_five_thousand_nested_elements_keep_their_text() -> None:
    cleaned = clean("<div><b>" * 5000 + "في القاع")
    assert "في القاع" in cleaned
    assert cleaned.count("<div>") + cleaned.count("<b>") <= 512


def test_html_beyond_the_limit_is_cut_between_tags() -> None:
    cleaned = clean("<p>سطر</p>" * 300_000)
    assert len(cleaned) <= 2_000_000
    assert cleaned.endswith("<p>سطر</p>")


def test_a_million_ampersands_do_not_grow_beyond_the_limit() -> None:
    assert len(clean("&" * 1_000_000)) <= 2_000_000


def test_pictures_are_listed_with_their_text_and_declared_size() -> None:
    (image,) = images(clean('<img src="/i.jpg" alt="صورة" width="640px" height="100%">'))
    assert (image.src, image.alt, image.width, image.height) == ("https://news.example/i.jpg", "صورة", 640, None)


def test_pictures_can_be_pointed_at_the_archive() -> None:
    html = clean('<p>أ</p><img src="/1.jpg" alt="أولى"><img src="/2.jpg" alt="ثانية &amp; بعد">')
    mapped = map_images(html, lambda src: "/media/1" if src.endswith("1.jpg") else None)
    assert mapped == '<p>أ</p><img src="/media/1" alt="أولى">ثانية &amp; بعد'


def test_plain_text_keeps_paragraphs_and_lines() -> None:
    html = "<h2>عنوان</h2><p>أول<br>ثان &amp; ثالث</p><ul><li>واحد<li>اثنان</ul><script>x</script>"
    assert to_text(html) == "عنوان\n\nأول\nثان & ثالث\n\nواحد\nاثنان"


def test_plain_text_of_a_deep_document_is_whole() -> None:
    assert to_text("<div>" * 20_000 + "قاع" + "</div>" * 20_000) == "قاع"


def test_an_excerpt_ends_between_words() -> None:
    assert excerpt("<p>خبر عاجل، من تونس العاصمة</p>", 16) == "خبر عاجل، من…"
    assert excerpt("خبر عاجل، من تونس", 10) == "خبر عاجل…"
    assert excerpt("3 < 5 & 7 > 2", 40) == "3 < 5 & 7 > 2"


def test_a_short_text_is_its_own_excerpt() -> None:
    assert excerpt("<p>خبر</p><p>قصير</p>", 40) == "خبر قصير"


def test_reading_takes_at_least_a_minute_and_longer_in_arabic() -> None:
    assert reading_minutes("كلمة", "ar") == 1
    assert reading_minutes("كلمة " * 1800, "ar-EG") == 10
    assert reading_minutes("word " * 1800, "en") == 8
