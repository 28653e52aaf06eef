"""The body of a message: text and HTML in base64, and at most one picture (RFC 2045, 2046, 2387)."""

from __future__ import annotations

import struct
from base64 import encodebytes
from dataclasses import dataclass
from hashlib import sha256

PICTURE_OCTETS = 400_000
_JPEG_SIZES = frozenset({0xC0, 0xC1, 0xC2, 0xC3})


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture inside the message; sizes in pixels."""

    cid: str
    kind: str
    width: int
    height: int
    data: bytes


def picture(data: bytes, cid: str) -> Picture | None:
    """A PNG or JPEG with its size; None for anything else or over 400 KB: a message never fails for its picture.

    WebP and SVG are left out because Outlook and Gmail do not show them.
    """
    if len(data) > PICTURE_OCTETS:
        return None
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) > 24:
        width, height = struct.unpack(">II", data[16:24])
        kind = "image/png"
    elif data[:3] == b"\xff\xd8\xff":
        width, height = _jpeg_size(data)
        kind = "image/jpeg"
    else:
        return None
    return Picture(cid, kind, width, height, data) if 0 < width < 20_000 and 0 < height < 20_000 else None


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Width and height from the first frame header; zeros if there is none."""
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        if data[at + 1] in _JPEG_SIZES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return int(width), int(height)
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return 0, 0


def token(message_id: str) -> str:
    """A boundary's middle: the same for the same message, found in no base64 line because of the signs around it."""
    return sha256(message_id.encode()).hexdigest()[:24]


def assemble(text: str, html: str, shown: Picture | None, mark: str) -> tuple[str, bytes]:
    """The Content-Type of the whole and its body, CRLF, ending with one line break. `mark` comes from `token`."""
    alternative = f"=_a_{mark}"
    parts = [_part("text/plain; charset=utf-8", text.encode())]
    page = _part("text/html; charset=utf-8", html.encode())
    parts.append(page if shown is None else _related(page, shown, f"=_r_{mark}"))
    return f'multipart/alternative;\r\n boundary="{alternative}"', _multipart(parts, alternative)


def _related(page: bytes, shown: Picture, boundary: str) -> bytes:
    """The page with its picture."""
    image = _part(shown.kind, shown.data, f"Content-ID: <{shown.cid}>\r\nContent-Disposition: inline\r\n")
    head = f'Content-Type: multipart/related; type="text/html";\r\n boundary="{boundary}"\r\n\r\n'
    return head.encode("ascii") + _multipart([page, image], boundary)


def _part(kind: str, data: bytes, more: str = "") -> bytes:
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n{more}\r\n"
    return head.encode("ascii") + encodebytes(data).replace(b"\n", b"\r\n")


def _multipart(parts: list[bytes], boundary: str) -> bytes:
    line = f"--{boundary}".encode("ascii")
    return b"".join(line + b"\r\n" + part for part in parts) + line + b"--\r\n"
