"""A saved piece as it is read: from its copy alone."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from nashra.base.locale import number
from nashra.core import extract
from nashra.library.models import SavedItem
from nashra.library.services.errors import describe
from nashra.news.pictures import picture_url

Archive = SavedItem.Archive


@dataclass(frozen=True, slots=True)
class CopyState:
    """How it stands with a copy: "waiting", "kept", "part" or "failed", a word, sentences, and whether pressing
    «try again» makes sense.
    """

    kind: str
    word: str
    text: str
    can_retry: bool

    @property
    def status(self) -> str:
        """The state as the design draws it: "ok", "warn" or "bad"."""
        return {"kept": "ok", "failed": "bad"}.get(self.kind, "warn")


def media_url(key: str) -> str:
    """The address of a kept picture; empty without a key."""
    return reverse("media", args=[key]) if key else ""


def html_of(item: SavedItem) -> str:
    """The sanitised text with its kept pictures. One that is not here yet comes through the proxy while the copy is
    being made; one that could not be had leaves its description.
    """
    keys = dict(item.pictures.values_list("url", "key"))
    being_made = item.archive == Archive.WAITING

    def address(url: str) -> str | None:
        if key := keys.get(url):
            return media_url(key)
        return picture_url(url) if being_made else None

    return extract.map_images(item.html, address)


def lead_picture(item: SavedItem) -> str:
    """The address of the lead picture's copy, unless the text shows it anyway."""
    urls = {image.src for image in extract.images(item.html)}
    lead = item.pictures.filter(key=item.image).exclude(url__in=urls).first() if item.image else None
    return media_url(lead.key) if lead else ""


def state_of(item: SavedItem) -> CopyState:
    """How it stands with an item's copy."""
    why = describe(item.archive_detail)
    if item.archive == Archive.FAILED:
        text = gettext("%(why)s The address is kept.") % {"why": why}
        return CopyState("failed", gettext("No copy"), text, True)
    if item.archive == Archive.WAITING:
        return _waiting(item, why)
    missing = int(item.archive_detail.get("missing", 0))
    if item.archive == Archive.PART:
        return CopyState("part", gettext("Incomplete"), _incomplete(missing, why), True)
    if item.archive_detail.get("code") == "short":
        text = gettext("Only the beginning is kept here: the site gave no more.")
        return CopyState("kept", gettext("Beginning only"), text, True)
    text = gettext("Text and pictures are kept here, and stay yours even if they vanish from their site.")
    return CopyState("kept", gettext("Kept"), text, False)


def _waiting(item: SavedItem, why: str) -> CopyState:
    if why:
        text = gettext("%(why)s The address is kept, and we will try again by ourselves.") % {"why": why}
        return CopyState("waiting", gettext("Waiting"), text, True)
    if item.excerpt:  # lists leave the text itself out
        text = gettext("The text is kept here; its pictures are being fetched.")
    else:
        text = gettext("The page is being fetched. Its text and pictures will be kept here.")
    return CopyState("waiting", gettext("Being copied"), text, False)


def _incomplete(missing: int, why: str) -> str:
    if missing:
        return ngettext(
            "The text is kept here; %(n)s picture could not be had.",
            "The text is kept here; %(n)s pictures could not be had.",
            missing,
        ) % {"n": number(missing)}
    return gettext("The text is kept here. %(why)s") % {"why": why}
