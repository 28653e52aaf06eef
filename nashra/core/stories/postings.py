"""Which articles hold a term, and how strongly."""

import numpy as np
import numpy.typing as npt

from .packing import Numbers, Weights

_NEWEST = 2_000  # articles of one term that are compared: a word that more than these have says little
_ONE = 255  # what stands for a weight of 1
_AT_ONCE = 8_000  # postings that are added up in one go: in more room than that, every page would be a fault


class Postings:
    """Numbers of articles by terms; `short` when all of these are less than 65,536."""

    def __init__(self, *, short: bool) -> None:
        self._number = np.dtype("<u2" if short else "<u4")
        self._holders: list[bytearray] = []  # of each term: numbers of articles that hold it, in the order of coming
        self._weights: list[bytearray] = []  # and its weights in them, a byte each

    def add(self, article: int, terms: Numbers, weights: Weights) -> None:
        """Adds an article with its sorted terms and their weights, up to 1."""
        name, codes = article.to_bytes(self._number.itemsize, "little"), np.rint(weights * _ONE).astype(np.uint8)
        if terms.size:
            for rows in (self._holders, self._weights):
                rows += [bytearray() for _ in range(int(terms[-1]) + 1 - len(rows))]
        holders, held = self._holders, self._weights
        for term, code in zip(terms.tolist(), codes.tolist(), strict=True):
            holders[term] += name
            held[term].append(code)

    def products(self, terms: Numbers, weights: Weights, articles: int) -> Weights:
        """The product of a vector with that of each of so many articles, to a hundredth or so."""
        known = terms[: terms.searchsorted(len(self._holders))].tolist()
        holders, held = list(map(self._holders.__getitem__, known)), list(map(self._weights.__getitem__, known))
        sizes = np.fromiter(map(len, held), np.int64, len(held))
        ends = sizes.cumsum()
        products, start = np.zeros(articles), 0
        while start < len(known):
            end = max(start + 1, int(ends.searchsorted(ends[start] - sizes[start] + _AT_ONCE)))
            found = np.frombuffer(b"".join(holders[start:end]), self._number)
            spoken = weights[start:end].repeat(sizes[start:end])
            spoken *= np.frombuffer(b"".join(held[start:end]), np.uint8)
            products += np.bincount(found, spoken, articles)
            start = end
        products /= _ONE
        return products

    def trim(self) -> None:
        """Drops what is too much of a common word's postings, oldest first."""
        for holders, held in zip(self._holders, self._weights, strict=True):
            if len(held) > 2 * _NEWEST:
                del held[:-_NEWEST], holders[: -_NEWEST * self._number.itemsize]

    def keep(self, kept: npt.NDArray[np.bool_]) -> None:
        """Drops articles, and numbers those that are kept from 0 on, in their order."""
        numbers = (kept.cumsum() - 1).astype(self._number)
        for term, row in enumerate(self._holders):
            holders = np.frombuffer(bytes(row), self._number)
            places = kept[holders]
            self._holders[term] = bytearray(numbers[holders[places]].tobytes())
            self._weights[term] = bytearray(np.frombuffer(bytes(self._weights[term]), np.uint8)[places].tobytes())
