"""What comes out of a page."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Article:
    """An article read from a page. Texts are plain; ``html`` is sanitised; addresses are absolute http(s).

    ``text`` is the running text without the captions of pictures, ``html`` has them.
    """

    text: str
    html: str
    title: str | None
    authors: tuple[str, ...]
    published: datetime | None
    modified: datetime | None
    language: str | None
    direction: str
    image: str | None
    canonical_url: str
    site_name: str | None
    section: str | None
    paywalled: bool | None
