"""How likely the place of a piece on a page was looked at at all.

A piece far down that nobody opened was mostly not passed by: nobody saw it (the examination hypothesis; Richardson and
others 2007). So what was shown counts as far as its place was looked at, and what was passed by, too.
"""

import numpy as np
import numpy.typing as npt

HALFWAY = 12.0
"""The place that half of those who saw the first one still look at. Set by hand: an edition is finite and short, about
twenty-five pieces, and is made to be read to its end; on a phone the first three stand on the first screen, and readers
leave a little at every further one. A list of search results, which is left at its first good answer, would be far
steeper (its curve is about 1 / place); one that everybody reads to the end would be flat. At 12 the last third of an
edition counts about a third, which is between the two.
"""


def looked(position: int | None) -> float:
    """The chance, above 0 to 1, that a place was looked at; 0 is the first. Where it is not known: as in the middle."""
    return HALFWAY / (HALFWAY + max(0, position)) if position is not None else 0.5


def all_looked(count: int) -> npt.NDArray[np.float32]:
    """(count,): the same for the first `count` places of a page."""
    return (HALFWAY / (HALFWAY + np.arange(count))).astype(np.float32)
