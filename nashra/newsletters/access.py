"""Letters and digests are their reader's alone; what is another's does not exist."""

from django.db.models import QuerySet
from django.http import Http404

from nashra.accounts.models import Reader
from nashra.base.models import Message
from nashra.news.access import visible_articles
from nashra.news.models import Article
from nashra.newsletters.delivery import links
from nashra.newsletters.models import Alert, Digest


def letters_of(reader: Reader) -> QuerySet[Message]:
    """The reader's letters, newest first, without their bytes."""
    return Message.objects.filter(reader=reader).defer("body").order_by("-made_at", "-pk")


def letter_for(reader: Reader, message_id: int) -> Message:
    """One of the reader's letters; 404 for any other."""
    return _found(Message.objects.filter(reader=reader, pk=message_id).first())


def letter_by_mark(reader: Reader, mark: str) -> Message:
    """One of the reader's letters by the left part of its Message-ID; 404 for any other."""
    return _found(Message.objects.filter(reader=reader, message_id__startswith=f"<{mark}@").first())


def digest_by_link(token: str) -> Digest:
    """The digest that an unsubscribe link is for; 404 alike for a forged link and for a reader who is gone."""
    known = links.digest_of(token)
    digest = Digest.objects.filter(pk=known, reader__is_active=True).select_related("reader").first() if known else None
    if digest is None:
        raise Http404
    return digest


def alert_by_link(token: str) -> Alert:
    """The alert that a letter's link stops; 404 alike for a forged link, a search let go and a reader who is gone."""
    known = links.alert_of(token)
    rows = Alert.objects.filter(follow__reader__is_active=True).select_related("follow__reader")
    alert = rows.filter(pk=known).first() if known else None
    if alert is None:
        raise Http404
    return alert


def by_link(purpose: str, token: str) -> tuple[Reader, Article]:
    """The reader and article that a link in a letter is for; 404 for one that we did not make or that lost its use."""
    known = links.reader_and_article(purpose, token)
    if known is None:
        raise Http404
    reader = Reader.objects.filter(pk=known[0], is_active=True).first()
    article = visible_articles(reader).filter(pk=known[1]).select_related("source").first() if reader else None
    if reader is None or article is None:
        raise Http404
    return reader, article


def _found(message: Message | None) -> Message:
    if message is None:
        raise Http404
    return message
