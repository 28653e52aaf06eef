"""Full-text search behind one interface: FTS5 on SQLite, `tsvector` on PostgreSQL, the same answers from both.

The databases get terms, never text: `core.text.entries` gives the folded words and stems of an article, and both
databases only store and find these. What is asked is a tree of `core.text.asking`; see `asking` for how it becomes
one question, and `renewing` for how what was stored before is analysed anew.
"""

from nashra.base.fulltext.asking import DEEPEST, MOST_LEAVES, TooComplex
from nashra.base.fulltext.index import Index
from nashra.base.fulltext.renewing import Progress, Renewal, progress, underway

__all__ = ["DEEPEST", "MOST_LEAVES", "Index", "Progress", "Renewal", "TooComplex", "progress", "underway"]
