"""Simple HTML is cleaned by a short way, which writes what the long way writes; the gate lets nothing else through."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nashra.core.extract import count_words, fragment, sanitise, to_text
from nashra.core.extract.gate import is_narrow, is_sound, reparsed
from nashra.core.extract.quick import quickly
from nashra.core.extract.sanitise import _ODD, _Builder

BASE = "https://news.example/a/b"
TEXTS = [
    "نص",
    "text",
    "a &amp; b",
    "&nbsp;",
    " ",
    "\n",
    "\xa0",
    "&#8217;x",
    "&lt;b&gt;",
    "\u200b",
    "&#13;",
    "&#8294;",
    "&copy",
    ">",
]
ATTRIBUTES = [
    ' class="a b"', ' dir="rtl"', ' lang="ar"', ' title="t &amp; u"', ' style="color:red"', ' lang="a b"', " hidden",
    ' datetime="2026-01-01"', ' start="3"', ' CLASS="x"', ' data-a="1"', " /",
]  # fmt: skip
ADDRESSES = [
    "/x?a=1&amp;b=2", "//other.example/z", "http://h.test", "HTTP://h.test/é", "javascript:1", "java&#10;script:1",
    "mailto:a@b.example", "http://256.1.1.1/", "http://-/", "http://xn--a/", "http://h.test:99999/", "http://u:p@h/",
    "http://h/&quot;x", "#part", "", "http://h\\x", "data:text/html,x", "http://h/&lt;b&gt;", "https://خبر.example/",
    "https://h.example:8080/a?b=1&amp;c=2#d", "http://h.example:99999/", "http://1.2/x", " https://h.example/",
]  # fmt: skip
ELEMENTS = [
    "p", "h1", "h2", "div", "section", "ul", "li", "b", "em", "blockquote", "figure", "span", "time", "font", "P",
    "pre", "td", "svg",
]  # fmt: skip
texts, attributes = st.sampled_from(TEXTS), st.lists(st.sampled_from(ATTRIBUTES), max_size=2).map("".join)
voids = st.sampled_from(["<br>", "<hr>", "<br/>", "<wbr>", "</p>", "</x>", "<!-- -->"])
pictures = st.sampled_from([
    '<img src="/1.jpg" alt="x">', '<img src="/1.jpg" srcset="/2.jpg 2x" alt="&lt;" width="640" height="480"/>',
    '<img src="/p.gif" width="1" height="1">', '<img data-src="/l.jpg" src="data:image/gif;base64,A">',
    '<IMG SRC="/1.jpg">',
])  # fmt: skip
leaves = st.one_of(texts, texts, voids, pictures)


def around(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    elements = st.tuples(st.sampled_from(ELEMENTS), attributes, inside).map(lambda e: f"<{e[0]}{e[1]}>{e[2]}</{e[0]}>")
    links = st.tuples(attributes, st.sampled_from(ADDRESSES), inside).map(
        lambda a: f'<a{a[0]} href="{a[1]}">{a[2]}</a>'
    )
    return st.lists(st.one_of(elements, links, inside), max_size=4).map("".join)


documents = st.recursive(leaves, around, max_leaves=12)


@settings(deadline=None)
@given(documents)
def test_the_short_way_writes_what_the_long_way_writes(html: str) -> None:
    assume(not _ODD.search(html))
    pieces = quickly(html, BASE)
    if pieces is not None:
        assert "".join(pieces) == _Builder(BASE).build(html)


@settings(deadline=None)
@given(documents)
def test_what_passes_without_nh3_is_what_nh3_leaves_alone(html: str) -> None:
    cleaned = sanitise(html, base_url=BASE)
    assert reparsed(cleaned) == cleaned
    assert sanitise(cleaned, base_url=BASE) == cleaned


@settings(deadline=None)
@given(documents)
def test_a_fragment_has_its_text_and_the_number_of_its_words(html: str) -> None:
    found = fragment(html, base_url=BASE)
    assert found.html == sanitise(html, base_url=BASE)
    assert found.text == to_text(found.html)
    assert count_words(found.text) == len(found.text.split())


@pytest.mark.parametrize(
    "html",
    [
        '<p class="a">نص <a href="/x?a=1&amp;b=2" target="_blank">رابط</a></p>\n<ul><li>أ</li><li>ب &amp; ج</li></ul>',
        '<div><h1 id="x">T</h1><figure><img src="/i.jpg" alt="" width="64"/><figcaption>c</figcaption></figure></div>',
        "<blockquote><p>“Quoted”&nbsp;text<br />and more</p></blockquote><hr><p></p>",
    ],
)
def test_articles_of_publishing_programs_take_the_short_way(html: str) -> None:
    pieces = quickly(html, BASE)
    assert pieces is not None
    assert is_narrow("".join(pieces))
    assert sanitise(html, base_url=BASE) == "".join(pieces)


@pytest.mark.parametrize(
    "html",
    [
        "<p>أ<p>ب", "<b><i>x</b></i>", "<table><tr><td>x</td></tr></table>", "<script>x</script>", "<p a='x'>y</p>",
        "a < b", "<p>x</p", "<!-- --><p>x</p>", "<ul><li>a<li>b</ul>", "<h2><h3>x</h3></h2>", "<pre>\nx</pre>",
        '<a href="/1"><a href="/2">x</a></a>', '<p title="a>b">x</p>', "<svg><p>x</p></svg>", "<p><hr></p>",
        '<a href="http://256.1.1.1/">x</a>', '<a href="mailto:a@b.example">x</a>', "<noscript>x</noscript>",
        "<plaintext>x",
    ],
)  # fmt: skip
def test_whatever_is_not_plainly_simple_takes_the_long_way(html: str) -> None:
    assert quickly(html, BASE) is None


@pytest.mark.parametrize(
    "html",
    [
        "<script>", "<p onclick=\"x\">", "<p class=\"x\">", "<p style=\"x\">",
        '<a href="javascript:x" rel="noopener noreferrer nofollow ugc">',
        '<a href="https://x.example/">', '<img src="data:x" alt="">',
        '<img src="https://x.example/" alt="" onerror="x">',
        "<svg>", "<pre>", "<table>", "a < b", "a > b", "<p", "<!-- -->", "\ufeff<p>x</p>", "<p>\r</p>", "<P>",
        '<p dir="x">', '<p lang="a" onx="">', '<img src="https://x.example/"x" alt="">',
    ],
)  # fmt: skip
def test_the_gate_leaves_everything_else_to_nh3(html: str) -> None:
    assert not is_narrow(html)


@pytest.mark.parametrize(
    "address", ["http://256.1.1.1/", "http://xn--a/", "http://", "//x/", "http://X.example/", "ftp://x/"]
)
def test_addresses_that_nh3_might_refuse_are_not_sound(address: str) -> None:
    assert not is_sound(address)


def test_usual_addresses_are_sound() -> None:
    assert is_sound("https://news.example/a?b#c")
    assert is_sound("http://news.example:8080")
