"""Messages after an action, with the way back: the text of a Django message plus the form that undoes it.

The undo travels in the message's `extra_tags` as a query string, so any message storage keeps it.
"""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from nashra.base.answers import is_script

_PREFIX = "undo?"


@dataclass(frozen=True, slots=True)
class Undo:
    """The button that takes an action back: a POST to `url` carrying `name=value`."""

    url: str
    name: str = "on"
    value: str = "0"


def say(request: HttpRequest, text: str, *, level: int = messages.SUCCESS, undo: Undo | None = None) -> None:
    """Tell the reader what happened, on the next page shown; with `undo` the notice carries that button."""
    if is_script(request):
        return  # the page's own script says it at once
    tags = _PREFIX + urlencode({"url": undo.url, "name": undo.name, "value": undo.value}) if undo else ""
    messages.add_message(request, level, text, extra_tags=tags, fail_silently=True)


def undo_of(message: Message) -> Undo | None:
    """The undo that `say` put into a message; None for other messages and for addresses outside this site."""
    tags = message.extra_tags or ""
    if not tags.startswith(_PREFIX):
        return None
    fields = dict(parse_qsl(tags.removeprefix(_PREFIX), keep_blank_values=True))
    if not url_has_allowed_host_and_scheme(fields.get("url", ""), allowed_hosts=None):
        return None
    return Undo(fields["url"], fields.get("name", "on"), fields.get("value", "0"))
