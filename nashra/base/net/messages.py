"""What is asked of the network and what comes back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from multidict import CIMultiDictProxy

MAX_BYTES = 15 * 1024 * 1024
TIMEOUT = 20.0

_ACCEPT: Mapping[str, str] = {
    "feed": "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9,"
    " application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.1",
    "page": "text/html, application/xhtml+xml;q=0.9, */*;q=0.1",
    "image": "image/avif, image/webp, image/png, image/jpeg, image/gif, image/*;q=0.1",
}
_UNSENDABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_LONGEST_VALIDATOR = 1_000


@dataclass(frozen=True, slots=True)
class Request:
    """One thing to get. `kind`: feed, page or image (any other word asks for anything). With a `form` of names and
    values it is sent by POST, and with `json` (an encoded document) as well; `bearer` is a token that goes with that.
    A document follows no redirect: the answer is then the redirect itself.

    `etag` and `last_modified` are a former Response's, sent back byte for byte. `max_bytes` counts opened bytes;
    `timeout` is in seconds for the whole, redirects included. With `keep_cut` a body over the limit is cut there and
    marked `truncated` instead of refused.
    """

    url: str
    kind: str = "feed"
    etag: str | None = None
    last_modified: str | None = None
    max_bytes: int = MAX_BYTES
    timeout: float = TIMEOUT
    accept: str = ""
    keep_cut: bool = False
    form: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # may hold a secret
    json: bytes = field(default=b"", repr=False)
    bearer: str = field(default="", repr=False)

    def headers(self) -> dict[str, str]:
        """The header fields that depend on the request."""
        fields = {"Accept": self.accept or _ACCEPT.get(self.kind, "*/*")}
        for name, value in (("If-None-Match", self.etag), ("If-Modified-Since", self.last_modified)):
            if value and _sendable(value):
                fields[name] = value
        if self.json:
            fields["Content-Type"] = "application/json"
            fields |= {"Authorization": f"Bearer {self.bearer}"} if self.bearer else {}
        return fields


@dataclass(frozen=True, slots=True)
class Response:
    """An answer. `body` is opened, and empty unless the status is 2xx.

    `url` was asked for, `final_url` answered; both keep the name and password of a private feed. `redirects` holds
    each hop's status and the address that sent it, without them. `permanent`: every hop said 301 or 308. `short`: the
    body broke off before its promised end. `truncated`: we cut it. `elapsed` is in seconds. `etag` and `last_modified`
    are the validators to store: None when the body is not whole, or when they could not be sent back exactly.
    """

    url: str
    final_url: str
    status: int
    headers: CIMultiDictProxy[str] = field(repr=False)
    body: bytes = field(repr=False)
    redirects: tuple[tuple[int, str], ...] = ()
    permanent: bool = False
    elapsed: float = 0.0
    short: bool = False
    truncated: bool = False
    etag: str | None = None
    last_modified: str | None = None

    @property
    def content_type(self) -> str | None:
        """The Content-Type header as it came, charset included."""
        return self.headers.get("Content-Type")


def validator(raw: bytes | None) -> str | None:
    """An ETag or Last-Modified header as text to store, or None when it could not be sent back exactly as it came."""
    try:
        value = (raw or b"").decode("utf-8")
    except UnicodeDecodeError:
        return None
    return value if _sendable(value) else None


def _sendable(value: str) -> bool:
    return 0 < len(value) <= _LONGEST_VALIDATOR and not _UNSENDABLE.search(value)
