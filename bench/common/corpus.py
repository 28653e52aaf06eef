"""News for benches: feeds and articles made from the sample newspaper's sentences, the same for the same seed.

Half of the feeds are Arabic and half English, half RSS 2.0 and half Atom. Entries carry whole articles of two to
three kilobytes with the markup that publishing programs leave behind: classes, styles, pictures, links, lists, quotes.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from html import escape

from nashra.site.demo import content

_SENTENCE_END = re.compile(r"(?<=[.!?؟])\s+")
_LENGTH = {"ar": 640, "en": 850}  # least characters of an article's paragraphs, without markup
_TAG = re.compile(r"<[^>]+>")
_NUMBER = re.compile(r"\d+")
_ATOM_TYPE, _RSS_TYPE = "application/atom+xml; charset=utf-8", "application/rss+xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Piece:
    """One article: plain title and summary, HTML body, what a feed says of it."""

    title: str
    summary: str
    html: str
    author: str
    tags: tuple[str, ...]
    path: str
    published: datetime
    language: str
    picture: str


@dataclass(frozen=True, slots=True)
class MadeFeed:
    """One feed as a server would send it."""

    host: str
    path: str
    content_type: str
    language: str
    body: bytes
    modified: datetime

    def url(self, port: int) -> str:
        """Its address on the bench's server."""
        return f"http://{self.host}:{port}{self.path}"


@dataclass(frozen=True, slots=True)
class Words:
    """What one language's articles are made of."""

    sentences: tuple[str, ...]
    bylines: tuple[str, ...]
    tags: tuple[str, ...]


@cache
def words(language: str) -> Words:
    """The sentences, names and tags of the sample newspaper in one language."""
    articles = [a for source in content.load() if source.language == language for a in source.articles]
    texts = [block.text for a in articles for block in a.blocks if block.kind != "heading"]
    sentences = {
        s for text in [*texts, *(a.summary for a in articles)] for s in _SENTENCE_END.split(text) if len(s) > 30
    }
    return Words(
        tuple(sorted(sentences)),
        tuple(sorted({a.byline for a in articles if a.byline})),
        tuple(sorted({tag for a in articles for tag in (*a.tags, *a.topics)})),
    )


