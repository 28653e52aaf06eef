"""The articles of a log as arrays, and what is known of their texts at a moment of the replay."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from nashra.core.rank import texts
from nashra.core.rank.evaluation.mind import Impression, News
from nashra.core.rank.ragged import Ragged, ragged
from nashra.core.text import LANGUAGES, detect

Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.intp]
_GROWTH, _FEWEST = 1.5, 50
_DAY = 86400.0
_NOTHING = News("", "")


class Shelf:
    """All articles of a log by place. What is known of texts grows with `see`, and is made use of after `learn`."""

    def __init__(self, log: Sequence[Impression], news: Mapping[str, News]) -> None:
        self.places: dict[str, int] = {}
        for one in log:
            for key in (*one.history, *one.candidates):
                self.places.setdefault(key, len(self.places))
        known = [news.get(key, _NOTHING) for key in self.places]
        self.topic_keys, self.topics = _coded([one.topics for one in known])
        self.name_keys, self.names = _coded([one.names for one in known])
        self.counts = ragged([_terms(one) for one in known])
        self.has_text = np.diff(self.counts.starts) > 0
        self.seen = np.zeros(len(known), np.bool_)
        self._learned_from, self._day = 0, -1
        self.terms, self.basis = self.counts, texts.NO_BASIS
        self.gists: Floats = np.zeros((len(known), texts.DIMS), np.float32)

    def at(self, keys: Iterable[str]) -> Places:
        """The places of these articles."""
        return np.array([self.places[key] for key in keys], np.intp)

    def see(self, places: Places) -> None:
        """These articles are known from now on."""
        self.seen[places] = True

    def learn(self, at: float) -> bool:
        """Makes the weights of terms and the directions anew, if it is time: at midnight, and while few texts are known
        each time when they are half as many again.
        """
        known = int((self.seen & self.has_text).sum())
        day = int(at // _DAY)
        if known < _FEWEST or known == self._learned_from:
            return False
        if known < self._learned_from * _GROWTH and day == self._day:
            return False
        read = self.counts.take(np.flatnonzero(self.seen & self.has_text))
        self.terms = texts.weighed(self.counts, texts.frequencies(read), len(read))
        self.basis = texts.basis_of(self.terms.take(np.flatnonzero(self.seen & self.has_text)))
        self.gists = self.basis.encode(self.terms)
        self._learned_from, self._day = known, day
        return True

    def cosines(self, places: Places, others: Places) -> Floats:
        """(places, others): of their weighed terms."""
        rows = self.terms.take(np.concatenate([places, others]))
        terms, column = np.unique(rows.columns, return_inverse=True)
        dense = np.zeros((len(rows), len(terms)), np.float32)
        dense[rows.owners(), column] = rows.weights
        return np.asarray(dense[: len(places)] @ dense[len(places) :].T, np.float32)


def _terms(one: News) -> Mapping[int, float]:
    if not one.title and not one.abstract:
        return {}
    language = detect(f"{one.title}\n{one.abstract}", declared=None, candidates=LANGUAGES)
    return texts.counted(one.title, one.abstract, language)


def _coded(rows: Sequence[tuple[str, ...]]) -> tuple[list[str], Ragged]:
    keys = sorted({key for row in rows for key in row})
    code = {key: place for place, key in enumerate(keys)}
    return keys, ragged([[code[key] for key in row] for row in rows])
