"""What a reader wishes of the page as a whole, beside what they follow."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

LEAST, MOST = -2, 2


class Languages(IntEnum):
    """Which languages a page may be in."""

    OWN = -2  # the interface's alone
    FOLLOWED = 0  # also those of followed sources
    ALL = 2


@dataclass(frozen=True, slots=True)
class Mix:
    """The wishes, 0 where nothing was said. Each step of 1 is half of the way to its end."""

    discover: int = 0  # -2: what is followed alone matters … 2: mostly what is new to the reader
    important: int = 0  # -2: the newest first … 2: what most sources tell, however old
    languages: Languages = Languages.FOLLOWED


def mix_from(said: Mapping[str, object]) -> Mix:
    """The wishes as they are stored ({discover, important, languages}); what is not understood counts as not said."""
    languages = said.get("languages")
    known = languages if languages in tuple(Languages) else Languages.FOLLOWED
    return Mix(_step(said.get("discover")), _step(said.get("important")), Languages(known))  # type: ignore[arg-type]


def _step(value: object) -> int:
    return max(LEAST, min(MOST, value)) if isinstance(value, int) else 0
