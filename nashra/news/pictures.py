"""Pictures of articles under our own signed addresses; a reader's browser never calls the site they come from."""

from django.urls import reverse

from nashra.base.pictures import sign
from nashra.core.extract import map_images


def picture_url(url: str) -> str:
    """Our own address for a picture outside; empty for none."""
    return reverse("picture", args=[sign(url)]) if url.startswith(("http://", "https://")) else ""


def proxied(html: str) -> str:
    """An article's HTML with its pictures under our own addresses; what is no web address leaves its alt text."""
    return map_images(html, lambda src: picture_url(src) or None) if "<img" in html else html
