"""Bodies opened by us, so that what comes out is counted: a bomb stops at the limit, whatever it claims."""

import zlib

from nashra.base.net.errors import FetchError

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP, _ZLIB, _RAW = 31, 15, -15
_PIECE = 1 << 16  # bytes of a file that are opened at once: what follows a packed member is copied for each
_NAMES = {"": "", "identity": "", "gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate"}


def read_coding(header: str) -> str:
    """`Content-Encoding` as "" (none), "gzip" or "deflate"; FetchError for any other and for several on top."""
    coding = _NAMES.get(header.strip().lower())
    if coding is None:
        raise FetchError("encoding", f"Content-Encoding {header[:80]!r} was not asked for")
    return coding


class Body:
    """Collects a body: raw bytes go in, at most `limit` opened bytes are kept.

    `full` turns true as soon as either the opened bytes or the bytes on the wire pass the limit.
    """

    def __init__(self, coding: str, limit: int) -> None:
        self.full = False
        self._coding, self._limit = coding, limit
        self._wire = self._size = 0
        self._parts: list[bytes] = []
        self._head = b""  # the first byte of a packed member of which no more has come
        self._inflate = zlib.decompressobj(_GZIP) if coding == "gzip" else None

    def feed(self, chunk: bytes) -> None:
        """Takes the next bytes from the wire. FetchError when they cannot be opened."""
        self._wire += len(chunk)
        self.full = self._wire > self._limit
        if self._coding == "deflate" and self._inflate is None and chunk:
            self._inflate = zlib.decompressobj(_ZLIB if _is_zlib(chunk) else _RAW)
        if self._inflate is None:
            self._keep(chunk)
        else:
            self._open(chunk)

    def finish(self) -> tuple[bytes, bool]:
        """The opened bytes, and whether the packed stream broke off before its own end."""
        broken = self._inflate is not None and self._wire > 0 and not self._inflate.eof
        return b"".join(self._parts), broken

    def _open(self, chunk: bytes) -> None:
        chunk, self._head = self._head + chunk, b""
        while chunk and not self.full and self._inflate is not None:
            if self._inflate.eof:
                if chunk == _GZIP_MAGIC[:1]:  # the rest of a next member's head is still on its way
                    self._head = chunk
                    return
                if self._coding != "gzip" or not chunk.startswith(_GZIP_MAGIC):
                    return  # padding after the end, which servers do send; not part of the body
                self._inflate = zlib.decompressobj(_GZIP)
            try:
                self._keep(self._inflate.decompress(chunk, self._limit - self._size + 1))
            except zlib.error as error:
                raise FetchError("encoding", f"{self._coding}: {error}") from error
            chunk = self._inflate.unconsumed_tail or self._inflate.unused_data

    def _keep(self, data: bytes) -> None:
        room = self._limit - self._size
        self.full = self.full or len(data) > room
        data = data[:room]
        self._size += len(data)
        if data:
            self._parts.append(data)


def unpacked(data: bytes, limit: int) -> tuple[bytes, bool, bool] | None:
    """What is in a file that its publisher packed (RFC 1952), as in /sitemap-news.xml.gz: at most `limit` bytes,
    whether the file breaks off, and whether there is more. None for any other file, and for one that cannot be opened.
    """
    if not data.startswith(_GZIP_MAGIC):
        return None
    body = Body("gzip", limit)
    try:
        for start in range(0, len(data), _PIECE):
            body.feed(data[start : start + _PIECE])
    except FetchError:
        return None
    opened, broken = body.finish()
    return opened, broken and not body.full, body.full


def _is_zlib(chunk: bytes) -> bool:
    """Whether "deflate" bytes have the header that RFC 1950 asks for; many servers send them without."""
    return chunk[0] & 0x0F == 8 and (len(chunk) < 2 or (chunk[0] * 256 + chunk[1]) % 31 == 0)
