"""OPML in and out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from nashra.core.feeds import FeedError
from nashra.core.feeds.opml import MAX_FOLDERS, MAX_PLACES, Outline, read, write

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)

BOMB = (
    b'<!DOCTYPE o [<!ENTITY a "%s"><!ENTITY b "%s"><!ENTITY c "%s">]>' % (b"x" * 1000, b"&a;" * 1000, b"&b;" * 1000)
    + b'<opml><body><outline text="&c;" xmlUrl="https://a.example/"/></body></opml>'
)


def _file(body: str) -> bytes:
    head = '<?xml version="1.0"?>\n<opml version="2.0"><head><title>قائمتي</title></head><body>'
    return f"{head}\n{body}\n</body></opml>".encode()


def test_subscriptions_keep_their_names_folders_and_lines() -> None:
    found = read(
        _file(
            '<outline text="سياسة"><outline text="عربية">\n'
            '<outline type="rss" text="المرفأ" xmlUrl="example.com/feed" htmlUrl="https://example.com/"/>\n'
            '</outline></outline>\n<outline title="Free" XMLURL="feed://b.example/rss"/>'
        )
    )
    assert found.title == "قائمتي"
    assert found.outlines == [
        Outline("المرفأ", "https://example.com/feed", "https://example.com/", ("سياسة", "عربية"), 4, "rss"),
        Outline("Free", "https://b.example/rss", None, (), 6, "rss"),
    ]
    assert found.problems == []


def test_each_address_left_out_is_named_with_its_line_and_reason() -> None:
    found = read(
        _file(
            '<outline text="a" xmlUrl="javascript:alert(1)"/>\n<outline text="b" xmlUrl="file:///etc/passwd"/>\n'
            '<outline text="c" xmlUrl=" "/>\n<outline text="d"/>\n<outline text="e" xmlUrl="https://e.example/"/>\n'
            '<outline text="f" xmlUrl="HTTPS://E.example"/>\n<outline text="g" xmlUrl="http://"/>'
        )
    )
    assert [outline.title for outline in found.outlines] == ["e"]
    assert [(problem.line, problem.reason_code) for problem in found.problems] == [
        (3, "script-address"), (4, "bad-scheme"), (5, "empty-address"), (6, "no-address"), (8, "duplicate"),
        (9, "bad-address"),
    ]  # fmt: skip
    assert found.problems[0].address == "javascript:alert(1)"


def test_a_thousand_folders_inside_one_another_are_flattened() -> None:
    nested = '<outline text="f">' * 1000 + '<outline xmlUrl="https://a.example/"/>' + "</outline>" * 1000
    [outline] = read(_file(nested)).outlines
    assert outline.folders == ("f",) * MAX_FOLDERS
    assert outline.title == "https://a.example/"


def test_markup_in_a_name_is_text() -> None:
    [outline] = read(_file('<outline text="&lt;img src=x onerror=y&gt; خبر" xmlUrl="https://a.example/"/>')).outlines
    assert outline.title == "خبر"


def test_a_bare_ampersand_in_an_address_is_understood() -> None:
    [outline] = read(_file('<outline text="Q&A" xmlUrl="https://a.example/?a=1&b=2"/>')).outlines
    assert (outline.title, outline.xml_url) == ("Q&A", "https://a.example/?a=1&b=2")


def test_a_file_that_breaks_off_is_read_up_to_there_and_said_to_be_damaged() -> None:
    whole = _file('<outline text="a" xmlUrl="https://a.example/"/>\n<outline text="b" xmlUrl="https://b.example/"/>')
    found = read(whole.split(b'text="b"')[0])
    assert [outline.xml_url for outline in found.outlines] == ["https://a.example/"]
    assert [(problem.line, problem.reason_code) for problem in found.problems] == [(4, "damaged")]


def test_arabic_names_in_windows_1256_are_read_without_a_declaration() -> None:
    body = '<opml><body><outline text="أخبار العالم" xmlUrl="https://a.example/"/></body></opml>'.encode("cp1256")
    assert read(body).outlines[0].title == "أخبار العالم"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"<rss><channel/></rss>", "not-opml"),
        (b"https://example.com/", "not-opml"),
        (BOMB, "entity-bomb"),
    ],
)
def test_what_is_no_opml_is_refused_with_a_reason(body: bytes, code: str) -> None:
    with pytest.raises(FeedError) as caught:
        read(body)
    assert caught.value.code == code


def test_fifty_thousand_subscriptions_are_read() -> None:
    lines = "\n".join(f'<outline text="s{i}" xmlUrl="https://s{i}.example/feed"/>' for i in range(50_000))
    found = read(_file(lines))
    assert len(found.outlines) == 50_000
    assert found.outlines[-1].line == 50_002


def test_what_is_written_is_read_again_unchanged() -> None:
    outlines = [
        Outline("المرفأ & «البحر»", "https://a.example/?x=1&y=2", "https://a.example/", ("سياسة", 'a "b" <c>')),
        Outline("Plain", "https://b.example/", None, ()),
        Outline("ثالث", "https://c.example/", None, ("سياسة",)),
    ]
    found = read(write(outlines, title="صحيفتي <الأولى>", now=NOW))
    assert found.title == "صحيفتي <الأولى>"
    key = {outline.xml_url: (outline.title, outline.html_url, outline.folders) for outline in found.outlines}
    assert key == {outline.xml_url: (outline.title, outline.html_url, outline.folders) for outline in outlines}
    assert found.problems == []


def test_a_feed_in_two_folders_is_in_both_and_left_out_only_where_it_stands_twice() -> None:
    feed = '<outline text="a" xmlUrl="https://a.example/"/>'
    found = read(_file(f'{feed}\n<outline text="سياسة">{feed}</outline>\n<outline text="بحر">{feed}{feed}</outline>'))
    [outline] = found.outlines
    assert (outline.folders, outline.more, outline.line) == (("سياسة",), (("بحر",),), 3)
    assert [(problem.line, problem.reason_code) for problem in found.problems] == [(5, "duplicate")]


def test_categories_are_tags_and_slashes_nest_them() -> None:
    body = '<outline text="a" xmlUrl="https://a.example/" category="/Boston/Weather, بحر، بحر ,,/"/>'
    assert read(_file(body)).outlines[0].tags == ("Boston", "Weather", "بحر")


def test_a_feed_cannot_be_given_thousands_of_folders_and_tags() -> None:
    lines = "".join(f'<outline text="f{i}"><outline xmlUrl="https://a.example/"/></outline>' for i in range(500))
    names = ",".join(map(str, range(500)))
    [outline] = read(_file(f'{lines}<outline xmlUrl="https://a.example/" category="{names}"/>')).outlines
    assert (len(outline.more), len(outline.tags)) == (MAX_PLACES, MAX_PLACES)


def test_what_opml_has_no_words_for_comes_back_too() -> None:
    outlines = [
        Outline("اسمي لها", "https://a.example/", tags=("TCP/IP", "بحر"), feed_title="المرفأ", private=True),
        Outline("p", "https://b.example/p", kind="link", reads="page", selectors='{"items": "li > a[title=\\"x\\"]"}'),
    ]
    rules = ['title has "a & b" => hide', "paused source is <b> => save"]
    body = write(outlines, title="t", now=NOW, rules=rules)
    found = read(re.sub(rb"([ <:/])nashra([:=])(?!opml)", rb"\1own\2", body))  # the prefix may be any
    assert [replace(outline, line=0) for outline in found.outlines] == outlines
    assert found.rules == rules


def test_words_of_our_own_count_only_in_our_namespace() -> None:
    body = write([Outline("a", "https://a.example/", private=True)], title="t", now=NOW, rules=["x => hide"])
    found = read(body.replace(b"urn:nashra:opml", b"urn:other"))
    assert (found.outlines[0].private, found.rules) == (False, [])


def test_other_programs_read_what_is_written() -> None:
    """OPML 2.0: version, text on every outline, type and xmlUrl of a feed; what is no feed is a link."""
    outlines = [Outline("a", "https://a.example/", None, ("س",)), Outline("b", "https://b.example/", reads="page")]
    root = ElementTree.fromstring(write(outlines, title="t", now=NOW, rules=["x => hide"]))
    rows = [dict(row.items()) for row in root.iter("outline")]
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    assert all(row["text"] for row in rows)
    assert [(row["type"], row.get("xmlUrl"), row.get("url")) for row in rows if "type" in row] == [
        ("link", None, "https://b.example/"),
        ("rss", "https://a.example/", None),
    ]


def test_tags_survive_programs_that_know_only_categories() -> None:
    body = write([Outline("a", "https://a.example/", tags=("بحر", "a & b"))], title="t", now=NOW)
    assert ElementTree.fromstring(body).find(".//outline").get("category") == "بحر,a & b"  # type: ignore[union-attr]
