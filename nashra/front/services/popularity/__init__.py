"""How many readers were shown an article and how many opened it, hour by hour: sums of editions and signals.

The sums are a function of rows: of each reader's counted editions and signals, each article at the earliest of them.
Whatever changes those rows moves the sums by the difference, in the same transaction. So a reader counts once for an
article, whatever they do, and a killed process neither loses nor doubles anything.
"""

from nashra.front.services.popularity.closing import close_next, is_anything_open
from nashra.front.services.popularity.counting import count_next, is_anything_uncounted
from nashra.front.services.popularity.tallies import base_rate, forget_old, recounted, uncount

__all__ = [
    "base_rate", "close_next", "count_next", "forget_old", "is_anything_open", "is_anything_uncounted", "recounted",
    "uncount",
]  # fmt: skip
