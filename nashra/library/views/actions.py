"""Saving, and what is done with saved pieces."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from nashra.accounts.access import reader_of, reader_required
from nashra.base.answers import done, is_script
from nashra.base.locale import number
from nashra.base.notices import Undo, say
from nashra.front.access import article_for
from nashra.front.views import place_of
from nashra.library import services
from nashra.library.access import saved_for
from nashra.library.forms import AddForm
from nashra.library.models import SavedItem
from nashra.library.views import showing


@require_POST
@reader_required
def save(request: HttpRequest, article_id: int) -> HttpResponse:
    """Saves an article, or takes it out again with `on=0`."""
    reader, undo = reader_of(request), reverse("save", args=[article_id])
    if request.POST.get("on") == "0":
        saved = SavedItem.objects.filter(reader=reader, article_id=article_id).select_related("article").first()
        services.unsave(reader, saved or article_for(reader, article_id), now=timezone.now())
        say(request, gettext("Removed from your library."), undo=Undo(undo, "on", "1"))
    else:
        article = article_for(reader, article_id)
        services.save(reader, article, now=timezone.now(), place=place_of(request))
        say(request, gettext("Saved. Text and pictures are kept in your library."), undo=Undo(undo, "on", "0"))
    return done(request)


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def save_url(request: HttpRequest) -> HttpResponse:
    """Saves any address. A GET with `url` (from a bookmark, or shared by a phone) only asks; it changes nothing."""
    form = AddForm(request.POST or None, initial={"url": request.GET.get("url") or request.GET.get("text")})
    if request.method == "POST" and form.is_valid():
        try:
            tags = services.read_tags(form.cleaned_data["tags"])
            item = services.save_url(reader_of(request), form.cleaned_data["url"], tags=tags, now=timezone.now())
        except services.BadAddress as error:
            form.add_error("url", str(error))
        except services.BadTag as error:
            form.add_error("tags", str(error))
        else:
            undo = Undo(reverse("saved_edit", args=[item.pk]), "on", "0")
            say(request, gettext("Saved. Text and pictures are kept in your library."), undo=undo)
            return redirect("saved")
    pattern = f"{settings.NASHRA_URL}{reverse('save_url')}?url="
    return render(request, "library/add.html", {"form": form, "pattern": pattern}, status=400 if form.errors else 200)


@require_POST
@reader_required
def saved_edit(request: HttpRequest, item_id: int) -> HttpResponse:
    """Sets `read`, `archived` or `favourite` to 1 or 0; `on=0` removes the piece and `on=1` takes that back."""
    on = request.POST.get("on")
    item = saved_for(reader_of(request), item_id, removed=on == "1")
    if on == "0":
        services.unsave(reader_of(request), item, now=timezone.now())
        undo = Undo(reverse("saved_edit", args=[item_id]), "on", "1")
        say(request, gettext("Removed from your library."), undo=undo)
        if request.POST.get("next", "").startswith(reverse("saved_item", args=[item_id])) and not is_script(request):
            return redirect("saved")  # its own page is no more
    elif on == "1":
        services.restore(reader_of(request), item, now=timezone.now())
    else:
        wanted = {name: request.POST[name] == "1" for name in ("read", "archived", "favourite") if name in request.POST}
        services.set_state(item, now=timezone.now(), **wanted)
    return done(request, to="saved")


@require_POST
@reader_required
def saved_tags(request: HttpRequest, item_id: int) -> HttpResponse:
    """Gives a piece the tags typed in `tags`; what cannot be kept is shown again with the reason."""
    item, typed = saved_for(reader_of(request), item_id), request.POST.get("tags", "")
    try:
        services.set_tags(item, services.read_tags(typed))
    except services.BadTag as error:
        context = {**showing.piece(item), "typed_tags": typed, "tags_error": str(error)}
        return render(request, "library/item.html", context, status=400)
    say(request, gettext("The tags are saved."))
    return done(request, to="saved")


@require_POST
@reader_required
def saved_retry(request: HttpRequest, item_id: int) -> HttpResponse:
    """Makes the copy again, now."""
    services.retry(saved_for(reader_of(request), item_id), now=timezone.now())
    say(request, gettext("It is tried again now."))
    return done(request, to="saved")


@require_POST
@reader_required
def saved_bulk(request: HttpRequest) -> HttpResponse:
    """Does `do` to the pieces ticked in `item`; `restore=1,2,3` takes a removal of several back."""
    now, restored = timezone.now(), request.POST.get("restore", "")
    if restored:
        services.edit_many(reader_of(request), _numbers(restored.split(",")), "restore", now=now)
        return done(request, to="saved")
    what, tags = request.POST.get("do", ""), services.read_tags(request.POST.get("tags", ""))
    chosen = _numbers(request.POST.getlist("item"))
    try:
        changed = services.edit_many(reader_of(request), chosen, what, tags=tags, now=now)
    except services.BadTag as error:
        messages.error(request, str(error))
        return done(request, to="saved")
    except services.LibraryError as error:
        raise Http404 from error
    _say_changed(request, what, changed)
    return done(request, to="saved")


def _say_changed(request: HttpRequest, what: str, changed: list[int]) -> None:
    if not changed:
        say(request, gettext("No piece was chosen, so nothing was changed."), level=messages.WARNING)
        return
    values = {"n": number(len(changed))}
    if what == "remove":
        text = ngettext("%(n)s piece was removed.", "%(n)s pieces were removed.", len(changed)) % values
        say(request, text, undo=Undo(reverse("saved_bulk"), "restore", ",".join(map(str, changed))))
    else:
        say(request, ngettext("%(n)s piece was changed.", "%(n)s pieces were changed.", len(changed)) % values)


def _numbers(texts: list[str]) -> list[int]:
    return [int(text) for text in texts if text.isdecimal() and len(text) < 18]
