"""How good an order is, by MIND's definitions: AUC, MRR, nDCG@5 and nDCG@10 of each list."""

import numpy as np
import numpy.typing as npt

NAMES = ("auc", "mrr", "ndcg@5", "ndcg@10")
Floats = npt.NDArray[np.float64]


def of_list(scores: npt.NDArray[np.floating], clicked: npt.NDArray[np.bool_], lot: Floats) -> tuple[float, ...]:
    """The four figures of one list, in the order of NAMES. `lot`: random numbers that decide between equal scores."""
    order = np.lexsort((lot, -scores))
    hits = clicked[order]
    ranks = np.flatnonzero(hits)
    opened, passed = len(ranks), len(hits) - len(ranks)
    behind = float((ranks - np.arange(opened)).sum())  # pairs in which what was passed stands before what was opened
    auc = 1 - behind / (opened * passed)
    return auc, float((1 / (ranks + 1)).mean()), _ndcg(ranks, opened, 5), _ndcg(ranks, opened, 10)


def _ndcg(ranks: npt.NDArray[np.intp], opened: int, most: int) -> float:
    gained = (1 / np.log2(ranks[ranks < most] + 2)).sum()
    return float(gained / (1 / np.log2(np.arange(min(opened, most)) + 2)).sum())
