"""The same text in two places: an agency's report in several papers, an article under another id.

A text is compared as the set of its runs of four folded words (shingles, after Broder 1997). Two texts that share
three quarters of all their shingles are one text; so is a shortened one of which nearly all stands in the other. What
papers print by the same pattern every day (weather, prayer times, exchange rates) shares as much and is told apart by
its numbers and by its title: a wrong match hides news, a missed one shows it twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from nashra.core.text.folding import fold_word
from nashra.core.text.words import WORD

Hashes = npt.NDArray[np.uint64]
LONGEST = 20_000
"""Characters of a text that are compared."""

_RUN = 4  # words
_REMEMBERED = 50_000  # words whose numbers are
_ALIKE = 0.75  # of all shingles of both, for one text in two sources
_LEAST_WORDS = 40
_MANY_WORDS, _LONG_WORD = 80, 4  # of a shorter text, both titles must name something; letters
_FEW_WORDS, _FEW_ALIKE = 12, 0.9  # shorter texts must share more, and their titles all
_SHORTENED, _SHORTENED_WORDS = 0.9, 60
_SERIES_ALIKE = 0.97  # where only a word of the title differs
_NUMBERS_ALIKE = 0.75
_SAME_ALIKE, _SAME_WORDS = 0.9, 16  # for one article under two ids
_SPELLED_ALIKE, _SPELLED = 0.85, 5  # a word and its correction; letters
_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], np.uint64)


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """What is compared of one text: its title's folded words, how many words follow, and of what they consist."""

    title: tuple[str, ...]
    words: int
    numbers: frozenset[str]  # words with digits, of title and text
    shingles: Hashes  # sorted, each once


def fingerprint(title: str, text: str) -> Fingerprint:
    """The fingerprint of an article: `text` is plain text, of which the first LONGEST characters count."""
    named, words = words_of(title), WORD.findall(text[:LONGEST])
    numbers = {fold_word(word) for word in (*named, *words) if _has_digit(word)}
    return Fingerprint(named, len(words), frozenset(numbers), shingles_of(words))


def shingles(text: str) -> Hashes:
    """The runs of four folded words in a text as hashes, sorted, each once; the same in every process."""
    return shingles_of(WORD.findall(text[:LONGEST]))


def words_of(title: str) -> tuple[str, ...]:
    """The folded words of a title."""
    return tuple(filter(None, map(fold_word, WORD.findall(title[:1000]))))


class _Numbers(dict[str, int]):
    """Numbers that stand for words, folded; 0 when nothing remains of one."""

    def __missing__(self, word: str) -> int:
        folded = fold_word(word)
        found = blake2b(folded.encode("utf-8", "replace"), digest_size=8).digest() if folded else b""
        if len(self) >= _REMEMBERED:
            self.clear()
        number = self[word] = int.from_bytes(found, "little")
        return number


_number = _Numbers().__getitem__


def _has_digit(word: str) -> bool:
    return not word.isalpha() and any(map(str.isdigit, word))


def shingles_of(words: list[str]) -> Hashes:
    """The same of the words of a text."""
    numbers = np.fromiter(filter(None, map(_number, words)), np.uint64)
    if not numbers.size:
        return numbers
    run = min(_RUN, numbers.size)
    last = numbers.size - run + 1
    mixed = numbers[:last] * _MIX[0]
    for place in range(1, run):
        mixed = (mixed ^ (mixed >> np.uint64(29))) * _MIX[place] + numbers[place : place + last]
    mixed ^= mixed >> np.uint64(32)
    mixed *= _MIX[0]
    return distinct(mixed)[0]


def distinct(hashes: Hashes) -> tuple[Hashes, npt.NDArray[np.intp]]:
    """The different ones among hashes, sorted, and how often each is there. For some hundreds of them this is faster
    than NumPy's own function, which brings masked arrays along.
    """
    ordered = hashes.copy()
    ordered.sort()
    first = np.empty(ordered.size + 1, bool)
    first[:1] = first[-1:] = True
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:-1])
    places = first.nonzero()[0]
    return ordered[places[:-1]], places[1:] - places[:-1]


