"""What plain words that a reader follows are: a place, a name or a topic."""

import re

from .. import places
from ..folding import fold_word
from ..forms import Kind
from ..languages import primary
from ..words import WORD
from .known import known

_HEADS = (
    "بن ابن بنت آل عبد أبو أبي أم الله وزارة مجلس حزب منظمة جامعة نادي شركة بنك هيئة اتحاد حركة جبهة قناة صحيفة محكمة "
    "جيش تنظيم جمعية وكالة مؤسسة لجنة مهرجان دوري منتخب فريق حلف صندوق الرئيس الملك الأمير الشيخ"
)
_OF_NAMES = frozenset(map(fold_word, _HEADS.split()))
_SMALL = frozenset(
    {"of", "the", "and", "for", "de", "la", "le", "du", "des", "et", "von", "und", "der", "y", "del", "al"}
)
_CAPITALS_SAY_NOTHING = frozenset({"de", "lb"})  # every noun has one


def guess_kind(name: str, language: str = "") -> Kind:
    """A territory or a known city is a place; what the lists know is what they say; capitals and words such as «حزب»
    make a name; anything else is a topic, whose forms are the most.
    """
    code = primary(language)
    if places.place_of(name, code) or places.place_of(name):
        return "place"
    found = known(name, code)
    if found.kind:
        return found.kind
    if found.names or found.more:
        return "name"
    words = [match[0] for match in WORD.finditer(name)]
    return "name" if _is_name(words, code) else "topic"


def _is_name(words: list[str], language: str) -> bool:
    if len(words) > 1 and any(fold_word(word) in _OF_NAMES for word in words):
        return True
    said = [word for word in words if re.match("[^\\W\\d_]", word) and word.lower() not in _SMALL]
    if not said or language in _CAPITALS_SAY_NOTHING:
        return False
    return all(word[0].isupper() or any(letter.isupper() for letter in word[1:]) for word in said)
