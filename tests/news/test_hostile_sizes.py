"""Feeds made to hurt, read as the worker reads them: our own limit ends them, each with its own code or its bound."""

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from nashra.base.net import Response
from nashra.core.feeds import Feed, FeedError
from nashra.core.feeds.model import MAX_CONTENT, MAX_ENTRIES, MAX_TITLE
from nashra.news.fetching import parsing

MEGABYTE = 1024 * 1024
HEAD, END = b'<rss version="2.0"><channel><title>t</title><item><title>first</title></item>', b"</channel></rss>"
LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"ha") for n in range(12))


def read(body: bytes) -> Feed:
    headers = CIMultiDictProxy(CIMultiDict({"Content-Type": "application/rss+xml"}))
    return parsing.read(Response("http://paper.example/f", "http://paper.example/f", 200, headers, body))[0]


def titled(title: bytes) -> bytes:
    return HEAD + b"<item><title>" + title + b"</title></item>" + END


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<!DOCTYPE rss [" + LAUGHS + b"]>" + titled(b"&l11;"), "entity-bomb"),
        (b'<!DOCTYPE rss [<!ENTITY a "' + b"a" * 50_000 + b'">]>' + titled(b"&a;" * 50_000), "entity-bomb"),
        (b'<!DOCTYPE rss [<!ENTITY a "&b;"><!ENTITY b "&a;">]>' + titled(b"&a;"), "entity-bomb"),
        (b'{"version":"1","items":[' + b"[" * 500_000, "too-deep"),
        (b"<" * MEGABYTE, "not-a-feed"),
        (b" " * MEGABYTE, "empty"),
    ],
    ids=["entities that double", "one long entity many times", "entities in a circle", "deep JSON", "<", "spaces"],
)
def test_what_would_grow_without_end_is_refused_by_its_own_limit(body: bytes, code: str) -> None:
    with pytest.raises(FeedError) as refused:
        read(body)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "inner",
    [
        b"<item>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</item>",
        b"<item>" + b"<b>" * 100_000,
        b"<item><title>" + b"<" * 300_000 + b"</title></item>",
        b"<item><title>" + b"&" * 300_000 + b"</title></item>",
        b"<item " + b"".join(b'a%d="" ' % n for n in range(100_000)) + b"/>",
    ],
    ids=["nested tags", "tags never closed", "<", "&", "attributes"],
)
def test_a_monstrous_entry_does_not_cost_the_one_before_it(inner: bytes) -> None:
    feed = read(HEAD + inner + END)
    assert feed.entries[0].title == "first"
    assert all(len(entry.title or "") <= MAX_TITLE for entry in feed.entries)


def test_of_fifty_thousand_entries_the_first_are_kept() -> None:
    feed = read(HEAD + b"<item><title>x</title><link>http://a.example/</link></item>" * 50_000 + END)
    assert feed.truncated_at == MAX_ENTRIES
    many = b",".join(b'{"id":"%d"}' % n for n in range(50_000))
    assert len(read(b'{"version":"1","items":[' + many + b"]}").entries) == MAX_ENTRIES


def test_five_megabytes_of_cdata_are_cut_at_the_limit_of_one_entry() -> None:
    body = b"<item><description><![CDATA[" + b"<p>word " * 655_360 + b"]]></description></item>"
    assert MAX_CONTENT - 10 <= len(read(HEAD + body + END).entries[1].summary or "") <= MAX_CONTENT


def test_no_file_and_no_host_is_asked_for_an_entity() -> None:
    names = b'<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY n SYSTEM "http://127.0.0.1:9/">'
    more = b'<!ENTITY % p SYSTEM "http://127.0.0.1:9/p">%p;'
    feed = read(b"<!DOCTYPE rss [" + names + more + b"]>" + titled(b"a &f;&n; b"))
    assert feed.entries[1].title == "a &f;&n; b"
