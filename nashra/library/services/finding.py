"""What a search of the news asks about a reader's library: `is:saved` and `has:highlight`."""

from django.db.models import Q

from nashra.accounts.models import Reader
from nashra.library.models import SavedItem


def saved(reader: Reader) -> Q:
    """Articles that the reader has in the library."""
    return Q(pk__in=SavedItem.objects.filter(reader=reader, article__isnull=False).values("article"))


def highlighted(reader: Reader) -> Q:
    """Articles in which the reader has highlighted something: none, as long as nothing can be highlighted."""
    return Q(pk__in=[])


FILTERS = {"is:saved": saved, "has:highlight": highlighted}
