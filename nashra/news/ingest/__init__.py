"""Entries become articles: what is new, what was corrected, what is the same under another id or at another source.

`plan` reads the database and does all that takes time (cleaning, languages), outside any transaction. `write` stores
a plan in the caller's short transaction. An article whose entry did not change is neither cleaned nor written again.
"""

from nashra.news.ingest.planning import Plan, plan
from nashra.news.ingest.writing import write

__all__ = ["Plan", "plan", "write"]
