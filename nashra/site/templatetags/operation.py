"""Tags of the operation's pages: `{% load operation %}`."""

from django import template

from nashra.site.health.rows import size

register = template.Library()


@register.filter(name="size")
def size_of(count: int) -> str:
    """A number of bytes for people."""
    return size(count)
