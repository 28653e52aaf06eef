"""What a reader may act upon: visible articles, and their own lines of the profile."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from nashra.accounts.models import Reader
from nashra.front.models import Follow, Interest, Kind, Lesson, Mute
from nashra.news.access import visible_articles
from nashra.news.models import Article


def article_for(reader: Reader, article_id: int) -> Article:
    """This article, if the reader may see it; else 404."""
    article = visible_articles(reader).filter(pk=article_id).select_related("source").first()
    if article is None:
        raise Http404
    return article


def followed_words(reader: Reader, follow_id: int) -> Follow:
    """Words that this reader follows; 404 for any other."""
    return get_object_or_404(Follow.objects.select_related("reader"), reader=reader, kind=Kind.WORD, pk=follow_id)


def muted_words(reader: Reader, mute_id: int) -> Mute:
    """Words that this reader muted; 404 for any other."""
    return get_object_or_404(Mute.objects.select_related("reader"), reader=reader, kind=Kind.WORD, pk=mute_id)


def interest_for(reader: Reader, interest_id: int) -> Interest:
    """One line of this reader's profile; 404 for any other."""
    return get_object_or_404(Interest.objects.select_related("reader"), reader=reader, pk=interest_id)


def lesson_for(reader: Reader, lesson_id: int) -> Lesson:
    """An article from which this reader's profile was learned; 404 for any other."""
    return get_object_or_404(Lesson.objects.select_related("reader"), reader=reader, pk=lesson_id)


def search_for(reader: Reader, follow_id: int) -> Follow:
    """One of the searches that this reader follows; 404 for any other."""
    return _search(Follow.objects.filter(reader=reader, kind=Kind.SEARCH, pk=follow_id).first())


def search_by_feed_key(key: str) -> Follow:
    """The followed search whose feed has this secret in its address; 404 alike for a wrong one and a closed account."""
    known = Follow.objects.filter(kind=Kind.SEARCH, feed_key=key, reader__is_active=True)
    return _search(known.select_related("reader").first())


def _search(found: Follow | None) -> Follow:
    if found is None:
        raise Http404
    return found
