"""Languages: detect, fold, words and stems, matching of follows, searching and highlighting. One module for each
language that needs its own rules."""

from .alphabets import folded_words
from .cleaning import clean
from .detecting import LANGUAGES, detect
from .differing import Run, differences
from .direction import direction
from .folding import fold
from .following import Follow, Hit, Kind, Matcher, guess_kind, match, matcher
from .languages import RIGHT_TO_LEFT, for_language, primary
from .marking import marks
from .showing import Snippet, contains_word, snippet
from .wanting import Wanted, wanted_of
from .words import Analyser, Term

__all__ = [
    "LANGUAGES",
    "RIGHT_TO_LEFT",
    "Analyser",
    "Follow",
    "Hit",
    "Kind",
    "Matcher",
    "Run",
    "Snippet",
    "Term",
    "Wanted",
    "clean",
    "contains_word",
    "detect",
    "differences",
    "direction",
    "fold",
    "folded_words",
    "for_language",
    "guess_kind",
    "marks",
    "match",
    "matcher",
    "primary",
    "snippet",
    "wanted_of",
]
