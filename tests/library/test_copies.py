"""The copy of what was saved: whole text, pictures and the page, whatever becomes of site and worker."""

import gzip
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from library_site import LONG, Site, png

from nashra.accounts.models import Reader
from nashra.base import blobs
from nashra.library import services
from nashra.library.models import SavedItem, SavedPicture
from nashra.library.services import archiving, sweeping
from nashra.news.models import Article

MakeArticle = Callable[..., Article]


def reload(item: SavedItem) -> SavedItem:
    return SavedItem.every.get(pk=item.pk)


def test_pictures_survive_the_death_of_their_server(
    layla: Reader, make_article: MakeArticle, site: Site, now: datetime
) -> None:
    first, second = site.serve("/1.png", png(), "image/png"), site.serve("/2.png", png("red"), "image/png")
    html = f'<p>{LONG}</p><img src="{first}" alt="محطة"><p>{LONG}</p><img src="{second}" alt="حقل">'
    item = services.save(layla, make_article(html=html, image_url=first), now=now)
    assert services.archive_next(now=now)
    site.close()
    item = reload(item)
    assert (item.archive, item.due_at, services.state_of(item).can_retry) == ("kept", None, False)
    shown = services.html_of(item)
    assert site.base not in shown
    keys = {picture.url: picture.key for picture in item.pictures.all()}
    assert set(keys) == {first, second}
    assert all(f'src="/media/{key}"' in shown and blobs.exists(key) for key in keys.values())
    assert item.image == keys[first]


def test_a_lead_picture_that_the_text_shows_anyway_is_not_shown_twice(
    layla: Reader, make_article: MakeArticle, site: Site, now: datetime
) -> None:
    url = site.serve("/1.png", png(), "image/png")
    inside = services.save(
        layla, make_article("في النص", html=f'<p>{LONG}</p><img src="{url}">', image_url=url), now=now
    )
    above = services.save(layla, make_article("فوق النص", image_url=url), now=now)
    while services.archive_next(now=now):
        pass
    assert services.lead_picture(reload(inside)) == ""
    assert services.lead_picture(reload(above)) == f"/media/{reload(above).image}"


def test_the_same_picture_lies_here_once_for_all_readers(
    layla: Reader, karim: Reader, make_article: MakeArticle, site: Site, now: datetime
) -> None:
    article = make_article(image_url=site.serve("/1.png", png(), "image/png"))
    for reader in (layla, karim):
        services.save(reader, article, now=now)
    while services.archive_next(now=now):
        pass
    assert len(set(SavedPicture.objects.values_list("key", flat=True))) == 1
    assert len(list(blobs.iterate())) == 1


def test_pictures_that_cannot_be_had_are_counted_and_leave_their_description(
    layla: Reader, make_article: MakeArticle, site: Site, now: datetime
) -> None:
    good = site.serve("/1.png", png(), "image/png")
    html = f'<p>{LONG}</p><img src="{good}"><img src="{site.base}/gone.png" alt="صورة غابت"><img src="http://10.0.0.1/a.png">'
    item = services.save(layla, make_article(html=html), now=now)
    services.archive_next(now=now)
    item = reload(item)
    assert (item.archive, item.archive_detail["missing"], item.due_at) == ("part", 2, None)
    shown = services.html_of(item)
    assert "صورة غابت" in shown
    assert "10.0.0.1" not in shown
    assert services.state_of(item).can_retry


def test_a_picture_whose_server_is_out_of_order_is_fetched_later(
    layla: Reader, make_article: MakeArticle, site: Site, now: datetime
) -> None:
    url = site.serve("/1.png", b"", "text/plain", 503)
    item = services.save(layla, make_article(image_url=url), now=now)
    services.archive_next(now=now)
    item = reload(item)
    assert (item.archive, item.due_at) == ("part", now + timedelta(minutes=1))
    site.serve("/1.png", png(), "image/png")
    assert not services.archive_next(now=now)
    assert services.archive_next(now=now + timedelta(minutes=1))
    assert (reload(item).archive, reload(item).archive_detail) == ("kept", {})


def test_at_most_sixty_pictures_are_kept_and_the_rest_is_counted(
    layla: Reader, make_article: MakeArticle, site: Site, now: datetime
) -> None:
    urls = [site.serve(f"/{n}.png", png(), "image/png") for n in range(63)]
    item = services.save(
        layla, make_article(html=f"<p>{LONG}</p>" + "".join(f'<img src="{u}">' for u in urls)), now=now
    )
    services.archive_next(now=now)
    assert (reload(item).pictures.count(), reload(item).archive_detail["missing"]) == (60, 3)


