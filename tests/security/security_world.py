"""One world for the tests of trust: what Layla keeps to herself, and browsers of everybody else."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.base import blobs, outbox, pictures
from nashra.base.models import Message
from nashra.front.models import Edition, Follow, Interest, Kind, Lesson, Mark, Mute, Signal
from nashra.front.services import half_of
from nashra.library import terms as items
from nashra.library.models import SavedItem, SavedPicture, Tag
from nashra.news import terms as articles
from nashra.news.models import Article, ArticleText, Rule, RuleHit, Source, Subscription, Topic
from nashra.newsletters import services as newsletters
from nashra.newsletters.models import Digest

PASSWORD = "palm-harbour-42"  # the cast's
FAR = 10**6  # a number that no row has
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@dataclass(frozen=True)
class Things:
    """Rows of one reader, and two that everybody may see. `mark` is in every text of theirs."""

    reader: Reader
    mark: str
    source: Source  # private
    article: Article  # of it
    item: SavedItem
    interest: Interest
    digest: Digest
    letter: Message
    open_source: Source
    open_article: Article
    rule: Rule
    search: Follow


def things_of(reader: Reader, mark: str = "") -> Things:
    """A private source, its article, a saved piece, follows, mutes, a rule, a digest, a letter, a search that is
    followed with feed and alert: marked with a word.
    """
    mark = mark or f"marker-{reader.email.partition('@')[0]}"
    source = Source.objects.create(
        title=f"{mark} source", url=f"https://reader:{mark}-password@feeds.example/{mark}.xml", owner=reader,
        visibility="private", fetched_at=timezone.now(),
    )  # fmt: skip
    article = _article(source, f"{mark} article", f"https://news.example/{mark}")
    article.topics.add(Topic.objects.create(key=f"{mark}-topic", name=f"{mark} topic"))
    open_source, _ = Source.objects.get_or_create(
        url="https://feeds.example/open.xml", defaults={"title": "صحيفة المرفأ", "fetched_at": timezone.now()}
    )
    open_article = Article.objects.filter(source=open_source).first() or _article(
        open_source, "شبكة تحلية تعمل بالشمس", "https://news.example/open"
    )
    Subscription.objects.create(reader=reader, source=source, folder=f"{mark} folder")
    Follow.objects.create(reader=reader, kind=Kind.WORD, key=f"{mark} follow", label=f"{mark} follow")
    Mute.objects.create(reader=reader, kind=Kind.WORD, key=f"{mark} mute", label=f"{mark} mute")
    interest = Interest.objects.create(reader=reader, kind=Kind.TOPIC, key=f"{mark}-topic", label=f"{mark} topic")
    Lesson.objects.create(reader=reader, article=article, title=f"{mark} lesson", lines=[interest.pk])
    Mark.objects.create(reader=reader, article=article, read_at=timezone.now())
    Signal.objects.create(reader=reader, article=article, what=Signal.What.OPEN)
    Edition.objects.create(
        reader=reader, model="m", items=[[article.pk, "lead", 1.0, 1.0, []]], shown_at=timezone.now(),
        day=half_of(reader, timezone.now())[0] - timedelta(days=reader.pk % 7), part="morning",
    )  # fmt: skip
    digest = newsletters.change_digest(
        reader, is_on=True, hour=7, minute=0, days=127, length=8, quiet=True, now=timezone.now(), name=f"{mark} digest"
    )
    return Things(
        reader, mark, source, article, _saved(reader, mark), interest, digest, _letter(reader, mark), open_source,
        open_article, _rule(reader, mark, article), _search(reader, mark),
    )  # fmt: skip


def _article(source: Source, title: str, url: str) -> Article:
    made = Article.objects.create(
        source=source, title=title, url=url, guid=url[-60:], canonical_key=url[-60:], published_at=timezone.now(),
        language="en", direction="ltr",
    )  # fmt: skip
    ArticleText.objects.create(article=made, html=f"<p>{title}</p>", text=title)
    articles.store([made.pk])
    return made


def _rule(reader: Reader, mark: str, article: Article) -> Rule:
    made = Rule.objects.create(reader=reader, text=f"when title:{mark} then read")
    RuleHit.objects.create(rule=made, article=article)
    return made


def _search(reader: Reader, mark: str) -> Follow:
    made = Follow.objects.create(
        reader=reader, kind=Kind.SEARCH, key=f"{mark} search", label=f"{mark} search", feed_key=f"{mark}-feed-key"
    )
    newsletters.alert_on(made, timezone.now())
    return made


def _saved(reader: Reader, mark: str) -> SavedItem:
    item = SavedItem.objects.create(
        reader=reader, url=f"https://saved.example/{mark}", title=f"{mark} saved", text=f"{mark} text",
        html=f"<p>{mark} text</p>", archive="kept", saved_at=timezone.now(), due_at=None,
    )  # fmt: skip
    items.store([item.pk])
    item.tags.add(Tag.objects.create(reader=reader, key=f"{mark} tag", name=f"{mark} tag"))
    key = blobs.put(PNG + mark.encode())
    SavedPicture.objects.create(item=item, key=key, url=f"https://pictures.example/{mark}", content_type="image/png")
    return item


def _letter(reader: Reader, mark: str) -> Message:
    body = f"Subject: {mark} letter\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{mark} letter\r\n".encode()
    identifier = outbox.message_id(mark)
    return outbox.promise(
        outbox.Promise(f"digest:{mark}", "digest", reader.email, f"{mark} letter", identifier, body),
        reader_id=reader.pk, now=timezone.now(),
    )  # fmt: skip


def parts_of(name: str, own: Things) -> list[Any]:
    """The parts of a route's address that lead to this reader's own things."""
    article, source, item = [own.article.pk], [own.source.pk], [own.item.pk]
    search, no_feed = [own.search.pk], ["an-address-that-no-feed-has"]
    mail_token = f"{own.reader.pk}.{own.article.pk}"
    known: dict[str, list[Any]] = {
        **dict.fromkeys(("article", "article_changes", "mark_read", "hide", "more_like", "less_like", "save"), article),
        **dict.fromkeys(("not_interested", "why", "pick"), article),
        "edition": [own.reader.editions.latest("made_at").day or "2026-11-24", "morning"],
        **dict.fromkeys(("source", "source_edit", "source_address", "source_subscribe", "source_unsubscribe"), source),
        "source_selectors": source,
        **dict.fromkeys(("operation_source", "operation_source_edit"), source),
        **dict.fromkeys(("saved_item", "saved_state", "saved_edit", "saved_tags", "saved_retry"), item),
        **{f"people_{what}": [own.reader.pk] for what in ("confirm", "role", "active")},
        "setup": ["wrong"],
        "invite": ["wrong"],
        "topic": [f"{own.mark}-topic"],
        "interest": [own.interest.pk],
        "lesson_forget": [own.reader.lessons.values_list("pk", flat=True).first() or FAR],
        **dict.fromkeys(("note_reading", "note_share"), article),
        "followed_words": [own.reader.follows.filter(kind=Kind.WORD).values_list("pk", flat=True).first() or FAR],
        "muted_words": [own.reader.mutes.values_list("pk", flat=True).first() or FAR],
        "media": [SavedPicture.objects.get(item=own.item).key],
        "mail_item": [own.letter.pk],
        "mail_view": [own.letter.message_id[1:-1].partition("@")[0]],
        "mail_save": [mail_token],  # without its signature
        "mail_less": [mail_token],
        "unsubscribe": [str(own.digest.pk)],
        "alert_stop": [str(own.search.pk)],
        **dict.fromkeys(("search_atom", "search_json"), no_feed),
        **dict.fromkeys(("followed_search", "search_feed", "search_mail", "search_stop"), search),
        **{f"filter_{what}": [own.rule.pk] for what in ("edit", "switch", "delete", "take_back")},
        "picture": [pictures.sign("https://pictures.example/none.png")[:-2]],
        "session_end": [UserSession.objects.filter(user=own.reader).values_list("pk", flat=True).first() or FAR],
        "websub": ["a-callback-that-no-hub-was-told"],
        "people_revoke": [FAR],
        "account_confirm_email": ["wrong"],
        "account_reset_password_from_key": ["1", "wrong-key"],
        "mfa_remove_webauthn": [FAR],
        "mfa_edit_webauthn": [FAR],
    }
    return known.get(name, [])


def routes() -> list[str]:
    """Every named route of the address table, allauth's among them."""
    return sorted({str(pattern.name) for pattern in _patterns(get_resolver().url_patterns)})


