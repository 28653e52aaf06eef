"""Articles about one event, found as they come in.

Online single-pass clustering with TF-IDF vectors, a centroid for each story, and decay by the time since the story was
last told. A wrong merge is worse than a miss: a story must share more than one word with an article, and one source
rarely tells one event twice within minutes. Articles of two languages are never put together.
"""

from .grouping import Decision, Grouper, Item
from .vectors import near_duplicate

__all__ = ["Decision", "Grouper", "Item", "near_duplicate"]
