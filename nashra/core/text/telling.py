"""Which language of the Arabic script a text is in, by its letters and small words.

Letters that only one of them has say most, but a keyboard of another country gives ی for ي and ک for ك (or the other
way round), so these say nothing: «في» with ی is still Arabic, and Arabic shows itself by ال, ة and the hamza on alef.
"""

import re
from collections import Counter
from collections.abc import Collection
from functools import cache
from itertools import chain

from .data import words

_KEYBOARD = str.maketrans("يىك", "ییک")
_WORD = re.compile("[\u0620-\u065f\u0670-\u06d3\u06d5\u06fa-\u06ff\u0750-\u077f\u200c]+")
_OWN = {
    "ps": re.compile("[ټځڅډړږښګڼېۍ]"),
    "ckb": re.compile("[ڕڵێۆە]"),
    "ur": re.compile("[ٹڈڑےھںہ]"),
    "sd": re.compile("[ٻڀٺٿڄڃڇڌڏڊڍڙڦڱڳڻ]"),
    "ug": re.compile("[ۋڭۈۇېۆە]|ى(?=[\u0621-\u06d5])"),
}
"""Letters of one language, or of two, and not of Arabic or Persian."""

_NOT_ARABIC = re.compile("[پچژگ]")
FOREIGN = re.compile("[\u0671-\u06d5]|ى(?=[\u0621-\u064a])")
"""What does not stand in Arabic from an Arabic keyboard."""

_ARABIC = re.compile(r"[أإةؤ]|\b[وفبکل]?ال\w\w|\bلل\w\w|ًا|\w\wات\b|[\u064b-\u0652]")
TOLD_APART = frozenset({"ar", "fa", "ur", "ps", "ckb", "sd", "ug"})
"""The languages of which something is known here."""

_OWN_WEIGHT, _WORD_WEIGHT, _LETTER_WEIGHT = 2.0, 2.0, 1.0


_MOSTLY = {
    "به": "fa",
    "که": "fa",
    "کرد": "fa",
    "من": "ar",
    "کان": "ar",
    "هو": "ar",
    "هی": "ar",
    "کی": "ur",
    "پر": "ur ps",
}
"""Small words that several languages have and few use much."""


@cache
def _small_words() -> dict[str, frozenset[str]]:
    """The function words of each language, keyboards aside, that none of the others has or uses as much."""
    lists = {code: {word.translate(_KEYBOARD) for word in words(f"{code}_stop.txt")} for code in TOLD_APART}
    times = Counter(chain.from_iterable(lists.values()))
    return {
        code: frozenset(word for word in own if times[word] == 1 or code in _MOSTLY.get(word, "").split())
        for code, own in lists.items()
    }


def scores(text: str, codes: Collection[str]) -> dict[str, float]:
    """How much speaks for each of these languages; 0 if nothing does, or nothing is known of it."""
    written = [word.translate(_KEYBOARD) for word in _WORD.findall(text)]
    small, found = _small_words(), dict.fromkeys(codes, 0.0)
    for code in found:
        known = small.get(code, frozenset())
        found[code] = _WORD_WEIGHT * sum(word in known for word in written)
        if code in _OWN:
            found[code] += _OWN_WEIGHT * len(_OWN[code].findall(text))
    more = len(_NOT_ARABIC.findall(text))
    for code in found:
        found[code] += _LETTER_WEIGHT * (len(_ARABIC.findall(text)) if code == "ar" else more)
    return found
