"""The command line: each command calls what the pages call, says what it did, and fails in one clear line."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from command_line import Console
from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.base.models import Message
from nashra.front import services as front
from nashra.library.models import SavedItem
from nashra.news.models import Article, Source, Subscription, Visibility
from nashra.site.cli import COMMANDS
from nashra.site.demo.server import DemoServer

pytestmark = pytest.mark.django_db(transaction=True)
OPML = '<opml version="2.0"><body><outline text="a" xmlUrl="https://a.example/f"/><outline xmlUrl="x:y"/></body></opml>'


@pytest.fixture
def marfaa(omar: Reader, sample: DemoServer, console: Console) -> Source:
    """صحيفة المرفأ, added by command and stored."""
    assert console("source", "add", sample.feeds()[0], "--paper").code == 0
    return Source.objects.get()


def test_every_command_of_the_table_exists_and_explains_itself(console: Console) -> None:
    for name in COMMANDS:
        ended = console(name, "--help")
        assert ended.code == 0
        assert ended.out.startswith("Usage: nashra")


def test_commands_that_are_promised_for_later_are_not_listed(console: Console) -> None:
    assert " import" not in console("--help").out


def test_wrong_usage_is_exit_2(console: Console) -> None:
    assert console("source", "add").code == 2
    assert console("no-such-command").code == 2
    assert console("reader", "create", "x@example.com", "--role", "king").code == 2


def test_a_failure_is_one_line_and_exit_1(console: Console, omar: Reader) -> None:
    ended = console("front", "ziad@example.com")
    assert ended.code == 1
    assert ended.err.strip().splitlines() == ["nashra: There is no reader with the address ziad@example.com."]
    assert ended.out == ""


def test_without_an_owner_a_command_says_what_to_do(console: Console, paper: object) -> None:
    ended = console("source", "add", "https://a.example/f")
    assert ended.code == 1
    assert "nashra run" in ended.err


def test_a_source_is_added_with_its_articles(marfaa: Source, console: Console) -> None:
    assert marfaa.visibility == Visibility.PAPER
    assert Article.objects.filter(source=marfaa).exists()
    assert Subscription.objects.filter(source=marfaa, reader__role="owner").exists()


def test_what_cannot_be_added_is_said_for_each_address(console: Console, omar: Reader, sample: DemoServer) -> None:
    ended = console("source", "add", "ftp://a.example/", sample.feeds()[1], "http://192.168.1.1/feed")
    assert ended.code == 1
    assert "2 of 3" in ended.err
    assert "ftp://a.example/" in ended.err
    assert Source.objects.count() == 1


def test_sources_are_listed_for_people_and_programs(marfaa: Source, console: Console, karim: Reader) -> None:
    Source.objects.create(url="https://k.example/?token=1", owner=karim, visibility="private", title="سر")
    ended = console("source", "list")
    assert marfaa.url in ended.out
    assert "token" not in ended.out
    rows = console("source", "list", "--json").data
    assert [row["url"] for row in rows] == [marfaa.url, "(private)"]
    assert rows[0]["articles"] == Article.objects.count()


def test_a_source_is_fetched_again_and_says_that_nothing_changed(marfaa: Source, console: Console) -> None:
    ended = console("source", "fetch", marfaa.url)
    assert ended.code == 0
    assert "1 fetched, 0 new articles, 0 failed" in ended.out
    found = console("source", "why", marfaa.url, "--json").data
    assert [line["status"] for line in found["fetches"]] == [304, 200]
    assert all(line["sentence"] for line in found["fetches"])
    assert found["why"]
    assert (found["followers"], found["articles"]) == (1, Article.objects.count())
    assert found["bytes_a_day"] > 0
    assert found["interval_s"] >= 600


def test_why_tells_people_when_and_why(marfaa: Source, console: Console) -> None:
    ended = console("source", "why", marfaa.url)
    assert ended.code == 0
    assert "200" in ended.out
    assert "new articles" in ended.out
    assert console("source", "why", "https://nobody.example/").code == 1


def test_a_named_source_that_fails_is_exit_1_and_others_are_untouched(
    marfaa: Source, console: Console, sample: DemoServer
) -> None:
    broken = Source.objects.create(url=f"{sample.base}/feeds/none.xml")
    ended = console("source", "fetch", broken.url)
    assert ended.code == 1
    assert "1 failed" in ended.out
    assert console("source", "fetch", "--all").code == 0
    broken.refresh_from_db()
    assert broken.failing_since


def test_a_source_is_removed(marfaa: Source, console: Console) -> None:
    assert console("source", "remove", marfaa.url).code == 0
    assert not Source.objects.exists()
    assert console("source", "remove", marfaa.url).code == 1


def test_the_number_that_the_list_shows_names_a_source(marfaa: Source, console: Console) -> None:
    number = str(console("source", "list", "--json").data[0]["id"])
    assert console("source", "why", number, "--json").data["url"] == marfaa.url
    assert "1 fetched" in console("source", "fetch", number).out
    assert console("source", "remove", number).out == f"{marfaa.url}: removed\n"
    assert not Source.objects.exists()
    for command in ("why", "fetch", "remove"):
        ended = console("source", command, number)
        assert ended.code == 1
        assert ended.err == f"nashra: There is no source with the number {number}.\n"
    assert console("source", "why", "9" * 40).code == 1


def test_the_address_of_a_private_source_is_told_by_no_command(
    marfaa: Source, console: Console, karim: Reader, sample: DemoServer
) -> None:
    secret = Source.objects.create(
        url=f"{sample.base}/feeds/none.xml?token=geheim", owner=karim, visibility="private", outcome="waiting",
        due_at=timezone.now() + timedelta(hours=2),
    )  # fmt: skip
    number = str(secret.pk)
    for arguments in (("fetch", "--all"), ("fetch", number), ("why", number), ("why", number, "--json")):
        ended = console("source", *arguments)
        assert "geheim" not in ended.out + ended.err
        assert "(private)" in ended.out + ended.err
    assert console("source", "fetch", "--all").err.startswith(f"(private) {number}: ")
    assert console("source", "remove", number).out == f"(private) {number}: removed\n"


def test_subscriptions_come_in_and_go_out_as_opml(console: Console, omar: Reader, tmp_path: Path) -> None:
    (tmp_path / "in.opml").write_text(OPML)
    ended = console("opml", "import", str(tmp_path / "in.opml"))
    assert ended.code == 0
    assert "1 added" in ended.out
    assert "x:y" in ended.err
    assert console("opml", "import", str(tmp_path / "in.opml"), "--json").data["known"] == 1
    assert "https://a.example/f" in console("opml", "export").out
    assert console("opml", "export", "-o", str(tmp_path / "out.opml")).code == 0
    assert "https://a.example/f" in (tmp_path / "out.opml").read_text()
    (tmp_path / "bad.opml").write_text("hello")
    assert console("opml", "import", str(tmp_path / "bad.opml")).code == 1


def test_a_readers_subscriptions_are_not_the_owners(
    console: Console, omar: Reader, layla: Reader, tmp_path: Path
) -> None:
    (tmp_path / "in.opml").write_text(OPML)
    assert console("opml", "import", str(tmp_path / "in.opml"), "--reader", "layla@example.com").code == 0
    assert Subscription.objects.get().reader == layla
    assert "a.example" not in console("opml", "export").out


def test_accounts_are_made_listed_exported_and_deleted(
    console: Console, omar: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("palm-harbour-42\n"))
    assert console("reader", "create", "ziad@example.com", "--role", "editor", "--password-stdin").code == 0
    ziad = Reader.objects.get(email="ziad@example.com")
    assert ziad.role == "editor"
    assert ziad.check_password("palm-harbour-42")
    assert ziad.is_confirmed

    again = console("reader", "create", "ZIAD@example.com")
    assert again.code == 1
    assert "ziad@example.com" in again.err

    rows = console("reader", "list", "--json").data
    assert [row["email"] for row in rows] == ["omar@example.com", "ziad@example.com"]
    assert "palm-harbour" not in console("reader", "list").out

    assert console("reader", "export", "ziad@example.com", str(tmp_path / "z.zip")).code == 0
    with zipfile.ZipFile(tmp_path / "z.zip") as archive:
        assert "accounts.Reader.json" in archive.namelist()
        assert b"ziad@example.com" in archive.read("accounts.Reader.json")

    assert console("reader", "delete", "ziad@example.com", "--yes").code == 0
    assert not Reader.objects.filter(email="ziad@example.com").exists()


def test_the_last_owner_is_not_deleted_while_others_read_here(console: Console, omar: Reader, layla: Reader) -> None:
    ended = console("reader", "delete", "omar@example.com", "--yes")
    assert ended.code == 1
    assert "owner" in ended.err
    assert Reader.objects.count() == 2


def test_a_weak_password_is_refused(console: Console, omar: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    assert console("reader", "create", "ziad@example.com", "--password-stdin").code == 1
    assert not Reader.objects.filter(email="ziad@example.com").exists()


def test_the_front_page_is_printed_with_its_reasons(marfaa: Source, console: Console) -> None:
    found = console("front", "omar@example.com", "--json").data
    assert found["items"]
    assert {"id", "slot", "title", "url", "source", "reasons", "score", "propensity"} <= set(found["items"][0])
    assert any(item["reasons"] for item in found["items"])
    first = found["items"][0]
    assert first["position"] == 0
    assert sum(one["added"] for one in first["signals"].values()) == pytest.approx(first["score"], abs=0.02)
    for one in first["signals"].values():
        assert one["added"] == pytest.approx(one["value"] * one["weight"], abs=0.01)
    plain = console("front", "omar@example.com").out
    assert found["items"][0]["title"] in plain
    again = console("front", "omar@example.com", "--json").data
    assert [item["id"] for item in again["items"]] == [item["id"] for item in found["items"]]


def test_a_search_finds_and_marks(marfaa: Source, console: Console, sofia: Reader) -> None:
    word = Article.objects.order_by("pk")[0].title.split()[0]
    hits = console("search", word, "--reader", "sofia@example.com", "--json").data
    assert hits
    assert {"id", "title", "url", "source", "published", "snippet", "marks"} == set(hits[0])
    marked = [hit for hit in hits if hit["marks"]]
    assert all(hit["snippet"][start:end] for hit in marked for start, end in hit["marks"])
    assert "found" in console("search", word).out
    assert console("search", "-").code == 1


def test_a_search_leaves_out_what_is_muted_and_says_what_it_could_not_read(
    marfaa: Source, console: Console, layla: Reader
) -> None:
    def hits(*words: str) -> list[int]:
        return [hit["id"] for hit in console("search", *words, "--reader", "layla@example.com", "--json").data]

    everything = hits("source:المرفأ", "--limit", "100")
    assert everything
    assert set(hits("مصدر:المرفأ", "--best", "--limit", "100")) == set(everything)
    assert "date" in console("search", "since:someday", "source:المرفأ").err
    assert "date" in console("search", "since:someday").err
    front.mute(layla, "source", str(marfaa.pk), now=timezone.now())
    assert hits("source:المرفأ", "--limit", "100") == []
    assert hits("source:المرفأ", "--limit", "100", "--muted") == everything
    shown = console("search", "source:المرفأ", "--limit", "100", "--reader", "layla@example.com").out
    assert f"0 found. {len(everything)} muted" in shown


def test_an_address_is_saved_with_its_text(marfaa: Source, console: Console, layla: Reader, sample: DemoServer) -> None:
    article = Article.objects.filter(source=marfaa)[0]
    ended = console("save", article.url, "--reader", "layla@example.com", "--tag", "ماء")
    assert ended.code == 0
    item = SavedItem.objects.get(reader=layla)
    assert item.text
    assert [tag.name for tag in item.tags.all()] == ["ماء"]
    assert console("save", "javascript:alert(1)", "--reader", "layla@example.com").code == 1


def test_a_digest_is_made_and_delivered_at_once(marfaa: Source, console: Console, settings: Any) -> None:
    ended = console("newsletter", "send", "digest", "--reader", "omar@example.com")
    assert ended.code == 0
    letter = Message.objects.get()
    assert (letter.kind, letter.to, letter.state) == ("digest", "omar@example.com", "sent")
    assert list((settings.NASHRA_DATA / "mail").glob("*.eml"))
    assert console("newsletter", "list", "--json").data[0]["reader"] == "omar@example.com"
    assert console("newsletter", "status", "--json").data["letters"] == {"sent": 1}
    assert "omar@example.com" in console("newsletter", "status").out


def test_other_newsletters_do_not_exist_yet_and_the_command_says_so(console: Console, omar: Reader) -> None:
    ended = console("newsletter", "send", "morning", "--reader", "omar@example.com")
    assert ended.code == 1
    assert "digest" in ended.err


def test_a_dry_run_says_what_a_file_would_do_and_does_nothing(console: Console, omar: Reader, tmp_path: Path) -> None:
    (tmp_path / "in.opml").write_text(OPML.replace('text="a"', 'text="a" category="sea"'))
    ended = console("opml", "import", str(tmp_path / "in.opml"), "--dry-run")
    assert ended.code == 0
    assert "1 new, 0 followed already, 0 over the limit." in ended.out
    assert "1 new tags: sea" in ended.out
    assert "x:y" in ended.err
    found = console("opml", "import", str(tmp_path / "in.opml"), "--dry-run", "--json").data
    assert [one["address"] for one in found["new"]] == ["https://a.example/f"]
    assert (found["known"], found["tags"], len(found["refused"])) == (0, ["sea"], 1)
    assert not Subscription.objects.exists()
