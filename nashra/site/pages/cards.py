"""What a page shows of one article, ready for its template."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Card:
    """One article in a list; `reasons` are sentences in the reader's language, the short one first."""

    id: int
    url: str  # address of its page here, or outside for visitors
    title: str
    summary: str
    source_id: int
    source_name: str
    source_url: str
    author: str
    language: str
    direction: str
    published: datetime
    minutes: int
    image: str = ""  # signed address on this server
    image_width: int = 0
    image_height: int = 0
    topic: tuple[str, str, str] | None = None  # key, label, address
    is_read: bool = False
    is_saved: bool = False
    updated: bool = False
    reasons: list[str] = field(default_factory=list)
    others: list["Card"] = field(default_factory=list)  # other sources on the same story
    story_sources: int = 1
    slot: str = ""
    edition_id: int | None = None
    position: int | None = None
    external: bool = False  # opens at its source (visitors)
