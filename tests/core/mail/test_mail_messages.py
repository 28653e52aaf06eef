"""Whole messages: their headers, parts, size, signature, and what hostile values can do to them (nothing)."""

from __future__ import annotations

import re
from dataclasses import replace
from email.utils import getaddresses
from html.parser import HTMLParser
from typing import Any

import dkim
import mail_samples as samples
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashra.core.mail import (
    DkimKey,
    Letter,
    MailError,
    Piece,
    Recipient,
    Section,
    compose,
    dns_record,
    generate_key,
    note,
)
from nashra.core.mail.clean import title
from nashra.core.mail.letter import HTML_OCTETS, letter_body

DIGEST_HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "List-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Auto-Submitted",
    "Precedence",
    "MIME-Version",
    "Content-Type",
]
LETTERS = samples.names("letters")


class Page(HTMLParser):
    """What a mail program sees of the HTML: elements with attributes, and the headlines' text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.headlines: list[str] = []
        self.text = ""
        self._inside = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in ("h1", "h2"):
            self._inside = True
            self.headlines.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag not in ("h1", "h2")

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._inside:
            self.headlines[-1] += data


@pytest.fixture(scope="module")
def key() -> DkimKey:
    return generate_key("news.example", "s1")


def _verified(message: bytes, key: DkimKey) -> bool:
    record = dns_record(key)

    def answer(name: bytes, timeout: int = 5) -> bytes:
        assert name.decode() == f"{record.name}."
        return record.value.encode()

    return bool(dkim.verify(message, dnsfunc=answer))


def _text_lines(message: bytes) -> list[str]:
    """The lines of the text part."""
    return samples.part(message, "plain").splitlines()


@pytest.mark.parametrize("name", LETTERS)
def test_a_digest_has_exactly_the_headers_that_nashra_wrote(name: str) -> None:
    message = samples.parsed(compose(samples.letter(name), samples.envelope()))
    assert message.keys() == DIGEST_HEADERS
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = samples.envelope().list_unsubscribe_url
    assert message["List-Unsubscribe"] == f"<{url}>, <mailto:stop+0123@news.example>"
    assert message["List-ID"] == "<morning.news.example>"
    assert message["Precedence"] == "bulk"
    assert message["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("name", LETTERS)
def test_a_message_is_ascii_lines_with_crlf_and_no_defect(name: str) -> None:
    octets = compose(samples.letter(name), samples.envelope(), pictures={"lead": samples.png()})
    octets.decode("ascii")
    assert octets.replace(b"\r\n", b"").count(b"\n") == octets.replace(b"\r\n", b"").count(b"\r") == 0
    assert max(map(len, octets.split(b"\r\n"))) <= 78
    assert not any(line.startswith(b".") for line in octets.split(b"\r\n"))
    assert all(not part.defects for part in samples.parsed(octets).walk())


@pytest.mark.parametrize("name", LETTERS)
def test_the_same_letter_and_envelope_give_the_same_octets(name: str, key: DkimKey) -> None:
    first = compose(samples.letter(name), samples.envelope(), dkim=key)
    assert compose(samples.letter(name), samples.envelope(), dkim=key) == first


@pytest.mark.parametrize("name", LETTERS)
def test_a_signature_is_verified_by_another_program(name: str, key: DkimKey) -> None:
    message = compose(samples.letter(name), samples.envelope(), dkim=key, pictures={"lead": samples.png()})
    assert _verified(message, key)
    head = message.split(b"\r\n\r\n")[0]
    assert b"h=from:from:to:subject:" in head
    assert b" l=" not in head


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"List-Unsubscribe=One-Click", b"List-Unsubscribe=One-Clack"),
        (b"morning.news.example", b"evening.news.example"),
        (b"\r\nTo: ", b"\r\nFrom: Boss <boss@bank.example>\r\nTo: "),
        (b"charset=utf-8", b"charset=utf-7"),
    ],
)
def test_a_changed_message_no_longer_verifies(old: bytes, new: bytes, key: DkimKey) -> None:
    message = compose(samples.letter("arabic"), samples.envelope(), dkim=key)
    assert message.replace(old, new) != message
    assert not _verified(message.replace(old, new), key)


def test_a_short_key_is_refused() -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    weak = rsa.generate_private_key(public_exponent=65_537, key_size=1024).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.raises(MailError):
        compose(samples.letter("arabic"), samples.envelope(), dkim=DkimKey("news.example", "s1", weak.decode()))


def test_a_key_does_not_show_itself_and_its_record_fits_a_zone_file(key: DkimKey) -> None:
    assert "PRIVATE" not in repr(key)
    record = dns_record(key)
    assert record.kind == "TXT"
    assert "".join(record.strings) == record.value
    assert max(map(len, record.strings)) <= 255


@pytest.mark.parametrize("name", LETTERS)
def test_every_block_of_text_says_its_direction_and_edge(name: str) -> None:
    letter = samples.letter(name)
    edge = "right" if letter.direction == "rtl" else "left"
    page = Page(samples.part(compose(letter, samples.envelope()), "html"))
    blocks = [attrs for tag, attrs in page.tags if tag in ("p", "h1", "h2")]
    assert len(blocks) > 5
    for attrs in blocks:
        style = attrs["style"] or ""
        assert attrs["dir"] in ("rtl", "ltr")
        assert attrs["align"] == edge
        assert f"direction:{attrs['dir']};text-align:{edge};" in style
        assert attrs["dir"] == "ltr" or "letter-spacing" not in style
    roots = [attrs for tag, attrs in page.tags if tag in ("html", "body")]
    assert [(attrs["lang"], attrs["dir"]) for attrs in roots] == [(letter.language, letter.direction)] * 2


def test_a_foreign_piece_keeps_its_own_direction_and_language() -> None:
    html = samples.part(compose(samples.letter("mixed"), samples.envelope()), "html")
    heads = [attrs for tag, attrs in Page(html).tags if tag in ("h1", "h2") and attrs.get("lang")]
    assert [(attrs["lang"], attrs["dir"], attrs["align"]) for attrs in heads] == [
        ("ar", "rtl", "right"),
        ("en", "ltr", "right"),
    ]


@pytest.mark.parametrize("name", LETTERS)
def test_nothing_in_a_message_is_fetched_or_run(name: str) -> None:
    html = samples.part(compose(samples.letter(name), samples.envelope(), pictures={"lead": samples.png()}), "html")
    page = Page(html)
    assert {tag for tag, _ in page.tags} <= {
        *("html", "head", "meta", "title", "style", "body", "main", "div", "p", "h1", "h2", "a", "span", "br", "img")
    }
    for tag, attrs in page.tags:
        assert not any(name.startswith("on") for name in attrs)
        if tag == "img":
            assert (attrs["src"] or "").startswith("cid:")
        if tag == "a":
            assert (attrs["href"] or "").startswith("https://news.example/")
    assert sum(tag == "img" for tag, _ in page.tags) <= 1
    assert "url(" not in html
    assert "http-equiv" not in html


def test_the_way_to_stop_is_in_both_parts() -> None:
    message = compose(samples.letter("arabic"), samples.envelope())
    for kind in ("plain", "html"):
        assert "https://news.example/stop/1" in samples.part(message, kind)


def test_a_picture_travels_inside_the_message_with_its_size() -> None:
    octets = compose(samples.letter("arabic"), samples.envelope(), pictures={"lead": samples.png(268, 100)})
    image = next(part for part in samples.parsed(octets).walk() if part.get_content_type() == "image/png")
    assert image.get_content() == samples.png(268, 100)
    tag = next(attrs for tag, attrs in Page(samples.part(octets, "html")).tags if tag == "img")
    assert tag["src"] == f"cid:{image['Content-ID'][1:-1]}"
    assert (tag["width"], tag["height"], tag["alt"]) == ("268", "100", "")


@pytest.mark.parametrize("data", [b"RIFF....WEBP", b"<svg/>", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"x" * 500_000])
def test_what_mail_programs_do_not_show_is_left_out(data: bytes) -> None:
    message = compose(samples.letter("arabic"), samples.envelope(), pictures={"lead": data})
    assert message == compose(samples.letter("arabic"), samples.envelope())


def test_a_long_letter_is_cut_between_pieces_and_links_to_the_rest() -> None:
    letter = samples.letter("arabic")
    piece = letter.sections[0].pieces[1]
    many = tuple(replace(piece, title=f"خبر {n}", url=f"https://news.example/a/{n}") for n in range(500))
    message = compose(replace(letter, sections=(Section("", many),)), samples.envelope())
    html = samples.part(message, "html")
    assert HTML_OCTETS - 4_000 < len(html.encode()) <= HTML_OCTETS
    titles = [words for words in Page(html).headlines if words.startswith("خبر")]
    assert titles == [f"خبر {n}" for n in range(len(titles))]
    assert [line[2:] for line in _text_lines(message) if line.startswith("* ")] == titles
    for kind in ("plain", "html"):
        assert letter.texts.rest in samples.part(message, kind)
        assert "https://news.example/stop/1" in samples.part(message, kind)


def test_a_letter_that_fits_has_no_link_to_a_rest() -> None:
    letter = samples.letter("arabic")
    body = letter_body(letter)
    assert body.pieces == sum(len(section.pieces) for section in letter.sections)
    assert letter.texts.rest not in body.html
    assert letter.texts.rest not in body.text


@pytest.mark.parametrize("name", samples.names("notes"))
def test_an_account_message_has_no_list_headers(name: str, key: DkimKey) -> None:
    value = samples.load(f"notes/{name}.json")
    action = tuple(value["action"]) if value["action"] else None
    octets = note(
        value["subject"],
        value["paragraphs"],
        action,
        samples.envelope(),
        labels=samples.note_texts(value["texts"]),
        direction=value["direction"],
        language=value["language"],
        dkim=key,
    )
    message = samples.parsed(octets)
    assert not [header for header in message if header.startswith("List-") or header == "Precedence"]
    assert message["Subject"] == value["subject"]
    assert _verified(octets, key)
    for kind in ("plain", "html"):
        assert not action or action[1] in samples.part(octets, kind)
        assert value["paragraphs"][0] in samples.part(octets, kind)


def _with_everywhere(letter: Letter, value: str) -> Letter:
    """The letter with one value in every place that a stranger can fill."""
    piece = Piece(value, "https://news.example/a/1", value, value, value, "rtl", 3, value, value, None, value, value)
    piece = replace(piece, others=(value, value))
    sections = (Section(value, (piece, piece)), Section("", (piece,), "brief"))
    words: dict[str, Any] = dict.fromkeys(
        ("subject", "preheader", "greeting", "intro", "end_line", "paper_name"), value
    )
    foot = replace(letter.footer, why_line=value, sender_name=value, sender_address=value, view_url=value)
    return replace(letter, sections=sections, footer=foot, **words)


def _is_unharmed(value: str) -> None:
    """Headers, recipients and titles are as they must be with this value everywhere."""
    letter = _with_everywhere(samples.letter("arabic"), value)
    envelope = samples.envelope(from_name=value, to=Recipient(value, "layla@example.com"))
    octets = compose(letter, envelope)
    message = samples.parsed(octets)
    assert message.keys() == DIGEST_HEADERS
    for header, address in (("To", "layla@example.com"), ("From", "digest@news.example")):
        assert [one for _, one in getaddresses([str(message[header])])] == [address]
        assert [one.addr_spec for one in message[header].addresses] == [address]
    expected = title(value, letter.texts.untitled)
    page = Page(samples.part(octets, "html"))
    assert page.headlines.count(expected) >= 2
    assert _text_lines(octets).count(f"* {expected}") >= 2
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "iframe", "form", "object", "svg", "base", "link"})
    assert not re.search("[\u202a-\u202e\u2066\u2067\x00\x85]", samples.part(octets, "plain") + page.text)


@pytest.mark.parametrize("value", samples.load("hostile-values.json"), ids=lambda value: repr(value)[:30])
def test_a_hostile_value_stays_text(value: str) -> None:
    _is_unharmed(value)


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from(
            [
                "\r\n",
                "\n",
                "\0",
                "\u2028",
                "Bcc: v@example.com",
                "<",
                ">",
                '"',
                ",",
                "@",
                "=?utf-8?Q?=0D=0A?=",
                "&",
                "ع",
                "\u202e",
                "\u2068",
                "\u2069",
                " ",
                "x",
                "\ud800",
                "\u064e",
                ";",
                ":",
                "\\",
                "(",
                "{{",
                "%s",
            ]
        ),
        max_size=14,
    ).map("".join)
)
def test_no_value_adds_a_header_or_a_recipient(value: str) -> None:
    _is_unharmed(value)
