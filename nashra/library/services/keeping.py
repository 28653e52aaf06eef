"""Pictures of a saved item: fetched, made small, and kept in the data folder by their content."""

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from nashra.base import blobs, jobs, pictures
from nashra.base.net import FetchError, Request, Response, fetch_many
from nashra.core import extract
from nashra.library.models import SavedItem, SavedPicture
from nashra.news.fetching import turns
from nashra.news.keys import host_of
from nashra.news.models import Host

MOST = 60  # pictures of one item
MAX_BYTES = 8 * 1024 * 1024
FETCH_SECONDS = 10.0
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Kept:
    """How many pictures are missing, and whether trying again may help."""

    missing: int
    again: bool


def keep_pictures(item: SavedItem, *, seconds: float, now: datetime) -> Kept:
    """Keeps what is not here yet, each at once, so that a killed worker loses none; begins nothing after `seconds`, and
    asks no host that wants silence.
    """
    wanted = wanted_pictures(item)
    here = set(item.pictures.values_list("url", flat=True))
    missing = [url for url in wanted[:MOST] if url not in here and len(url) <= 2000]
    todo = _askable(missing, now)
    ends, again = time.monotonic() + seconds, len(todo) < len(missing)
    while todo:
        if time.monotonic() > ends or jobs.stopping():
            again = True
            break
        batch, todo = todo[:AT_ONCE], todo[AT_ONCE:]
        for url, answer in _fetch_all(batch).items():
            kept = _keep(item, url, answer)
            here |= {url} if kept else set()
            again |= not kept and _may_come(answer, now)
    _choose_lead(item, wanted)
    return Kept(len(set(wanted) - here), again)


def wanted_pictures(item: SavedItem) -> list[str]:
    """Addresses of the lead picture and of those in the text, each once."""
    found = [item.image_url, *(image.src for image in extract.images(item.html))]
    return list(dict.fromkeys(url for url in found if url))


def keep_blob(data: bytes) -> str:
    """Keeps bytes and renews their date, so that the sweep leaves them alone until a row refers to them."""
    key = blobs.put(data)
    os.utime(blobs.path(key))
    return key


def _askable(urls: Sequence[str], now: datetime) -> list[str]:
    """Those at hosts that have not asked for silence."""
    silent = set(Host.objects.filter(asked_to_wait=True, next_at__gt=now).values_list("name", flat=True))
    return [url for url in urls if host_of(url) not in silent] if silent else list(urls)


def _fetch_all(urls: Sequence[str]) -> dict[str, Response | FetchError]:
    answers: dict[str, Response | FetchError] = {}
    requests = [Request(url, kind="image", max_bytes=MAX_BYTES, timeout=FETCH_SECONDS) for url in urls]

    def note(request: Request, answer: Response | FetchError) -> None:
        answers[request.url] = answer

    asyncio.run(fetch_many(requests, concurrency=AT_ONCE, on_result=note))
    return answers


def _keep(item: SavedItem, url: str, answer: Response | FetchError) -> bool:
    if isinstance(answer, FetchError) or answer.status != 200 or answer.short:
        return False
    try:
        data, picture = pictures.fit(answer.body)
    except pictures.PictureError:
        return False
    key = keep_blob(data)
    size = {"content_type": picture.type, "width": picture.width, "height": picture.height}
    SavedPicture.objects.update_or_create(item=item, url=url, defaults={"key": key, **size})
    return True


def _may_come(answer: Response | FetchError, now: datetime) -> bool:
    """Whether the same picture may be had later: the site was out of order, not the picture."""
    if isinstance(answer, FetchError):
        return answer.code in ("dns", "connect", "timeout", "protocol", "short-body")
    if answer.status == 429:
        turns.hush(host_of(answer.final_url), answer.headers, now)
    return answer.short or answer.status >= 500 or answer.status in (408, 425, 429)


def _choose_lead(item: SavedItem, wanted: Sequence[str]) -> None:
    """The lead picture's own copy, or that of the first picture that is here."""
    keys = dict(item.pictures.values_list("url", "key"))
    lead = next((keys[url] for url in wanted if url in keys), "")
    if lead != item.image:
        item.image = lead
        SavedItem.every.filter(pk=item.pk).update(image=lead)
