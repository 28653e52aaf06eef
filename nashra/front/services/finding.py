"""What a search asks about a reader's own reading: `is:read` and `is:unread`."""

from django.db.models import Q

from nashra.accounts.models import Reader
from nashra.front.models import Mark


def read(reader: Reader) -> Q:
    """Articles that the reader has read."""
    return Q(pk__in=Mark.objects.filter(reader=reader, read_at__isnull=False).values("article"))


def unread(reader: Reader) -> Q:
    """Articles that the reader has not read."""
    return ~read(reader)


FILTERS = {"is:read": read, "is:unread": unread}
