"""How many readers were shown an article and opened it so far, decayed; each reader counts once for an article."""

import numpy as np
import numpy.typing as npt

from nashra.core.rank.pool import BASE_RATE

Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.intp]
HALF_LIVES = np.array([6.0, 24.0]) * 3600
_BASE_WORTH = 50.0  # shows: so much does the shipped base rate count beside the log's own


class Counts:
    """The popularity of n articles as of a moment."""

    def __init__(self, articles: int) -> None:
        self._shown, self._opened = np.zeros((articles, 2)), np.zeros((articles, 2))
        self._at = np.zeros(articles)
        self.readers = np.zeros(articles, np.int32)
        self.first_seen = np.full(articles, np.inf)
        self._shows, self._opens = 0.0, 0.0
        self._met: dict[str, dict[int, tuple[int, bool]]] = {}  # by reader and article: times shown, whether opened

    def add(self, reader: str, places: Places, clicked: npt.NDArray[np.bool_], at: float) -> Places:
        """Counts one list; gives back what this reader had not opened before."""
        met = self._met.setdefault(reader, {})
        before = [met.get(place, (0, False)) for place in places.tolist()]
        new = np.array([not times for times, _ in before], np.bool_)
        opened = clicked & np.array([not had for _, had in before], np.bool_)
        for place, (times, had), hit in zip(places.tolist(), before, clicked.tolist(), strict=True):
            met[place] = (times + 1, had or hit)
        left = self._left(places, at)
        self._shown[places] = self._shown[places] * left + new[:, None]
        self._opened[places] = self._opened[places] * left + opened[:, None]
        self._at[places] = at
        self.readers[places] += opened
        self.first_seen[places] = np.minimum(self.first_seen[places], at)
        self._shows += float(new.sum())
        self._opens += float(opened.sum())
        return places[opened]

    def of(self, places: Places, at: float) -> tuple[Floats, Floats]:
        """(places, 2) each: readers who were shown these and who opened them, by half-life."""
        left = self._left(places, at)
        return (self._shown[places] * left).astype(np.float32), (self._opened[places] * left).astype(np.float32)

    def passed(self, reader: str, places: Places) -> Floats:
        """How often this reader was shown each of these and did not open it."""
        met = self._met.get(reader, {})
        times = (met.get(place, (0, False)) for place in places.tolist())
        return np.array([0 if had else count for count, had in times], np.float32)

    def base_rate(self) -> float:
        """How much of what was shown was opened, drawn towards the shipped rate."""
        return (self._opens + _BASE_WORTH * BASE_RATE) / (self._shows + _BASE_WORTH)

    def _left(self, places: Places, at: float) -> npt.NDArray[np.float64]:
        return np.asarray(0.5 ** ((at - self._at[places])[:, None] / HALF_LIVES), np.float64)
