"""Pictures served from our own address: no reader's browser ever calls the site that a picture comes from.

A page holds signed tokens, so that nobody can use us to fetch addresses of their own. What was fetched is fitted and
kept in a bounded cache; what failed is not tried again for an hour.
"""

import threading
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakValueDictionary

from django.conf import settings
from django.core import signing

from nashra.base.blobs import Cache
from nashra.base.net import FetchError, Request, fetch_one, without_credentials
from nashra.base.pictures.fit import Picture, PictureError, fit, inspect

MAX_BYTES = 8 * 1024 * 1024
FETCH_SECONDS = 10.0
FAILURE_SECONDS = 3600.0
_AT_ONCE = 4  # pictures that web threads of one process fetch at the same time
_WAIT_SECONDS = 5.0
_FAILED = b"failed "


def sign(url: str) -> str:
    """A token for a picture's address, safe inside a URL's path."""
    text = urlsafe_b64encode(url.encode("utf-8", "surrogatepass")).decode("ascii").rstrip("=")
    return _signer().sign(text)


def unsign(token: str) -> str:
    """The address behind a token; PictureError when we did not make it."""
    try:
        text = _signer().unsign(token)
        return urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("utf-8", "surrogatepass")
    except (signing.BadSignature, Base64Error, UnicodeError) as error:
        raise PictureError("bad-token") from error


def serve_bytes(url: str) -> tuple[bytes, Picture]:
    """The fitted picture from the cache or from its site; PictureError when there is none to show.

    For threads: a picture that several ask for is fetched once, the others wait for it.
    """
    cache = _cache()
    with _alone(url):
        kept = cache.get(url)
        if kept is not None and not _is_stale(kept):
            return _shown(kept)
        try:
            data, picture = _fetched(url)
        except PictureError as error:
            if error.code != "busy":
                cache.put(url, _FAILED + f"{time.time():.0f} {error.code}".encode())
            raise
        cache.put(url, data)
        return data, picture


def kept(url: str) -> bytes | None:
    """The fitted picture if it is in the cache; nothing is fetched."""
    found = _cache().get(url)
    return None if found is None or found.startswith(_FAILED) else found


class _Turn:
    """A lock that vanishes with the last who waits for it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


_turns: WeakValueDictionary[str, _Turn] = WeakValueDictionary()
_turns_lock = threading.Lock()
_places = threading.BoundedSemaphore(_AT_ONCE)


@contextmanager
def _alone(url: str) -> Iterator[None]:
    with _turns_lock:
        turn = _turns.setdefault(url, _Turn())
    with turn.lock:
        yield


def _fetched(url: str) -> tuple[bytes, Picture]:
    if not _places.acquire(timeout=_WAIT_SECONDS):
        raise PictureError("busy")
    try:
        response = fetch_one(Request(url, kind="image", max_bytes=MAX_BYTES, timeout=FETCH_SECONDS))
    except FetchError as error:
        raise PictureError("unreachable", str(error)) from error
    finally:
        _places.release()
    if response.status != 200:
        raise PictureError("unreachable", f"{without_credentials(response.final_url)} said {response.status}")
    if response.short:
        raise PictureError("damaged", "the answer broke off")
    return fit(response.body)


def _is_stale(kept: bytes) -> bool:
    """Whether this is a note of a failure that lies more than an hour back."""
    return kept.startswith(_FAILED) and time.time() - float(kept.split()[1]) > FAILURE_SECONDS


def _shown(kept: bytes) -> tuple[bytes, Picture]:
    if kept.startswith(_FAILED):
        raise PictureError(kept.split()[2].decode())
    return kept, inspect(kept)


def _cache() -> Cache:
    folder, size = settings.NASHRA_DATA, int(getattr(settings, "NASHRA_PICTURE_CACHE_BYTES", 512 * 1024 * 1024))
    cache = _caches.get(str(folder))
    if cache is None or cache.max_bytes != size:
        cache = _caches[str(folder)] = Cache("pictures", size)
    return cache


_caches: dict[str, Cache] = {}


def _signer() -> signing.Signer:
    return signing.Signer(salt="nashra.picture", sep=".")
