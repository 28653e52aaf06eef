"""Pages kept for the minutes in which a person chooses what to watch of them, so that they are asked for once."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

from multidict import CIMultiDict, CIMultiDictProxy

from nashra.accounts.models import Reader
from nashra.base.blobs import Cache
from nashra.base.net import Response, without_credentials
from nashra.news.watching.asking import ask

KEPT = 15 * 60  # seconds
ROOM = 64 * 1024 * 1024  # bytes of all pages together
_FIELDS = ("url", "final_url", "short", "truncated", "etag", "last_modified")


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was answered: `base` is what its links are joined to, without name and password."""

    answer: Response = field(repr=False)

    @property
    def base(self) -> str:
        """The address that answered."""
        return without_credentials(self.answer.final_url)


def keep(reader: Reader, url: str, answer: Response) -> Page:
    """Keeps the page that the reader sees a preview of; nobody else gets it from here."""
    head = {name: getattr(answer, name) for name in _FIELDS}
    head |= {"at": time.time(), "content_type": answer.content_type, "status": answer.status}
    _cache().put(_key(reader, url), json.dumps(head).encode() + b"\n" + answer.body)
    return Page(answer)


def page_of(reader: Reader, url: str) -> Page:
    """The page at an address: as it was kept, or asked for now. SourceError when there is none."""
    return kept(reader, url) or fresh(reader, url)


def fresh(reader: Reader, url: str) -> Page:
    """The page as it is now, kept. SourceError when there is none."""
    return keep(reader, url, ask(url, kind="page"))


def kept(reader: Reader, url: str) -> Page | None:
    """The page as this reader saw it some minutes ago."""
    data = _cache().get(_key(reader, url))
    if data is not None:
        line, _, body = data.partition(b"\n")
        head = json.loads(line)
        if 0 <= time.time() - head["at"] < KEPT:
            return Page(_answer(head, body))
    return None


def tidy() -> int:
    """Lets pages go that nobody looks at any more; how many."""
    return _cache().shrink(unused_for=KEPT)


def _answer(head: dict[str, Any], body: bytes) -> Response:
    headers = CIMultiDict({"Content-Type": head["content_type"]} if head["content_type"] else {})
    fields = {name: head[name] for name in _FIELDS}
    return Response(status=head["status"], headers=CIMultiDictProxy(headers), body=body, **fields)


def _cache() -> Cache:
    return Cache("watched-pages", ROOM)


def _key(reader: Reader, url: str) -> str:
    return f"{reader.pk} {url}"