def shared(one: Hashes, other: Hashes) -> int:
    """How many of these sorted hashes are in both."""
    if not one.size or not other.size:
        return 0
    small, large = (one, other) if one.size <= other.size else (other, one)
    places = large.searchsorted(small)
    places[places == large.size] = 0
    return int(np.count_nonzero(large[places] == small))


def is_copy(copy: Fingerprint, original: Fingerprint) -> bool:
    """Whether one source prints what another has: the same text, or a shortened version of the original's.

    Not the other way round: a longer text that holds the original's may say something new.
    """
    both = shared(copy.shingles, original.shingles)
    alike = both / max(1, copy.shingles.size + original.shingles.size - both)
    if min(copy.words, original.words) < _MANY_WORDS and not _name_the_same(copy.title, original.title):
        return False
    if alike < _ALIKE:
        return _is_shortened(copy, original, both / max(1, copy.shingles.size))
    if _overlap(copy.numbers & original.numbers, copy.numbers | original.numbers) < _NUMBERS_ALIKE:
        return False
    if min(copy.words, original.words) < _LEAST_WORDS:
        return copy.words >= _FEW_WORDS and alike >= _FEW_ALIKE and copy.title == original.title
    return alike >= _SERIES_ALIKE or not is_series(copy.title, original.title)


def _is_shortened(copy: Fingerprint, original: Fingerprint, contained: float) -> bool:
    return (
        copy.words >= _SHORTENED_WORDS
        and contained >= _SHORTENED
        and not is_series(copy.title, original.title)
        and _overlap(copy.numbers & original.numbers, copy.numbers) >= _SHORTENED
    )


def _name_the_same(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two titles share a word of some length: lines that a paper puts under many titles do not make one text
    of them.
    """
    return tuple(one) == tuple(other) or any(len(word) >= _LONG_WORD for word in {*one} & {*other})


def is_same(one: Fingerprint, other: Fingerprint, *, usual: Hashes) -> bool:
    """Whether two texts of one source are the same article, perhaps corrected.

    `usual` are shingles that the source prints in other articles, too: they say nothing. All numbers must agree, and
    titles may differ in a slip of the pen alone.
    """
    if one.numbers != other.numbers or not titles_alike(one.title, other.title):
        return False
    left, right = _without(one.shingles, usual), _without(other.shingles, usual)
    if min(left.size, right.size) < _SAME_WORDS:
        return False
    both = shared(left, right)
    return both / (left.size + right.size - both) >= _SAME_ALIKE


def _without(hashes: Hashes, usual: Hashes) -> Hashes:
    if not usual.size:
        return hashes
    places = usual.searchsorted(hashes)
    places[places == usual.size] = 0
    rest: Hashes = hashes[usual[places] != hashes]
    return rest


def usual(prints: Iterable[Fingerprint], *, least: int) -> Hashes:
    """Shingles that stand in at least so many of these texts, sorted."""
    pooled = [one.shingles for one in prints]
    if not pooled:
        return np.empty(0, np.uint64)
    hashes, times = distinct(np.concatenate(pooled))
    several: Hashes = hashes[times >= least]
    return several


def titles_alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two titles of folded words are the same but for misspelt words and a word put in or left out at the end
    or inside, where at least four words remain.
    """
    if tuple(one) == tuple(other):
        return True
    if len(one) == len(other):
        return all(a == b or _misspelt(a, b) for a, b in zip(one, other, strict=True))
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1 or len(short) < 4:
        return False
    more = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return list(short[more:]) == list(long[more + 1 :]) and not _has_digit(long[more])


def _misspelt(one: str, other: str) -> bool:
    if min(len(one), len(other)) < _SPELLED or _has_digit(one) or _has_digit(other):
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _SPELLED_ALIKE


def is_series(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two titles look like two of a series: as long as one another, some words the same, one or two not."""
    if len(one) != len(other) or tuple(one) == tuple(other):
        return False
    differing = sum(a != b for a, b in zip(one, other, strict=True))
    return differing < len(one) and differing <= max(2, len(one) // 2)


def _overlap(both: frozenset[str], all_: frozenset[str]) -> float:
    return len(both) / len(all_) if all_ else 1.0
