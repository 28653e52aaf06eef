"""A file of subscriptions: what it would do, then the reader's word; tags; nothing is lost on the way back."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.news import access, services
from nashra.news.filters.services import add_rule, export_rules
from nashra.news.models import PendingImport, Source, Subscription, Visibility
from nashra.news.services import SourceError, export_opml, import_opml, plan_opml

Make = Callable[..., Source]
FILE = """<opml version="2.0"><body>
<outline text="سياسة"><outline text="المرفأ" xmlUrl="https://a.example/f" category="بحر,/محلي/ساحل"/></outline>
<outline text="اقتصاد"><outline text="المرفأ" xmlUrl="https://a.example/f"/></outline>
<outline text="ب" xmlUrl="https://b.example/f"/>
<outline text="ج" xmlUrl="https://c.example/f"/>
<outline text="د" xmlUrl="http://192.168.1.1/f"/>
<outline text="هـ" xmlUrl="javascript:alert(1)"/>
</body></opml>""".encode()


@pytest.fixture
def browser(sofia: Reader, sign_in: Callable[[Reader], Client]) -> Client:
    """Sofia's browser; its pages are English."""
    return sign_in(sofia)


def upload(browser: Client, body: bytes = FILE, **more: str) -> str:
    """Gives a file to the form; the page that answers."""
    file = SimpleUploadedFile("قائمتي.opml", body)
    answer = browser.post(reverse("opml_import"), {"file": file, **more}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_plan_says_what_would_happen_and_changes_nothing(layla: Reader, settings: Any) -> None:
    settings.NASHRA_SOURCES_PER_READER = 2
    services.subscribe(layla, Source.objects.create(url="https://b.example/f"))
    plan = plan_opml(layla, FILE)
    assert [one.xml_url for one in plan.new] == ["https://a.example/f"]
    assert [one.xml_url for one in plan.known] == ["https://b.example/f"]
    assert [one.xml_url for one in plan.over] == ["https://c.example/f"]
    assert [(one.line, one.address) for one in plan.refused] == [
        (6, "http://192.168.1.1/f"), (7, "javascript:alert(1)"),
    ]  # fmt: skip
    assert plan.folders == ["سياسة"]
    assert plan.tags == ["اقتصاد", "بحر", "محلي", "ساحل"]
    assert Source.objects.count() == Subscription.objects.count() == 1


def test_folders_and_categories_become_tags(layla: Reader) -> None:
    import_opml(layla, FILE)
    row = layla.subscriptions.get(source__url="https://a.example/f")
    assert (row.folder, row.tags) == ("سياسة", ["اقتصاد", "بحر", "محلي", "ساحل"])


def test_nothing_is_followed_before_the_reader_s_word(browser: Client, sofia: Reader) -> None:
    page = upload(browser)
    assert "Follow 3 sources" in page
    assert "قائمتي.opml" in page
    assert "192.168.1.1" in page
    assert sofia.subscriptions.count() == 0
    answer = browser.post(reverse("opml_follow"), follow=True)
    assert "You follow 3 more sources." in answer.content.decode()
    assert sofia.subscriptions.count() == 3
    assert PendingImport.objects.count() == 0


def test_a_file_is_forgotten_when_the_reader_cancels(browser: Client, sofia: Reader) -> None:
    upload(browser)
    browser.post(reverse("opml_cancel"))
    assert PendingImport.objects.count() == 0
    browser.post(reverse("opml_follow"))
    assert sofia.subscriptions.count() == 0


def test_a_second_file_takes_the_place_of_the_first(browser: Client, sofia: Reader) -> None:
    upload(browser)
    upload(browser, FILE.replace(b"b.example", b"z.example"))
    assert PendingImport.objects.count() == 1
    browser.post(reverse("opml_follow"))
    assert sofia.subscriptions.filter(source__url="https://z.example/f").exists()
    assert not sofia.subscriptions.filter(source__url="https://b.example/f").exists()


def test_a_file_is_its_reader_s_alone(browser: Client, layla: Reader, sign_in: Callable[[Reader], Client]) -> None:
    upload(browser)
    other = sign_in(layla)
    assert other.get(reverse("opml_import"))["Location"] == reverse("sources")
    other.post(reverse("opml_cancel"))
    assert PendingImport.objects.count() == 1


def test_a_file_that_nobody_decides_about_is_forgotten_after_a_day(browser: Client) -> None:
    upload(browser)
    assert services.sweep_opml(timezone.now()) == 0
    assert services.sweep_opml(timezone.now() + timezone.timedelta(hours=25)) == 1


def test_a_wrong_file_does_not_push_out_the_one_that_waits(browser: Client) -> None:
    upload(browser)
    assert "This is not an OPML file." in upload(browser, b"hello")
    assert plan_opml(Reader.objects.get(email="sofia@example.com"), FILE).new
    assert PendingImport.objects.count() == 1


def test_long_lists_are_shown_in_part_with_the_number_of_the_rest(browser: Client) -> None:
    lines = "".join(f'<outline text="s{n}" xmlUrl="https://s{n}.example/"/>\n' for n in range(250))
    page = upload(browser, f"<opml><body>{lines}</body></opml>".encode())
    assert "Follow 250 sources" in page
    assert "and 50 more" in page
    assert "s199.example" in page
    assert "s200.example" not in page


def test_a_file_without_anything_new_offers_nothing_to_follow(browser: Client, sofia: Reader) -> None:
    import_opml(sofia, FILE)
    page = upload(browser)
    assert "There is no source in it that is new to you." in page
    assert "btn--primary" not in page.partition("<main")[2]


def test_everything_survives_the_way_out_and_in(source: Make, layla: Reader, karim: Reader) -> None:
    made = source("/a", title="المرفأ", site_url="http://site.example/")
    services.subscribe(layla, made, folder="أخبار / محلية")
    services.rename(layla, made, "مرفئي & بحري")
    services.set_tags(layla, made, ["بحر", "TCP/IP", "أ / ب"])
    secret = {"owner": layla, "visibility": Visibility.PRIVATE}
    services.subscribe(layla, source("/b", title="سري", **secret))
    chosen = {"item": "li.news", "title": "a > b"}
    services.subscribe(layla, source("/page", kind="page", selectors=chosen, title="صفحة", **secret))
    services.subscribe(layla, source("/map", kind="sitemap"))
    add_rule(layla, 'when title:"كأس العالم" then hide', now=timezone.now())

    def shown(reader: Reader) -> dict[str, Any]:
        rows = reader.subscriptions.select_related("source")
        return {
            row.source.url: (
                row.folder, row.tags, row.title, row.source.title, row.source.site_url, row.source.kind,
                row.source.selectors, row.source.owner_id == reader.pk,
            )
            for row in rows
        }  # fmt: skip

    before, body = shown(layla), export_opml(layla)
    assert body == export_opml(layla)
    Source.objects.filter(owner=None).delete()
    report = import_opml(karim, body, rules=True)
    assert (report.added, report.refused, report.rules) == (4, [], 1)
    assert shown(karim) == before
    assert export_rules(karim) == export_rules(layla)


def test_rules_in_a_file_are_taken_only_where_the_box_is_ticked(
    browser: Client, sofia: Reader, source: Make, layla: Reader
) -> None:
    services.subscribe(layla, source())
    add_rule(layla, "when title:cup then hide, tag:sport", now=timezone.now())
    body = export_opml(layla)
    assert "Take over 1 rule, too" in upload(browser, body)
    browser.post(reverse("opml_follow"))
    assert export_rules(sofia) == []
    upload(browser, body)
    answer = browser.post(reverse("opml_follow"), {"rules": "1"}, follow=True)
    assert "1 rule came with them." in answer.content.decode()
    assert export_rules(sofia) == export_rules(layla)
    assert "Take over" not in upload(browser, body)


@pytest.mark.parametrize(
    "selectors", ["{", "[]", "[" * 5_000, '{"title": "a"}', '{"item": "li["}', '{"item": "' + "a" * 500 + '"}']
)
def test_selectors_that_cannot_be_used_are_left_out_with_a_reason(layla: Reader, selectors: str) -> None:
    from xml.sax.saxutils import quoteattr

    body = (
        '<opml xmlns:n="urn:nashra:opml"><body><outline text="p" url="https://p.example/" n:reads="page" '
        f"n:selectors={quoteattr(selectors)}/></body></opml>"
    )
    plan = plan_opml(layla, body.encode())
    assert [(one.address, bool(one.why)) for one in plan.refused] == [("https://p.example/", True)]
    assert not plan.new


def test_tags_are_changed_on_the_source_s_page_and_filter_the_list(
    browser: Client, source: Make, sofia: Reader
) -> None:
    sea, land = source("/a", title="Harbour Post"), source("/b", title="Hill Times")
    for one in (sea, land):
        services.subscribe(sofia, one)
    browser.post(reverse("source_edit", args=[sea.pk]), {"tags": " sea، local ,sea,,a/b"})
    assert sofia.subscriptions.get(source=sea).tags == ["sea", "local", "a/b"]
    assert 'value="sea، local، a/b"' in browser.get(reverse("source_edit", args=[sea.pk])).content.decode()
    page = browser.get(reverse("sources"), {"tag": "a/b"}).content.decode()
    assert "Harbour Post" in page
    assert "Hill Times" not in page
    grouped = browser.get(reverse("sources"), {"by": "tag"}).context["folders"]
    assert [(group.name, len(group.sources)) for group in grouped] == [("", 1), ("a/b", 1), ("local", 1), ("sea", 1)]
    assert "Hill Times" in browser.get(reverse("sources"), {"tag": "no such"}).content.decode()


def test_a_source_has_at_most_twenty_tags(source: Make, layla: Reader) -> None:
    made = source()
    services.subscribe(layla, made)
    services.set_tags(layla, made, [f"t{n}" for n in range(50)])
    assert len(layla.subscriptions.get().tags) == 20


def test_a_file_that_is_too_large_is_refused(layla: Reader) -> None:
    with pytest.raises(SourceError):
        services.keep_opml(layla, b" " * (services.OPML_LARGEST + 1))


def test_a_private_line_of_a_file_stays_private(layla: Reader, karim: Reader, source: Make) -> None:
    services.subscribe(layla, source("/b", owner=layla, visibility=Visibility.PRIVATE))
    import_opml(karim, export_opml(layla))
    assert access.visible_sources(layla).filter(owner=karim).count() == 0
    assert karim.subscriptions.get().source.owner == karim


def test_a_watched_page_of_a_file_is_the_reader_s_alone_unless_an_editor_watches_it(
    source: Make, layla: Reader, karim: Reader, nadia: Reader
) -> None:
    services.subscribe(layla, source("/page", kind="page", selectors={"item": "li"}))
    body = export_opml(layla)
    import_opml(karim, body)
    assert karim.subscriptions.get().source.owner is None
    Source.objects.all().delete()
    import_opml(karim, body)
    assert karim.subscriptions.get().source.owner == karim
    import_opml(nadia, body)
    assert nadia.subscriptions.get().source.owner is None
