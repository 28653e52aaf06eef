"""Pictures: known by their bytes, made small, stripped, and refused before they can do harm."""

import io
import struct
from typing import Any

import pytest
from django.utils import translation
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from nashra.base.pictures import Picture, PictureError, describe, fit, inspect, sign, unsign


def drawn(kind: str, mode: str = "RGB", size: tuple[int, int] = (300, 200), **options: Any) -> bytes:
    """A picture with some variety in it."""
    image = Image.radial_gradient("L").resize(size).convert(mode)
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def code_of(data: bytes) -> str:
    with pytest.raises(PictureError) as caught:
        inspect(data)
    with pytest.raises(PictureError) as again:
        fit(data)
    assert again.value.code == caught.value.code
    return caught.value.code


@pytest.mark.parametrize(
    ("kind", "type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("GIF", "image/gif"),
        ("WEBP", "image/webp"),
        ("AVIF", "image/avif"),
    ],
)
def test_a_picture_is_known_by_its_bytes(kind: str, type: str) -> None:
    assert inspect(drawn(kind)) == Picture(type, 300, 200)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>top.__evil=1</script></svg>'


@pytest.mark.parametrize("data", [b"", b"<html>", SVG, b'<?xml version="1.0"?>' + SVG, b"%PDF-1.4", b"RIFF"])
def test_what_is_not_a_raster_picture_is_refused(data: bytes) -> None:
    assert code_of(data) == "unknown-type"


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "PPM"])
def test_kinds_that_no_page_needs_are_refused(kind: str) -> None:
    assert code_of(drawn(kind, size=(48, 48))) == "unknown-type"


def webp_header(kind: bytes, body: bytes) -> bytes:
    return b"RIFF\x00\x10\x00\x00WEBP" + kind + b"\x0a\x00\x00\x00" + body.ljust(40, b"\0")


@pytest.mark.parametrize(
    "data",
    [
        webp_header(b"VP8X", b"\0\0\0\0" + (16_000).to_bytes(3, "little") * 2),
        webp_header(b"VP8L", b"\x2f" + (16_000 | 16_000 << 14).to_bytes(4, "little")),
        webp_header(b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 16_000, 16_000)),
    ],
    ids=["webp-extended", "webp-lossless", "webp-lossy"],
)
def test_too_many_pixels_are_refused_by_the_header(data: bytes) -> None:
    assert code_of(data) == "too-many-pixels"


def test_exactly_forty_megapixels_are_looked_at_and_no_more() -> None:
    assert code_of(drawn("PNG", "1", (8_000, 5_001))) == "too-many-pixels"
    assert inspect(drawn("PNG", "1", (8_000, 5_000))).width == 8_000


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_breaks_off_is_damaged(kind: str) -> None:
    data = drawn(kind, size=(600, 600))
    with pytest.raises(PictureError) as caught:
        fit(data[: len(data) // 2])
    assert caught.value.code == "damaged"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_bytes_changed_at_random_end_in_a_picture_or_in_a_reason(kind: str) -> None:
    data = bytearray(drawn(kind, size=(40, 30)))
    codes: set[str] = set()
    for place in range(0, len(data), max(1, len(data) // 150)):
        broken = bytes(data[:place]) + bytes([data[place] ^ 0xFF]) + bytes(data[place + 1 :])
        try:
            result, picture = fit(broken)
        except PictureError as error:
            codes.add(error.code)
        else:
            assert opened(result).size == (picture.width, picture.height)
    assert codes <= {"damaged", "unknown-type", "too-many-pixels"}


def test_a_large_picture_becomes_small_in_its_own_shape() -> None:
    data, picture = fit(drawn("JPEG", size=(3000, 1500)), max_side=800)
    assert picture == Picture("image/jpeg", 800, 400)
    assert inspect(data) == picture


def test_a_small_picture_is_not_made_larger() -> None:
    assert fit(drawn("JPEG"))[1] == Picture("image/jpeg", 300, 200)


def test_a_picture_that_lies_on_its_side_is_stood_up() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = drawn("JPEG", exif=exif)
    assert inspect(data) == Picture("image/jpeg", 200, 300)
    result, picture = fit(data)
    assert picture == Picture("image/jpeg", 200, 300)
    assert opened(result).getexif().get(0x0112, 1) == 1


def test_where_and_by_whom_a_picture_was_made_is_taken_out() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at Layla's house"
    notes = PngInfo()
    notes.add_text("Comment", "taken at Layla's house")
    for data in (
        drawn("JPEG", exif=exif, comment=b"Layla's house"),
        drawn("PNG", "P", pnginfo=notes, exif=exif),
        drawn("WEBP", "RGBA", exif=exif, xmp=b"Layla's house"),
    ):
        assert b"Layla" in data or b"house" in data
        assert b"Layla" not in fit(data)[0]


@pytest.mark.parametrize(
    ("kind", "mode", "type"),
    [
        ("PNG", "RGB", "image/jpeg"),
        ("PNG", "P", "image/png"),
        ("PNG", "RGBA", "image/webp"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("AVIF", "RGB", "image/jpeg"),
    ],
)
def test_photographs_drawings_and_see_through_pictures_keep_what_matters(kind: str, mode: str, type: str) -> None:
    result, picture = fit(drawn(kind, mode))
    assert picture.type == inspect(result).type == type


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_a_picture_for_mail_stands_on_white(mode: str) -> None:
    image = Image.new("RGBA", (20, 10), (0, 0, 0, 0)).convert(mode)
    out = io.BytesIO()
    image.save(out, "PNG", **({"transparency": 0} if mode == "P" else {}))
    result, picture = fit(out.getvalue(), on_white=True)
    assert picture.type in ("image/jpeg", "image/png")
    assert opened(result).convert("RGB").getpixel((5, 5)) == (255, 255, 255)


def test_sixteen_bits_a_dot_stay_grey() -> None:
    out = io.BytesIO()
    Image.new("I;16", (20, 10), 0x8000).save(out, "PNG")
    grey = opened(fit(out.getvalue())[0]).convert("L").getpixel((5, 5))
    assert grey in range(120, 136)  # type: ignore[comparison-overlap]


def test_a_moving_picture_shows_its_first_frame() -> None:
    frames = [Image.new("RGB", (30, 20), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    result = opened(fit(out.getvalue())[0])
    assert getattr(result, "n_frames", 1) == 1
    assert result.convert("RGB").getpixel((5, 5)) == (255, 0, 0)


# -- tokens ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["https://example.com/a.png", "https://عربي.example/صورة?a=b&c=d#e", "x", "", "\udce9"])
def test_a_token_leads_back_to_its_address(url: str) -> None:
    token = sign(url)
    assert unsign(token) == url
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_a_token_that_we_did_not_make_is_refused(settings: Any) -> None:
    token = sign("https://example.com/a.png")
    text, _, mark = token.partition(".")
    other = sign("https://example.com/b.png").partition(".")[0]
    settings.SECRET_KEY = "another"
    foreign = sign("https://example.com/a.png")
    settings.SECRET_KEY = "one more"
    for forged in ("", ".", text, f"{text}.", f"{other}.{mark}", foreign, token):
        with pytest.raises(PictureError) as caught:
            unsign(forged)
        assert caught.value.code == "bad-token"


@pytest.mark.parametrize("code", ["unknown-type", "too-many-pixels", "damaged", "bad-token", "unreachable", "busy"])
def test_every_code_has_a_sentence_of_its_own(code: str) -> None:
    with translation.override("en"):
        assert describe(code).endswith(".")
        assert code == "unreachable" or describe(code) != describe("unreachable")
