"""Feeds of the pairs, taken apart and put together wrongly: whatever comes of it is a sound value or a FeedError."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashra.core.feeds import Entry, Feed, FeedError, parse
from nashra.core.feeds.model import MAX_CONTENT, MAX_ENTRIES, MAX_TITLE

DATA = Path(__file__).parents[2] / "data" / "feeds"
CODES = ("empty", "html-page", "not-a-feed", "too-deep", "entity-bomb", "sitemap-index")
SAMPLES = [path.read_bytes() for path in sorted(DATA.glob("*/*.feed")) if path.stat().st_size < 20_000]
TOKEN = re.compile(r"<!\[CDATA\[|\]\]>|<[^<>]{0,300}>|&[#\w]{1,9};|[^<&]{1,200}|.", re.DOTALL)
TOKENS = [TOKEN.findall(sample.decode("utf-8", "replace")) for sample in SAMPLES]
CODECS = ("utf-8", "cp1256", "cp1252", "iso8859_6", "utf-16", "utf-16-be", "utf-32", "big5", "euc_kr", "iso2022_jp")
LABELS = ("utf-8", "windows-1256", "iso-8859-1", "utf-16", "utf-7", "idna", "undefined", "hex", "x-no-such", "big5")
ODD = (
    *("<![CDATA[", "]]>", "<!--", "-->", "<?", "?>", "<!DOCTYPE rss [", "<!ENTITY a 'b'>", "]>", "&a;", "&", "<", "</"),
    *(
        "&#xD800;",
        "&#x110000;",
        "&#0;",
        "&nbsp;",
        "&NoSuch;",
        "&amp;amp;",
        "\x00",
        "\x0b",
        "\ufffe",
        "\u202e",
        "\u2067",
    ),
    *('<rss version="2.0">', "<channel>", "<item>", "</item>", "<entry>", "</entry>", "<title>", "</title>", "<link>"),
    *(
        'xml:base="http://[::1"',
        ' href="http://a b"',
        ' href="javascript:x"',
        ' type="xhtml"',
        ' mode="base64"',
        "{",
        "[",
    ),
    *("31 Feb 2026", "99999999999999999999", "٣١ شباط", "0", "http://[", "//", "data:,x", "كلمة", "é", "\U0001f600"),
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A feed of the pairs after some accidents: pieces lost, doubled, swapped, taken from another feed, or odd."""
    pieces = list(draw(st.sampled_from(TOKENS)))
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, max(len(pieces) - 1, 0)))
        match draw(st.integers(0, 6)):
            case 0:
                del pieces[at : at + draw(st.integers(1, 5))]
            case 1:
                pieces[at:at] = pieces[at : at + draw(st.integers(1, 20))] * draw(st.integers(1, 3))
            case 2:
                pieces[at:at] = [draw(st.sampled_from(ODD))] * draw(st.sampled_from((1, 1, 1, 300)))
            case 3:
                other = draw(st.sampled_from(TOKENS))
                start = draw(st.integers(0, max(len(other) - 1, 0)))
                pieces[at : at + 1] = other[start : start + draw(st.integers(1, 30))]
            case 4:
                pieces[at : at + 1] = [draw(st.text(max_size=20))]
            case 5:
                pieces[at : at + 2] = reversed(pieces[at : at + 2])
            case 6:
                del pieces[at:]
    return "".join(pieces)


@st.composite
def bodies(draw: st.DrawFn) -> tuple[bytes, str | None]:
    """Bytes and the server's label for them: any encoding under any label, perhaps with a few bytes spoilt."""
    body = draw(texts()).encode(draw(st.sampled_from(CODECS)), "replace")
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(body)))
        body = body[:at] + draw(st.binary(max_size=4)) + body[at + draw(st.integers(0, 3)) :]
    label = draw(st.none() | st.sampled_from(LABELS))
    return body, label and f"application/xml; charset={label}"


@settings(max_examples=1500, deadline=None, derandomize=True)
@given(bodies())
def test_a_feed_after_accidents_is_a_feed_or_a_feed_error(sent: tuple[bytes, str | None]) -> None:
    _is_feed_or_error(*sent)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.sampled_from(SAMPLES), st.floats(0, 1))
def test_a_feed_cut_anywhere_is_a_feed_or_a_feed_error(body: bytes, share: float) -> None:
    _is_feed_or_error(body[: int(len(body) * share)], None)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_feed_or_a_feed_error(body: bytes) -> None:
    _is_feed_or_error(body, None)
    inside = b"<item><title>" + body + b"</title><pubDate>" + body[:40] + b"</pubDate></item>"
    _is_feed_or_error(b'<rss version="2.0"><channel>' + inside + b"</channel></rss>", None)


@pytest.mark.parametrize("label", LABELS)
def test_no_label_can_make_the_reader_fail(label: str) -> None:
    head = f'<?xml version="1.0" encoding="{label}"?>'.encode()
    _is_feed_or_error(head + b"<rss><channel><item><title>\xe9\xff\x80</title></item></channel></rss>", None)


def _is_feed_or_error(body: bytes, content_type: str | None) -> None:
    feed = _outcome(body, content_type)
    if isinstance(feed, str):
        assert feed in CODES
        return
    assert len(feed.entries) <= MAX_ENTRIES
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)
    _is_sound(feed)
    for entry in feed.entries:
        assert entry.id
        _is_sound(entry)


def _outcome(body: bytes, content_type: str | None) -> Feed | str:
    """The feed, or the code of the error."""
    try:
        return parse(body, content_type=content_type, url="https://paper.example/feed")
    except FeedError as error:
        return error.code


def _is_sound(thing: Feed | Entry) -> None:
    """Plain titles, absolute links, bounded texts, and nothing that could not be stored."""
    assert thing.link is None or thing.link.startswith(("http://", "https://"))
    assert not set(thing.title or "") & set("\n\r\t\x00\u202e\u202d")
    assert len(thing.title or "") <= MAX_TITLE
    assert isinstance(thing, Feed) or len(thing.content or "") + len(thing.summary or "") <= 2 * MAX_CONTENT
    str(thing).encode("utf-8")
