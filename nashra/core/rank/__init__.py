"""News chosen for one reader: candidates and a profile in, an edition with true reasons out."""

from nashra.core.rank.edition import MODEL, rank, score
from nashra.core.rank.model import (
    Candidate,
    Context,
    Lessons,
    Mention,
    Profile,
    Ranked,
    Reason,
    Sizes,
    Taste,
)
from nashra.core.rank.pool import Pool, pool_of
from nashra.core.rank.shortlisting import shortlist, shortlisted

__all__ = [
    "MODEL", "Candidate", "Context", "Lessons", "Mention", "Pool", "Profile", "Ranked", "Reason", "Sizes", "Taste",
    "pool_of", "rank", "score", "shortlist", "shortlisted",
]  # fmt: skip
