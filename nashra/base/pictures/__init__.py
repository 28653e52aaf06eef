"""Pictures from outside: looked at, made small, and served from our own address under signed names."""

from nashra.base.pictures.fit import Picture, PictureError, describe, fit, inspect
from nashra.base.pictures.proxy import kept, serve_bytes, sign, unsign

__all__ = ["Picture", "PictureError", "describe", "fit", "inspect", "kept", "serve_bytes", "sign", "unsign"]