def test_the_work_of_a_killed_worker_is_taken_up_when_its_lease_ends(
    layla: Reader, make_article: MakeArticle, site: Site, now: datetime
) -> None:
    url = site.serve("/1.png", png(), "image/png")
    item = services.save(layla, make_article(image_url=url), now=now)
    SavedItem.objects.filter(pk=item.pk).update(claimed_until=now + archiving.LEASE, attempts=1)  # and then it died
    assert not services.archive_next(now=now + timedelta(minutes=1))
    assert services.archive_next(now=now + archiving.LEASE)
    assert reload(item).archive == "kept"


def test_a_worker_that_lost_its_lease_writes_nothing(
    layla: Reader, make_article: MakeArticle, site: Site, now: datetime
) -> None:
    item = services.save(layla, make_article(), now=now)
    slow = reload(item)
    slow.claimed_until = now
    SavedItem.objects.filter(pk=item.pk).update(claimed_until=now + timedelta(minutes=2))
    services.archive(slow, now=now)
    assert reload(item).archive == "waiting"


def test_a_saved_page_is_kept_with_text_title_pictures_and_as_it_came(layla: Reader, site: Site, now: datetime) -> None:
    picture = site.serve("/lead.png", png(), "image/png")
    url = site.article("/a", "القطار الليلي يعود", extra='<figure><img src="/lead.png" alt="قطار"></figure>')
    item = services.save_url(layla, url, now=now)
    services.archive_next(now=now)
    original = site.pages["/a"][2]
    site.close()
    item = reload(item)
    assert (item.archive, item.title, item.language, item.direction) == ("kept", "القطار الليلي يعود", "ar", "rtl")
    assert "فقرة 7 عن الماء" in item.text
    assert item.excerpt.startswith("فقرة 0")
    assert [found.url for found in item.pictures.all()] == [picture]
    assert gzip.decompress(blobs.get(item.page)) == original
    assert services.items(layla, query="القطار").page.object_list[0] == item


def test_a_page_in_windows_1256_named_in_the_header_alone_is_read(layla: Reader, site: Site, now: datetime) -> None:
    url = site.article("/a", "القطار الليلي يعود")
    text = site.pages["/a"][2].decode().replace("<meta charset=utf-8>", "")
    site.serve("/a", text.encode("cp1256"), "text/html; charset=windows-1256")
    item = services.save_url(layla, url, now=now)
    services.archive_next(now=now)
    assert reload(item).title == "القطار الليلي يعود"


def test_an_article_of_which_the_feed_gives_only_the_beginning_is_completed_from_its_page(
    layla: Reader, make_article: MakeArticle, site: Site, now: datetime
) -> None:
    url = site.article("/a", "عنوان الصفحة")
    item = services.save(layla, make_article("عنوان الخبر", url=url, text="أول الكلام…"), now=now)
    assert item.text == "أول الكلام…"
    services.archive_next(now=now)
    item = reload(item)
    assert (item.title, item.archive) == ("عنوان الخبر", "kept")
    assert "فقرة 7 عن الماء" in item.text


def test_a_full_text_that_came_meanwhile_is_taken_without_asking_the_site(
    layla: Reader, make_article: MakeArticle, site: Site, now: datetime
) -> None:
    article = make_article(url=f"{site.base}/a", text="أول الكلام…")
    item = services.save(layla, article, now=now)
    article.body.text, article.body.html = LONG, f"<p>{LONG}</p>"
    article.body.save()
    services.archive_next(now=now)
    assert (reload(item).text, site.asked) == (LONG, [])


def test_a_beginning_stays_when_the_page_is_gone_and_the_reader_is_told(
    layla: Reader, make_article: MakeArticle, site: Site, now: datetime
) -> None:
    item = services.save(layla, make_article(url=f"{site.base}/gone", text="أول الكلام…"), now=now)
    services.archive_next(now=now)
    item = reload(item)
    assert (item.text, item.archive, item.due_at) == ("أول الكلام…", "kept", None)
    assert "beginning" in services.state_of(item).text or "البداية" in services.state_of(item).text


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (404, "text/html", "gone"),
        (410, "text/html", "gone"),
        (403, "text/html", "closed"),
        (200, "image/png", "not-a-page"),
        (400, "text/html", "status"),
    ],
)
def test_a_page_that_is_no_use_fails_at_once_with_a_sentence_and_its_address(
    layla: Reader, site: Site, status: int, kind: str, code: str, now: datetime
) -> None:
    item = services.save_url(layla, site.serve("/a", "<p>لا شيء</p>", kind, status), now=now)
    services.archive_next(now=now)
    item = reload(item)
    assert (item.archive, item.archive_detail["code"], item.due_at) == ("failed", code, None)
    assert item.url == f"{site.base}/a"
    assert services.state_of(item).can_retry


def test_a_page_without_an_article_fails_but_is_kept_as_it_came(layla: Reader, site: Site, now: datetime) -> None:
    item = services.save_url(layla, site.serve("/a", "<!doctype html><title>فارغة</title><body></body>"), now=now)
    services.archive_next(now=now)
    item = reload(item)
    assert (item.archive, item.archive_detail["code"], item.title) == ("failed", "no-text", "فارغة")
    assert b"doctype" in gzip.decompress(blobs.get(item.page))