def in_parts(names: Iterable[str], count: int) -> list[list[str]]:
    """These names in so many parts: the routes of a part are asked in one world, which costs more than asking."""
    every = list(names)
    return [every[start::count] for start in range(count)]


def _patterns(table: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for one in table:
        if isinstance(one, URLResolver):
            yield from _patterns(one.url_patterns)
        else:
            assert one.name, f"{one.pattern} has no name"
            yield one


def address(name: str, own: Things) -> str:
    """The address of a route that leads to this reader's things."""
    return reverse(name, args=parts_of(name, own))


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done inside is taken back, so that the next one finds the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def kind_of(answer: HttpResponseBase) -> str:
    """The class of an answer in one letter: o(k), s(ign-in), r(edirect elsewhere), n(ot found), m(ethod), …"""
    status = answer.status_code
    if status == 302:
        return "s" if answer.headers["Location"].startswith("/accounts/login/") else "r"
    letters = {200: "o", 204: "o", 404: "n", 405: "m", 400: "b", 403: "f", 401: "u", 429: "l", 503: "d"}
    return letters.get(status, str(status))


def body_of(answer: Any) -> str:
    """The whole answer as text, headers included, an archive's files opened."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"\n".join(archive.read(name) for name in archive.namelist())
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return headers + "\n" + content.decode("utf-8", "replace")


def ask(client: Client, method: str, url: str, data: dict[str, Any] | None = None) -> tuple[str, str]:
    """One request: the class of its answer, and all that it says, the page it leads to on this site included.

    Afterwards neither the database nor the browser's cookies are other than before.
    """
    cookies = client.cookies.output(header="")
    with undone():
        answer = client.post(url, data or {}) if method == "post" else getattr(client, method)(url)
        kind, said = kind_of(answer), body_of(answer)
        if kind == "r" and answer.headers["Location"].startswith("/"):
            said += body_of(client.get(answer.headers["Location"]))
    client.cookies = SimpleCookie(cookies)
    return kind, said


def browser(reader: Reader | None) -> Client:
    """A browser in which this person has signed in through the page; nobody's when there is none."""
    client = Client()
    if reader:
        client.post("/accounts/login/", {"login": reader.email, "password": PASSWORD})
    return client