def feeds(
    count: int, entries: int, *, hosts: int, now: datetime, seed: int = 20261124, first: int = 1
) -> Iterator[MadeFeed]:
    """Feeds with this many entries each, spread evenly over the hosts `host-0001.bench.test` and on, or from the
    `first` one on.
    """
    for number in range(count):
        language, kind = ("ar", "en")[number % 2], ("rss", "atom")[number // 2 % 2]
        dice = random.Random(seed * 100_003 + number)
        host, path = f"host-{number % hosts + first:04d}.bench.test", f"/feeds/{number + 1}.xml"
        made = [piece(dice, language, f"/{number + 1}/{place + 1}", now, place) for place in range(entries)]
        title = _title(dice, words(language))
        body = (_rss if kind == "rss" else _atom)(f"http://{host}", title, language, made)
        yield MadeFeed(
            host, path, _RSS_TYPE if kind == "rss" else _ATOM_TYPE, language, body.encode(), made[0].published
        )


def piece(dice: random.Random, language: str, path: str, now: datetime, place: int, days: float = 20.0) -> Piece:
    """The `place`-th newest of some articles of the last `days`."""
    known = words(language)
    age = timedelta(days=days) * ((place + dice.random()) / 30 % 1.0)
    picture = f"/pictures/{dice.randrange(10**6)}.jpg" if dice.random() < 0.6 else ""
    return Piece(
        title=_title(dice, known),
        summary=" ".join(_sentences(dice, known, 2)),
        html=_body(dice, known, picture, language),
        author=dice.choice(known.bylines),
        tags=tuple(dice.sample(known.tags, 3)),
        path=path,
        published=(now - age).replace(microsecond=0),
        language=language,
        picture=picture,
    )


def _title(dice: random.Random, known: Words) -> str:
    """A few words of each of three sentences, and a number: hardly two titles of a run are alike."""
    taken: list[str] = []
    for sentence in (dice.choice(known.sentences).split() for _ in range(3)):
        start = dice.randrange(max(1, len(sentence) - 3))
        taken += sentence[start : start + 3]
    return " ".join(taken).strip(' .،,:؛;!?؟«»"') + f" {dice.randrange(2, 1000)}"


def _sentences(dice: random.Random, known: Words, count: int) -> list[str]:
    """The beginning of one sentence and the end of another, with other numbers."""
    made = []
    for _ in range(count):
        first, second = (dice.choice(known.sentences).split() for _ in range(2))
        text = " ".join((*first[: len(first) // 2 + 1], *second[len(second) // 2 :]))
        made.append(_NUMBER.sub(str(dice.randrange(2, 900)), text))
    return made


def _body(dice: random.Random, known: Words, picture: str, language: str) -> str:
    """Long enough to count as the whole article, so that no page is fetched for it."""
    wanted, parts = _LENGTH[language], list[str]()
    while sum(len(_TAG.sub("", part)) for part in parts) < wanted:
        parts.append(f'<p class="has-text-align-start" style="margin:0 0 1em">{_paragraph(dice, known)}</p>')
    if picture:
        parts.insert(1, _figure(dice, known, picture))
    if dice.random() < 0.4:
        parts.insert(3, f'<blockquote class="wp-block-quote"><p>{_paragraph(dice, known, 1)}</p></blockquote>')
    if dice.random() < 0.3:
        items = "".join(f"<li>{escape(s)}</li>" for s in _sentences(dice, known, 3))
        parts.insert(4, f"<ul>{items}</ul>")
    return "\n".join(parts)


def _paragraph(dice: random.Random, known: Words, count: int = 0) -> str:
    given = [escape(s, quote=False) for s in _sentences(dice, known, count or dice.randint(1, 3))]
    if dice.random() < 0.5:
        first, _, rest = given[0].partition(" ")
        given[0] = f'<a href="/about/{dice.randrange(5000)}?utm_source=rss&amp;utm_medium=feed">{first}</a> {rest}'
    if dice.random() < 0.3:
        given[-1] = f"<strong>{given[-1]}</strong>"
    return " ".join(given)


def _figure(dice: random.Random, known: Words, picture: str) -> str:
    caption = escape(dice.choice(known.sentences))
    return (
        f'<figure id="attachment_{dice.randrange(10**5)}" class="wp-caption aligncenter"><img decoding="async" '
        f'width="1200" height="675" src="{picture}" srcset="{picture}?w=600 600w, {picture}?w=1200 1200w" '
        f'alt="{" ".join(caption.split()[:3])}"/>'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def _rss(site: str, title: str, language: str, pieces: list[Piece]) -> str:
    items = "\n".join(_item(site, one) for one in pieces)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:media="http://search.yahoo.com/mrss/">\n<channel>\n'
        f"<title>{escape(title)}</title><link>{site}/</link><description>{escape(title)}</description>"
        f"<language>{language}</language>\n{items}\n</channel>\n</rss>\n"
    )


def _item(site: str, one: Piece) -> str:
    tags = "".join(f"<category><![CDATA[{tag}]]></category>" for tag in one.tags)
    picture = f'<media:content url="{site}{one.picture}" medium="image"/>' if one.picture else ""
    return (
        f"<item><title>{escape(one.title)}</title><link>{site}{one.path}</link>"
        f'<guid isPermaLink="false">tag:{site[7:]},2026:{one.path}</guid>'
        f"<pubDate>{format_datetime(one.published)}</pubDate><dc:creator><![CDATA[{one.author}]]></dc:creator>{tags}"
        f"<description><![CDATA[<p>{one.summary}</p>]]></description>{picture}"
        f"<content:encoded><![CDATA[{one.html}]]></content:encoded></item>"
    )


def _atom(site: str, title: str, language: str, pieces: list[Piece]) -> str:
    entries = "\n".join(_entry(site, one) for one in pieces)
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">\n'
        f'<title>{escape(title)}</title><link href="{site}/"/><id>{site}/</id>'
        f"<updated>{_stamp(pieces[0].published)}</updated>\n{entries}\n</feed>\n"
    )


def _entry(site: str, one: Piece) -> str:
    tags = "".join(f'<category term="{escape(tag)}"/>' for tag in one.tags)
    return (
        f'<entry><title type="text">{escape(one.title)}</title><link rel="alternate" href="{site}{one.path}"/>'
        f"<id>tag:{site[7:]},2026:{one.path}</id><published>{_stamp(one.published)}</published>"
        f"<updated>{_stamp(one.published)}</updated><author><name>{escape(one.author)}</name></author>{tags}"
        f'<summary type="html">{escape(f"<p>{one.summary}</p>")}</summary>'
        f'<content type="html">{escape(one.html)}</content></entry>'
    )


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
