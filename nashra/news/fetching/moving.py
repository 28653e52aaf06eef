"""When a source has another address: its followers come along, whether that address was known before or not."""

from nashra.news.models import Source, Subscription, Visibility


def at(source: Source, url: str) -> Source | None:
    """Another source that is at this address already, for the same readers."""
    return Source.objects.filter(url=url, owner=source.owner_id).exclude(pk=source.pk).first()


def hand_over(source: Source, other: Source) -> None:
    """Gives the followers of a source to another, and its place in the paper. Call it inside a transaction."""
    known = Subscription.objects.filter(source=other).values("reader")
    Subscription.objects.filter(source=source).exclude(reader__in=known).update(source=other)
    Subscription.objects.filter(source=source).delete()
    if source.visibility == Visibility.PAPER and other.visibility == Visibility.LISTED:
        Source.objects.filter(pk=other.pk).update(visibility=Visibility.PAPER)