def test_a_site_out_of_order_is_tried_four_times_ever_later_and_then_reported(
    layla: Reader, site: Site, now: datetime
) -> None:
    item, at = services.save_url(layla, site.serve("/a", "", status=500), now=now), now
    for minutes in (1, 10, 60):
        assert services.archive_next(now=at)
        item = reload(item)
        assert (item.archive, item.due_at) == ("waiting", at + timedelta(minutes=minutes))
        at += timedelta(minutes=minutes)
    assert services.archive_next(now=at)
    assert (reload(item).archive, reload(item).due_at, len(site.asked)) == ("failed", None, 4)


def test_a_site_that_asks_us_to_wait_is_left_alone_so_long(layla: Reader, site: Site, now: datetime) -> None:
    item = services.save_url(layla, site.serve("/a", "", status=429, Retry_After="7200"), now=now)
    services.archive_next(now=now)
    assert reload(item).due_at == now + timedelta(hours=2)
    other, soon = services.save_url(layla, site.article("/b", "أخرى"), now=now), now + timedelta(hours=1)
    services.retry(item, now=soon)
    while services.archive_next(now=soon):
        pass
    assert site.asked == ["/a"]
    site.article("/a", "الأولى")
    while services.archive_next(now=now + timedelta(hours=2)):
        pass
    assert (reload(item).archive, reload(other).archive) == ("kept", "kept")


def test_trying_again_makes_the_copy(layla: Reader, site: Site, now: datetime) -> None:
    item = services.save_url(layla, f"{site.base}/a", now=now)
    services.archive_next(now=now)
    assert reload(item).archive == "failed"
    site.article("/a", "القطار الليلي يعود")
    services.retry(reload(item), now=now)
    assert reload(item).archive == "waiting"
    services.archive_next(now=now)
    assert (reload(item).archive, reload(item).title) == ("kept", "القطار الليلي يعود")


def test_an_address_that_redirects_inside_is_not_followed_and_stays_with_a_sentence(
    layla: Reader, site: Site, now: datetime
) -> None:
    item = services.save_url(layla, site.serve("/a", "", status=302, Location="http://127.0.0.2:9/secret"), now=now)
    services.archive_next(now=now)
    item = reload(item)
    assert (item.archive, item.archive_detail["code"]) == ("failed", "blocked-address")
    assert item.url == f"{site.base}/a"
    assert len(services.state_of(item).text) > 20


def test_an_allowance_that_was_withdrawn_holds_for_what_waits(
    layla: Reader, site: Site, settings: Any, now: datetime
) -> None:
    item = services.save_url(layla, site.article("/a", "داخل"), now=now)
    settings.NASHRA_ALLOW_HOSTS = ()
    services.archive_next(now=now)
    assert (reload(item).archive, site.asked) == ("failed", [])


def test_an_error_of_our_own_is_tried_again_and_loses_nothing(
    layla: Reader, make_article: MakeArticle, site: Site, settings: Any, now: datetime
) -> None:
    item = services.save(layla, make_article(image_url=site.serve("/1.png", png(), "image/png")), now=now)
    folder = settings.NASHRA_DATA
    (folder / "blobs").write_text("not a folder")
    services.archive_next(now=now)
    assert (reload(item).archive, reload(item).text) == ("waiting", item.text)
    (folder / "blobs").unlink()
    services.archive_next(now=now + timedelta(minutes=1))
    assert reload(item).archive == "kept"


def test_removed_items_are_not_copied_until_they_come_back(
    layla: Reader, make_article: MakeArticle, site: Site, now: datetime
) -> None:
    item = services.save(layla, make_article(), now=now)
    services.unsave(layla, item, now=now)
    assert not services.archive_next(now=now)
    services.restore(layla, item, now=now)
    assert services.archive_next(now=now)


def test_files_that_nobody_refers_to_leave_after_a_day_and_others_stay(
    layla: Reader, site: Site, make_article: MakeArticle, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = site.article("/a", "القطار", extra='<img src="/1.png">')
    site.serve("/1.png", png(), "image/png")
    item = services.save_url(layla, url, now=now)
    services.archive_next(now=now)
    lonely, used = blobs.put(b"lonely"), blobs.put(b"used elsewhere")
    monkeypatch.setattr(sweeping, "users", [lambda keys: {used} & set(keys)])
    assert sweeping.delete_unused() == 0
    monkeypatch.setattr(sweeping, "GRACE_SECONDS", -60.0)
    assert sweeping.delete_unused() == 1
    assert not blobs.exists(lonely)
    assert all(blobs.exists(key) for key in (used, reload(item).page, reload(item).image))
    SavedItem.every.all().delete()
    sweeping.tidy(now=now)
    assert list(blobs.iterate()) == [used]
