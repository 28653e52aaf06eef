"""What a reader may reach in a library: their own things; 404 for anything else."""

from django.http import Http404

from nashra.accounts.models import Reader
from nashra.library.models import SavedItem, SavedPicture


def saved_for(reader: Reader, item_id: int, *, removed: bool = False) -> SavedItem:
    """This item of the reader's; with `removed` also one that was taken out and may be taken back."""
    rows = SavedItem.every if removed else SavedItem.objects
    item = rows.filter(reader=reader, pk=item_id).select_related("reader", "article").first()
    if item is None:
        raise Http404
    return item


def media_for(reader: Reader, key: str) -> SavedPicture:
    """A kept picture, if one of the reader's items refers to it."""
    picture = SavedPicture.objects.filter(key=key, item__reader=reader).first()
    if picture is None:
        raise Http404
    return picture
