"""Names and topics that a reader follows or mutes, found in texts whatever form they take."""

from .guessing import guess_kind
from .matching import Matcher, match, matcher
from .model import RULES, Follow, Hit, Kind

__all__ = ["RULES", "Follow", "Hit", "Kind", "Matcher", "guess_kind", "match", "matcher"]
