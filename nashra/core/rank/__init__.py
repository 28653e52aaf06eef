"""News chosen for one reader: candidates and a profile in, an edition with true reasons out."""

from nashra.core.rank.edition import MODEL, rank, score
from nashra.core.rank.model import Candidate, Context, Mention, Profile, Ranked, Reason, Sizes, Taste

__all__ = ["MODEL", "Candidate", "Context", "Mention", "Profile", "Ranked", "Reason", "Sizes", "Taste", "rank", "score"]
