"""From a page to its article: text, HTML with everything that reading needs, and what the page says about itself."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashra.core.extract import decode, extract

PAGES = Path(__file__).parents[2] / "data" / "pages"
URL = "https://almidan.example/news/2026/03/10/train"
NAMES = sorted(path.stem for path in PAGES.glob("*.json"))


@pytest.mark.parametrize("name", NAMES)
def test_a_page_gives_its_article(name: str) -> None:
    expected: dict[str, Any] = json.loads((PAGES / f"{name}.json").read_text("utf-8"))
    article = extract((PAGES / f"{name}.html").read_bytes(), url=URL)
    assert all(text in article.text for text in expected.pop("contains", []))
    assert not any(text in article.text for text in expected.pop("absent", []))
    assert [piece for piece in expected.pop("html", []) if piece not in article.html] == []
    if repeated := expected.pop("repeated", None):
        assert article.text.count(repeated[0]) == article.html.count(repeated[0]) == repeated[1]
    for field, value in expected.items():
        found = getattr(article, field)
        found = found.isoformat() if hasattr(found, "isoformat") else list(found) if isinstance(found, tuple) else found
        assert (field, found) == (field, value)


PARAGRAPH = "<p>هذه فقرة طويلة في قاع الصفحة تكفي لأن تكون نص المقال كله وتنتهي هنا بكلمة نهاية.</p>"


@pytest.mark.parametrize("tag", ["div", "b", "blockquote", "span", "ul", "table", "section"])
def test_text_below_five_thousand_nested_elements_is_found(tag: str) -> None:
    html = f"<html><body>{f'<{tag}>' * 5000}{PARAGRAPH * 5}{f'</{tag}>' * 5000}</body></html>"
    assert "بكلمة نهاية" in extract(html, url=URL).text


@pytest.mark.parametrize("html", ["", " ", "<", "<!-- -->", "<html></html>", "\x00", "<?xml version='1.0'?>", "\ud800"])
def test_a_page_without_anything_is_an_empty_article(html: str) -> None:
    article = extract(html, url=URL)
    assert (article.text.strip(), article.title, article.canonical_url) in (("", None, URL), ("<", None, URL))


@settings(deadline=None)
@given(st.text(max_size=300) | st.binary(max_size=300))
def test_no_page_makes_extraction_fail(page: str | bytes) -> None:
    assert extract(page, url=URL).direction in ("rtl", "ltr")


def test_jsonld_nested_two_hundred_deep_is_passed_over() -> None:
    block = '{"@graph":[' * 200 + "]}" * 200
    page = f'<title>عنوان الصفحة</title><script type="application/ld+json">{block}</script>{PARAGRAPH * 5}'
    assert extract(page, url=URL).title == "عنوان الصفحة"


def test_jsonld_deeper_than_any_parser_goes_is_passed_over() -> None:
    page = f'<title>عنوان</title><script type="application/ld+json">{"[" * 100_000}</script>{PARAGRAPH * 5}'
    assert extract(page, url=URL).title == "عنوان"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("خبر اليوم الكبير - اليوم السابع", "خبر اليوم الكبير"),
        ("اليوم السابع | خبر اليوم الكبير", "خبر اليوم الكبير"),
        ("تونس - الجزائر: مباراة كبيرة", "تونس - الجزائر: مباراة كبيرة"),
        ("رأي - خبر اليوم الكبير - اليوم السابع", "رأي - خبر اليوم الكبير"),
    ],
)
def test_the_name_of_the_site_leaves_the_title(title: str, expected: str) -> None:
    page = f'<meta property="og:site_name" content="اليوم السابع"><title>{title}</title>{PARAGRAPH}'
    assert extract(page, url=URL).title == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("خبر".encode(), "خبر"),
        (b"\xef\xbb\xbf" + "خبر".encode(), "خبر"),
        ("خبر".encode("utf-16"), "خبر"),
        (b"<meta charset='shift_jis'>" + "日本".encode("shift_jis"), "<meta charset='shift_jis'>日本"),
        (b"<meta charset='hex'>caf\xe9", "<meta charset='hex'>café"),
        ("خبر عاجل من تونس".encode("cp1256"), "خبر عاجل من تونس"),
        ("café crème à la carte".encode("latin-1"), "café crème à la carte"),
    ],
)
def test_bytes_become_text_by_what_they_prove(body: bytes, expected: str) -> None:
    assert decode(body) == expected
