"""What a picture is, decided by its bytes, and a smaller copy without anything but the picture in it.

Types: JPEG, PNG, GIF, WebP, and AVIF where Pillow can read it. SVG is a program, not a picture, and is never accepted.
"""

import io
import struct
import threading
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_PIXELS = 40_000_000
MAX_SIDE = 1_600
_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp", "AVIF": "image/avif"}
_FLAT_MODES = frozenset({"1", "L", "P"})
_one_decoder = threading.Lock()  # an opened picture may take 160 MB: never two at once in a process

_SENTENCES: dict[str, str | Promise] = {
    "unknown-type": _("This is not a picture of a kind that can be shown."),
    "too-many-pixels": _("The picture is too large to be opened."),
    "damaged": _("The picture is damaged."),
    "bad-token": _("The address of this picture is not one of ours."),
    "unreachable": _("The picture could not be fetched."),
    "busy": _("Too many pictures are being fetched just now."),
}


class PictureError(Exception):
    """There is no picture to show. `code`: unknown-type, too-many-pixels, damaged, bad-token, unreachable or busy."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code, self.message = code, message


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's media type ("image/jpeg") and its size in pixels, as it is shown."""

    type: str
    width: int
    height: int


def describe(code: str) -> str:
    """The sentence for a PictureError's code, in the language that is active now."""
    return str(_SENTENCES.get(code, _SENTENCES["unreachable"]))


def inspect(data: bytes) -> Picture:
    """Type and size from the header alone; PictureError when it is unknown, damaged or over 40 megapixels."""
    image = _open(data)
    width, height = image.size
    if image.getexif().get(0x0112, 1) in (5, 6, 7, 8):  # EXIF orientation: lying on its side
        width, height = height, width
    return Picture(_TYPES[image.format or ""], width, height)


def fit(data: bytes, max_side: int = MAX_SIDE, *, on_white: bool = False) -> tuple[bytes, Picture]:
    """A copy at most `max_side` pixels long or wide, upright, without metadata; the first frame of a moving one.

    Photographs become JPEG, drawings of few colours PNG, and what is see-through WebP. With `on_white` nothing is
    see-through and the result is JPEG or PNG, as mail programs need it. PictureError as for `inspect`.
    """
    image = _open(data)
    with _one_decoder:
        try:
            return _encode(_reduced(image, max_side), on_white=on_white)
        except Exception as error:  # the decoders meet hostile bytes; whatever they raise means the same to us
            raise PictureError("damaged", f"{type(error).__name__}: {error}"[:200]) from error


def _open(data: bytes) -> Image.Image:
    _refuse_large_webp(data)
    try:
        image = Image.open(io.BytesIO(data), formats=list(_TYPES))
        image.getexif()
    except UnidentifiedImageError as error:
        raise PictureError("unknown-type") from error
    except Image.DecompressionBombError as error:
        raise PictureError("too-many-pixels") from error
    except Exception as error:  # as in fit
        raise PictureError("damaged", f"{type(error).__name__}: {error}"[:200]) from error
    _refuse_large(*image.size)
    return image


def _refuse_large(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise PictureError("too-many-pixels", f"{width} x {height}")


def _refuse_large_webp(data: bytes) -> None:
    """WebP's size from its first chunk (RFC 9649): Pillow's reader takes memory for the canvas on opening."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 30:
        return
    kind, body = data[12:16], data[20:30]
    if kind == b"VP8X":
        _refuse_large(int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1)
    elif kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        _refuse_large((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    elif kind == b"VP8 ":
        width, height = struct.unpack("<HH", body[6:10])
        _refuse_large(width & 0x3FFF, height & 0x3FFF)


def _reduced(image: Image.Image, max_side: int) -> Image.Image:
    """Decoded, upright and at most so large. `draft` lets JPEG decode a smaller picture in the first place."""
    image.draft("RGB", (max_side, max_side))
    image.load()
    if image.mode.startswith("I"):  # 16 bits a dot, which converting would clip to white
        image = image.point(lambda value: value / 256).convert("L")
    see_through = image.has_transparency_data
    flat = image.mode in _FLAT_MODES and max(image.size) <= max_side and not see_through
    small = ImageOps.exif_transpose(image if flat else image.convert("RGBA" if see_through else "RGB"))
    small.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    return small


def _encode(image: Image.Image, *, on_white: bool) -> tuple[bytes, Picture]:
    if on_white and image.has_transparency_data:
        image = _on_white(image)
    kind, options = _choice(image)
    image.info.clear()  # text, profiles and comments would be written out again
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue(), Picture(_TYPES[kind], *image.size)


def _choice(image: Image.Image) -> tuple[str, dict[str, int | bool]]:
    """File type and the encoder's options."""
    if image.has_transparency_data:
        return "WEBP", {"quality": 82, "method": 4}
    if image.mode in ("1", "P"):
        return "PNG", {"optimize": True}
    return "JPEG", {"quality": 84, "progressive": True, "optimize": True}


def _on_white(image: Image.Image) -> Image.Image:
    shown = image.convert("RGBA")
    ground = Image.new("RGBA", shown.size, "white")
    ground.alpha_composite(shown)
    return ground.convert("RGB")
