"""How a digest writes dates and numbers: in its reader's digits alone, with the Hijri date for who wants it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from digest_helpers import in_amman, part, send_at, turn_on
from django.test import Client
from lxml import html

from nashra.accounts.models import Reader
from nashra.base.models import Message
from nashra.news.models import Article

Make = Callable[..., Article]
EUROPEAN, ARABIC = re.compile("[0-9]"), re.compile("[٠-٩۰-۹]")
ADDRESS = re.compile(r"https?://\S+|\S+@\S+")
TITLES = (
    "تحلية بطاقة الشمس", "مرفأ جديد", "قطار الساحل", "موسم الصيد", "سوق الكتب", "ملعب المدينة", "جسر الوادي",
    "مدرسة الميناء", "متحف البحر", "مزرعة الرياح",
)  # fmt: skip


@pytest.fixture
def news(make_article: Make) -> list[Article]:
    """News without digits of its own."""
    return [make_article(title, hours=n + 6, minutes=n + 2, summary="ملخص") for n, title in enumerate(TITLES)]


def digest_of(reader: Reader, at: datetime, **looks: object) -> Message:
    for name, value in looks.items():
        setattr(reader, name, value)
    reader.save()
    turn_on(in_amman(reader), at - timedelta(hours=12))
    (message,) = send_at(at)
    return message


def said(message: Message) -> tuple[str, str]:
    """What the two parts say, without addresses."""
    tree = html.fromstring(part(message, "html"))
    for hidden in tree.xpath("//style | //head | //comment()"):
        hidden.drop_tree()
    return ADDRESS.sub("", part(message, "plain")), ADDRESS.sub("", tree.text_content())


@pytest.mark.usefixtures("news")
@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(("digits", "own", "other"), [("arab", ARABIC, EUROPEAN), ("latn", EUROPEAN, ARABIC)])
def test_a_digest_has_one_kind_of_digits(
    digits: str, own: re.Pattern[str], other: re.Pattern[str], language: str, layla: Reader, seven: datetime
) -> None:
    for text in said(digest_of(layla, seven, digits=digits, language=language, hijri=True)):
        assert own.search(text)
        assert [text[max(0, found.start() - 30) : found.end() + 20] for found in other.finditer(text)] == []


@pytest.mark.usefixtures("news")
def test_a_digests_head_has_both_dates_in_both_parts(layla: Reader, seven: datetime) -> None:
    both = "الثلاثاء 24 تشرين الثاني 2026 · 14 جمادى الآخرة 1448 هـ"
    for text in said(digest_of(layla, seven, hijri=True, region="SY")):
        assert both in text


@pytest.mark.usefixtures("news")
def test_the_preview_of_the_next_digest_has_both_dates(layla: Reader) -> None:
    layla.hijri = True
    layla.save()
    client = Client()
    client.force_login(layla)
    assert re.search(r"14\d\d هـ", client.get("/newsletters").content.decode())


@pytest.mark.usefixtures("news")
def test_a_digest_without_that_wish_has_the_gregorian_date_alone(layla: Reader, seven: datetime) -> None:
    for text in said(digest_of(layla, seven)):
        assert "الثلاثاء 24 نوفمبر 2026" in text
        assert "هـ" not in text


@pytest.mark.usefixtures("news")
def test_arabic_digits_side_by_side_keep_their_order_in_an_english_letter(sofia: Reader, seven: datetime) -> None:
    plain, _html = said(digest_of(sofia, seven, digits="arab", hijri=True))
    assert "\u2068Tuesday ٢٤ November ٢٠٢٦\u2069 · \u2068١٤ Jumada al-Akhira ١٤٤٨ AH\u2069" in plain
