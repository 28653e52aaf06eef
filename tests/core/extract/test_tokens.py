"""Markup in the usual form is read by a short way, which gives what the long way gives."""

from hypothesis import given
from hypothesis import strategies as st

from nashra.core.extract import to_text
from nashra.core.extract.plain import _any_text, _blocks, _lines
from nashra.core.extract.tokens import RAW, Token, _tokens, attributes_of, tokens, usual_parts

FRAGMENTS = st.sampled_from([
    "<p>", "</p>", '<p class="a b">', "<P>", "<br/>", "<br />", '<a href="/x?a=1&amp;b">', "</a >",
    '<img src="a>b" alt="<p>"/>',
    "<img src=a>", "<!--", "-->", "<", ">", '"', "'", "=", " ", "\n", "text", "نص", "&amp;", "<script>", "</script>",
    '<p a="1" A="2">', "<plaintext>", "<1>", "</>", "<td hidden>", "<p a='1'>", '<p\ta="1"\n b="2">', '<p a="1"b="2">',
])  # fmt: skip


@given(st.lists(FRAGMENTS, max_size=12).map("".join))
def test_the_short_way_reads_the_same_tokens(html: str) -> None:
    assert list(tokens(html)) == list(_tokens(html, RAW))


def test_html_of_publishing_programs_is_in_the_usual_form() -> None:
    html = '<p class="a">نص &amp; <a href="/x">رابط</a></p>\n<img src="i.jpg" alt=""/>'
    assert usual_parts(html) is not None
    assert next(tokens(html)) == Token("open", '<p class="a">', "p", ' class="a"')


def test_html_with_comments_or_scripts_is_not() -> None:
    assert [usual_parts(html) for html in ("<!-- --><p>", "<SCRIPT>1</SCRIPT>", "<p a=1>", "a < b <c", "<p")] == [
        None
    ] * 5


def test_of_two_attributes_with_one_name_the_first_stands() -> None:
    assert attributes_of(' a="1" A="2" b="&amp;"') == attributes_of(" a=1 A=2 b=&amp;") == {"a": "1", "b": "&"}


@given(st.lists(FRAGMENTS, max_size=12).map("".join))
def test_the_short_way_to_plain_text_gives_the_same_text(html: str) -> None:
    assert to_text(html) == _any_text(html)


@given(st.text(st.sampled_from("ab \n"), max_size=30))
def test_spaces_and_line_ends_are_set_right_by_either_way(text: str) -> None:
    assert _blocks(text) == _lines(text)
