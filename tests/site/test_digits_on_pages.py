"""The front page and an article in each kind of digits: no digit of the other kind, the Hijri date where it belongs."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from lxml import html

from nashra.accounts.models import Paper, Reader
from nashra.news.models import Article

Make = Callable[..., Article]
SignIn = Callable[[Reader], Client]
EUROPEAN, ARABIC = re.compile("[0-9]"), re.compile("[٠-٩۰-۹]")
TITLES = (
    "تحلية بطاقة الشمس", "مرفأ جديد", "قطار الساحل", "موسم الصيد", "سوق الكتب", "ملعب المدينة", "جسر الوادي",
    "مدرسة الميناء", "متحف البحر", "مزرعة الرياح", "حديقة النخيل", "مكتبة الحي",
)  # fmt: skip


@pytest.fixture
def morning(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """The clock of the pages stands at the articles' morning: Tuesday 24 November 2026, 14 Jumada al-Akhira 1448."""
    from django.utils import timezone

    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def news(morning: None, make_article: Make) -> list[Article]:
    """News without digits of its own, of the last two days."""
    return [make_article(title, hours=3 * n + 1, minutes=n + 1) for n, title in enumerate(TITLES)]


def said(page: bytes) -> str:
    """All that a page says: its text and the names of its controls, without scripts and addresses."""
    tree = html.fromstring(page.decode())
    for hidden in tree.xpath("//script | //style"):
        hidden.drop_tree()
    labels = tree.xpath("//@aria-label | //@title | //@alt | //@placeholder")
    return " ".join([*tree.xpath("//body//text()"), *tree.xpath("//title//text()"), *labels])


def prefer(reader: Reader, **looks: object) -> Reader:
    for name, value in looks.items():
        setattr(reader, name, value)
    reader.save()
    return reader


@pytest.mark.usefixtures("news")
@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("path", ["/", "/latest", "/history", "/profile", "/saved", "/newsletters", "/sources"])
def test_a_page_has_one_kind_of_digits(path: str, language: str, layla: Reader, sign_in: SignIn) -> None:
    for digits, other in (("arab", EUROPEAN), ("latn", ARABIC)):
        text = said(sign_in(prefer(layla, digits=digits, language=language, hijri=True)).get(path).content)
        assert [text[max(0, found.start() - 40) : found.end() + 20] for found in other.finditer(text)] == []


@pytest.mark.parametrize("digits", ["arab", "latn"])
def test_an_articles_page_has_one_kind_of_digits(
    digits: str, layla: Reader, news: list[Article], sign_in: SignIn
) -> None:
    other = EUROPEAN if digits == "arab" else ARABIC
    text = said(sign_in(prefer(layla, digits=digits, hijri=True)).get(f"/article/{news[0].pk}").content)
    assert other.findall(text) == []
    assert (ARABIC if digits == "arab" else EUROPEAN).search(text)


def test_the_hijri_date_stands_beside_the_gregorian_on_the_front_page_and_at_an_article(
    layla: Reader, news: list[Article], sign_in: SignIn
) -> None:
    browser = sign_in(prefer(layla, hijri=True, region="SY"))
    front = said(browser.get("/").content)
    assert "الثلاثاء 24 تشرين الثاني 2026" in front
    assert "14 جمادى الآخرة 1448 هـ" in front
    assert "14 جمادى الآخرة 1448 هـ" in said(browser.get(f"/article/{news[0].pk}").content)
    browser = sign_in(prefer(layla, hijri=False))
    assert "1448" not in said(browser.get("/").content) + said(browser.get(f"/article/{news[0].pk}").content)


@pytest.mark.usefixtures("news")
def test_the_operation_pages_stay_with_the_gregorian_calendar(omar: Reader, sign_in: SignIn) -> None:
    browser = sign_in(prefer(omar, hijri=True))
    for path in ("/operation", "/operation/jobs", "/operation/mail", "/operation/sources", "/operation/people"):
        assert "هـ" not in said(browser.get(path).content)


@pytest.mark.usefixtures("news")
def test_the_day_changes_at_midnight_on_the_readers_clock(
    layla: Reader, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.utils import timezone

    browser = sign_in(prefer(layla, hijri=True, time_zone="Asia/Riyadh"))
    for minute, day in (("20:59", "14 جمادى"), ("21:00", "15 جمادى")):
        moment = datetime.fromisoformat(f"2026-11-24T{minute}:00Z")
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        assert day in said(browser.get("/").content)


@pytest.mark.usefixtures("news")
@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("ar-MA,ar;q=0.9", "الثلاثاء 24 نونبر 2026"),
        ("ar-JO", "الثلاثاء 24 تشرين الثاني 2026"),
        ("ar-EG", "الثلاثاء 24 نوفمبر 2026"),
        ("en-GB,ar-MA;q=0.5", "Tuesday 24 November 2026"),
    ],
)
def test_a_visitor_reads_the_months_of_the_browsers_country(asked: str, shown: str, paper: Paper) -> None:
    Paper.objects.update(public=True)
    assert shown in said(Client().get("/", headers={"Accept-Language": asked}).content)
