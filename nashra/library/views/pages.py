"""The library's pages: the shelves, a saved piece, and its pictures."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from nashra.accounts.access import reader_of, reader_required
from nashra.base import blobs
from nashra.library import services
from nashra.library.access import media_for, saved_for
from nashra.library.models import SavedItem
from nashra.library.views import showing


@require_safe
@reader_required
def saved(request: HttpRequest) -> HttpResponse:
    """The library: one shelf, narrowed by a tag or a search; `edit=1` shows boxes for changing several pieces."""
    query = request.GET.get("q", "")[:1000]
    shelf = services.items(
        reader_of(request),
        shelf=request.GET.get("shelf", "all" if query.strip() else "unread"),
        tag=request.GET.get("tag"),
        query=query,
        page=request.GET.get("page"),
    )
    return render(request, "library/saved.html", showing.library(shelf, editing=request.GET.get("edit") == "1"))


@require_safe
@reader_required
def saved_item(request: HttpRequest, item_id: int) -> HttpResponse:
    """A saved piece, from its copy alone. Opening it marks it as read, as the shelf of unread pieces promises."""
    item = saved_for(reader_of(request), item_id)
    if request.method == "GET" and request.headers.get("Sec-Purpose", "") != "prefetch":
        services.opened(item, now=timezone.now())
    return render(request, "library/item.html", showing.piece(item))


@require_safe
@reader_required
def saved_state(request: HttpRequest, item_id: int) -> HttpResponse:
    """How it stands with a copy that is being made: a fragment, or 204 when it is done."""
    item = saved_for(reader_of(request), item_id)
    if item.archive != SavedItem.Archive.WAITING:
        return HttpResponse(status=204)
    return render(request, "library/copy_state.html", {"item": item, "copy": services.state_of(item)})


@require_safe
@reader_required
def media(request: HttpRequest, key: str) -> HttpResponse:
    """A kept picture, to readers with a piece that holds it; nothing in it can run, and it never changes."""
    picture = media_for(reader_of(request), key)
    try:
        data = blobs.get(picture.key)
    except blobs.BlobMissing as error:
        raise Http404 from error
    headers = {
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=31536000, immutable",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return HttpResponse(data, content_type=picture.content_type, headers=headers)
