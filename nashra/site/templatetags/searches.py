"""Tags about followed searches, for pages that show them among other things."""

from dataclasses import dataclass
from typing import Any

from django import template

from nashra.accounts.access import current_reader
from nashra.front import services
from nashra.front.models import Follow
from nashra.newsletters import services as newsletters

register = template.Library()


@dataclass(frozen=True, slots=True)
class Found:
    """A followed search, if it is one, and whether it is told of by mail."""

    follow: Follow | None = None
    told: bool = False


@register.simple_tag(takes_context=True)
def followed_search(context: Any, q: str = "", *, follow: Follow | None = None, told: bool = False) -> Found:
    """What the reader of this page made of the search `q`; a known `follow` is only handed on."""
    if follow is not None:
        return Found(follow, bool(told))
    reader = current_reader(context["request"])
    found = services.search_followed(reader, q) if reader else None
    alert = newsletters.alert_of(found) if found else None
    return Found(found, alert is not None and alert.due_at is not None)


@register.simple_tag(takes_context=True)
def told_by_mail(context: Any) -> frozenset[int]:
    """The ids of the followed searches that this page's reader is told of by mail."""
    reader = current_reader(context["request"])
    return newsletters.told_of(reader) if reader else frozenset()


@register.filter
def in_set(number: int, numbers: frozenset[int]) -> bool:
    """Whether a row is one of these."""
    return number in numbers
