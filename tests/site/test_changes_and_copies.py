"""What corrections changed, for whoever may read the article; and the same text at other sources."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from lxml import html

from nashra.accounts.models import Paper, Reader
from nashra.front import services
from nashra.front.models import Kind, Mark
from nashra.news.models import Article, ArticleText, Revision, Rule, RuleHit, Source, Visibility

Make = Callable[..., Article]
MakeSource = Callable[..., Source]
SignIn = Callable[[Reader], Client]
TEXT = "افتتح وزير النقل جسر مرسى النخيل صباح الثلاثاء بعد عامين من العمل."


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch, now: object) -> None:
    """The clock of the pages stands at the articles' morning."""
    from django.utils import timezone

    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def corrected(make_article: Make, now: datetime) -> Article:
    """An article whose text and then whose headline was corrected."""
    article = make_article("افتتاح الجسر الجديد", text=TEXT, corrected_at=now)
    for minutes, title, text in ((30, "افتتاح الجسر", TEXT.replace("صباح", "مساء")), (10, "افتتاح الجسر", TEXT)):
        Revision.objects.create(
            article=article, at=now - timedelta(minutes=minutes), title=title, html=f"<p>{text}</p>"
        )
    return article


def page_of(client: Client, address: str) -> html.HtmlElement:
    answer = client.get(address, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return html.fromstring(answer.content.decode())


def words(page: html.HtmlElement, tag: str) -> list[str]:
    """What stands in these elements, as a screen reader says it."""
    return [" ".join(one.text_content().split()) for one in page.iter(tag)]


@pytest.mark.usefixtures("today")
def test_each_correction_shows_what_it_took_out_and_put_in_newest_first(
    corrected: Article, sofia: Reader, sign_in: SignIn
) -> None:
    page = page_of(sign_in(sofia), f"/article/{corrected.pk}/changes")
    assert words(page, "ins") == ["[added:] الجديد [end]", "[added:] صباح [end]"]
    assert words(page, "del") == ["[removed:] مساء [end]"]
    sections = page.xpath("//section[contains(@class, 'changes')]")
    assert [bool(one.xpath(".//del")) for one in sections] == [False, True]
    assert {one.get("dir") for one in page.xpath("//div[contains(@class, 'prose')]")} == {"rtl"}


@pytest.mark.usefixtures("today")
def test_punctuation_stays_close_to_a_changed_word(
    make_article: Make, now: datetime, sofia: Reader, sign_in: SignIn
) -> None:
    article = make_article("خبر", text="بدأ العمل صباحا.", corrected_at=now)
    Revision.objects.create(article=article, at=now, title=article.title, html="<p>بدأ العمل مساء.</p>")
    page = page_of(sign_in(sofia), f"/article/{article.pk}/changes")
    assert page.xpath("string(//section//p)").endswith("صباحا [end].")


@pytest.mark.usefixtures("today")
def test_the_article_and_its_place_in_lists_lead_to_its_changes(
    corrected: Article, sofia: Reader, sign_in: SignIn
) -> None:
    client, address = sign_in(sofia), f"/article/{corrected.pk}/changes"
    for page in (page_of(client, f"/article/{corrected.pk}"), page_of(client, "/latest")):
        assert [a.text_content().split(":")[0].split()[0] for a in page.xpath(f"//a[@href='{address}']")] == ["Updated"]


@pytest.mark.usefixtures("today")
def test_an_article_that_never_changed_says_so(make_article: Make, sofia: Reader, sign_in: SignIn) -> None:
    article = make_article("خبر")
    assert "No changes" in page_of(sign_in(sofia), f"/article/{article.pk}/changes").text_content()


@pytest.mark.usefixtures("today")
def test_long_texts_show_only_what_is_near_a_change(
    make_article: Make, now: datetime, sofia: Reader, sign_in: SignIn
) -> None:
    long = " ".join(f"كلمة{n}" for n in range(200))
    article = make_article("خبر طويل", text=f"{long} جديد", corrected_at=now)
    Revision.objects.create(article=article, at=now, title=article.title, html=f"<p>{long} قديم</p>")
    page = page_of(sign_in(sofia), f"/article/{article.pk}/changes")
    assert "… 188 words unchanged …" in page.text_content()
    assert "كلمة100" not in page.text_content()


@pytest.mark.usefixtures("today")
def test_markup_in_an_old_version_is_shown_as_the_words_that_it_was(
    make_article: Make, now: datetime, sofia: Reader, sign_in: SignIn
) -> None:
    article = make_article("خبر", corrected_at=now)
    ArticleText.objects.filter(article=article).update(html="<p>a &lt;script&gt;x()&lt;/script&gt; b</p>")
    Revision.objects.create(article=article, at=now, title="<i>قديم</i>", html="<p>a &lt;b&gt; c</p>")
    page = page_of(sign_in(sofia), f"/article/{article.pk}/changes")
    assert not page.xpath("//main//i | //main//script | //main//b")
    assert "script" in " ".join(words(page, "ins"))


@pytest.mark.usefixtures("today")
def test_nobody_reads_the_changes_of_what_they_may_not_read(
    corrected: Article, paper: Paper, layla: Reader, sofia: Reader, sign_in: SignIn
) -> None:
    Source.objects.filter(pk=corrected.source_id).update(visibility=Visibility.PRIVATE, owner=layla)
    address = f"/article/{corrected.pk}/changes"
    assert sign_in(layla).get(address).status_code == 200
    assert sign_in(sofia).get(address).status_code == 404
    assert Client().get(address).status_code == 302


# --------------------------------------------------------------------------------------------- the same text


@pytest.fixture
def copies(make_article: Make, make_source: MakeSource) -> list[Article]:
    """One text of three sources; the first stands for it."""
    made: list[Article] = []
    for number in range(3):
        source = make_source(f"صحيفة {number}")
        made.append(make_article("نص الوكالة", source=source, duplicate_of=made[0] if made else None))
    return made


def others_of(client: Client, article: Article) -> list[str]:
    page = page_of(client, f"/article/{article.pk}")
    found = page.xpath("//p[span[contains(., 'Also published by:')]]//a")
    return [a.text_content().strip() for a in found]


@pytest.mark.usefixtures("today")
def test_an_article_names_the_other_sources_of_its_text_that_the_reader_sees(
    copies: list[Article], layla: Reader, sofia: Reader, sign_in: SignIn
) -> None:
    assert others_of(sign_in(sofia), copies[0]) == ["صحيفة 1", "صحيفة 2"]
    assert others_of(sign_in(sofia), copies[2]) == ["صحيفة 0", "صحيفة 1"]
    Source.objects.filter(pk=copies[1].source_id).update(visibility=Visibility.PRIVATE, owner=layla)
    assert others_of(sign_in(sofia), copies[0]) == ["صحيفة 2"]


def shown(client: Client, address: str = "/latest") -> set[str]:
    page = page_of(client, address)
    addresses = (a.get("href").partition("?")[0] for a in page.xpath("//article//a[starts-with(@href, '/article/')]"))
    return {address for address in addresses if not address.endswith("/why")}  # each item asks that of itself


@pytest.mark.usefixtures("today")
def test_lists_show_a_text_once(copies: list[Article], sofia: Reader, sign_in: SignIn) -> None:
    assert shown(sign_in(sofia)) == {f"/article/{copies[0].pk}"}
    assert shown(sign_in(sofia), f"/source/{copies[1].source_id}") == {f"/article/{copies[1].pk}"}


@pytest.mark.usefixtures("today")
@pytest.mark.parametrize("address", ["/latest", "/"])
def test_an_original_of_a_muted_source_hides_no_copy(
    copies: list[Article], sofia: Reader, layla: Reader, sign_in: SignIn, now: datetime, address: str
) -> None:
    services.mute(sofia, Kind.SOURCE, str(copies[0].source_id), now=now)
    client = sign_in(sofia)
    assert shown(client, address) == {f"/article/{copies[1].pk}"}
    Source.objects.filter(pk=copies[1].source_id).update(visibility=Visibility.PRIVATE, owner=layla)
    services.refresh(sofia, now=now)
    assert shown(client, address) == {f"/article/{copies[2].pk}"}


@pytest.mark.usefixtures("today")
def test_an_original_that_a_rule_hides_hides_no_copy_and_one_hidden_by_hand_does(
    copies: list[Article], sofia: Reader, sign_in: SignIn, now: datetime
) -> None:
    Mark.objects.create(reader=sofia, article=copies[0], hidden_at=now)
    assert shown(sign_in(sofia)) == set()
    rule = Rule.objects.create(reader=sofia, text="source:0 -> hide")
    RuleHit.objects.create(rule=rule, article=copies[0])
    assert shown(sign_in(sofia)) == {f"/article/{copies[1].pk}"}
