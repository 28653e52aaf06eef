"""What was taken out of a text and what was put in, word by word, for people to read.

Words that are in both texts just once, in the same order, are fixed points (patience, after Cohen); between two of
them the fewest changes are looked for (Myers 1986, greedy), with a bound on the work: what differs more than that is
shown as replaced. So the time grows with the length of the texts alone, whatever is in them.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, NamedTuple

from .words import WORD

Kind = Literal["same", "removed", "added", "folded"]
MOST_WORDS = 20_000
"""Words of either text that are compared; what comes after is left out."""

_MOST_EDITS = 300  # between two fixed points
_WORK = 600_000  # steps for two texts
_LEAST_FOLDED = 8  # unchanged words
_BREAK = "\n"
_TOKEN = re.compile(rf"\s*\n\s*|{WORD.pattern}|[^\w\s]|_")
_SMALL_WORDS, _SMALL_LETTERS = 2, 7  # a piece between two changes that is not worth to be read by itself


@dataclass(frozen=True, slots=True)
class Run:
    """Words that are the same in both texts, removed, or added; of `folded` ones, which are the same and left out,
    only the number is given. `spaced`: a space stands before it.
    """

    kind: Kind
    text: str
    words: int
    spaced: bool = False


class _Word(NamedTuple):
    text: str
    spaced: bool
    was_spaced: bool = False  # in the old text, where the word is in both


_Step = tuple[Kind, _Word]


def differences(old: str, new: str, *, context: int = 12) -> list[list[Run]]:
    """The paragraphs of both texts as runs; a paragraph that was removed stands where it was.

    Between changes, `context` unchanged words are kept at either end of a longer stretch. No changes, no paragraphs.
    """
    one, other = _words(old), _words(new)
    steps = list(_tidy(list(_steps(one, other))))
    if all(kind == "same" for kind, _ in steps):
        return []
    return _paragraphs(_folded(steps, context))


def _words(text: str) -> list[_Word]:
    found, end = [], 0
    for match in _TOKEN.finditer(text.strip()):
        word = match[0] if match[0].strip() else _BREAK
        found.append(_Word(word, match.start() > end and word != _BREAK))
        end = match.end()
        if len(found) == MOST_WORDS:
            break
    return found


def _steps(old: Sequence[_Word], new: Sequence[_Word]) -> Iterator[_Step]:
    work = _WORK
    start, last = (0, 0), [*_fixed_points(old, new), (len(old), len(new))]
    for point in last:
        gap = old[start[0] : point[0]], new[start[1] : point[1]]
        steps, spent = _fewest(*gap, work)
        work -= spent
        yield from steps
        if point != last[-1]:
            yield _same(old[point[0]], new[point[1]])
        start = (point[0] + 1, point[1] + 1)


def _fixed_points(old: Sequence[_Word], new: Sequence[_Word]) -> list[tuple[int, int]]:
    """Places of words that either text has once, as many as keep their order in both."""
    once, again = _once(old), _once(new)
    pairs = sorted((place, again[text]) for text, place in once.items() if text in again)
    ends: list[int] = []  # the smallest last place in the new text of a rising row of each length
    rows: list[tuple[int, int]] = []  # of each pair: its own number, the number of the one before it in its row
    tops: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        ends[length : length + 1] = [place]
        tops[length : length + 1] = [number]
        rows.append((number, tops[length - 1] if length else -1))
    chosen, number = [], tops[-1] if tops else -1
    while number >= 0:
        chosen.append(pairs[number])
        number = rows[number][1]
    return chosen[::-1]


def _once(words: Sequence[_Word]) -> dict[str, int]:
    times = Counter(word.text for word in words)
    return {word.text: place for place, word in enumerate(words) if times[word.text] == 1 and word.text != _BREAK}


def _fewest(old: Sequence[_Word], new: Sequence[_Word], work: int) -> tuple[list[_Step], int]:
    """The fewest removals and additions that make one of the other, and the steps that finding them took."""
    head = _common(zip(old, new, strict=False))
    before = list(map(_same, old[:head], new[:head]))
    old, new = old[head:], new[head:]
    tail = _common(zip(reversed(old), reversed(new), strict=False))
    after = list(map(_same, old[len(old) - tail :], new[len(new) - tail :]))
    old, new = old[: len(old) - tail], new[: len(new) - tail]
    trace, spent = _search(old, new, work) if old and new else ([], 0)
    replaced: list[_Step] = [*(("removed", word) for word in old), *(("added", word) for word in new)]
    return [*before, *(_walk(old, new, trace) if trace else replaced), *after], spent


def _same(old: _Word, new: _Word) -> _Step:
    return "same", _Word(new.text, new.spaced, old.spaced)


def _common(pairs: Iterator[tuple[_Word, _Word]]) -> int:
    number = 0
    for one, other in pairs:
        if one.text != other.text:
            break
        number += 1
    return number


def _search(old: Sequence[_Word], new: Sequence[_Word], work: int) -> tuple[list[dict[int, int]], int]:
    """Of each number of edits, how far into the old text each diagonal had come before, and the steps taken; nothing
    when it takes too many.
    """
    reach, trace, left = {1: 0}, list[dict[int, int]](), work
    for edits in range(min(len(old) + len(new), _MOST_EDITS) + 1):
        trace.append(dict(reach))
        for diagonal in range(-edits, edits + 1, 2):
            x = begun = reach[diagonal + 1] if _is_down(reach, diagonal, edits) else reach[diagonal - 1] + 1
            while x < len(old) and x - diagonal < len(new) and old[x].text == new[x - diagonal].text:
                x += 1
            reach[diagonal] = x
            left -= x - begun + 1
            if x >= len(old) and x - diagonal >= len(new):
                return trace, work - left
        if left < 0:
            break
    return [], work - left


def _is_down(reach: dict[int, int], diagonal: int, edits: int) -> bool:
    """Whether the way to a diagonal's farthest point comes from the one above, by putting a word in."""
    return diagonal == -edits or (diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1])


def _walk(old: Sequence[_Word], new: Sequence[_Word], trace: Sequence[dict[int, int]]) -> list[_Step]:
    """The way back from the ends of both texts to their beginnings, turned round."""
    x, y, steps = len(old), len(new), list[_Step]()
    for edits in range(len(trace) - 1, 0, -1):
        down = _is_down(trace[edits], x - y, edits)
        before = x - y + (1 if down else -1)
        start = trace[edits][before]
        while x > start and y > start - before:
            x, y = x - 1, y - 1
            steps.append(_same(old[x], new[y]))
        x, y = start, start - before
        steps.append(("added", new[y]) if down else ("removed", old[x]))
    steps.extend(map(_same, reversed(old[:x]), reversed(new[:y])))
    return steps[::-1]


def _tidy(steps: Sequence[_Step]) -> Iterator[_Step]:
    """Without changes of line ends alone and without crumbs between two changes; removals before additions."""
    blocks = [list(block) for _, block in groupby(_without_line_ends(steps), lambda step: step[0] == "same")]
    joined: list[_Step] = []
    for place, block in enumerate(blocks):
        if 0 < place < len(blocks) - 1 and block[0][0] == "same" and _is_crumb(block):
            joined.extend(("removed", _Word(word.text, word.was_spaced)) for _, word in block)
            joined.extend(("added", word) for _, word in block)
        else:
            joined.extend(block)
    for same, some in groupby(joined, lambda step: step[0] == "same"):
        block = list(some)
        yield from block if same else sorted(block, key=lambda step: step[0] == "added")


def _without_line_ends(steps: Sequence[_Step]) -> Iterator[_Step]:
    dropped = False
    for same, some in groupby(steps, lambda step: step[0] == "same"):
        block = list(some)
        if same and dropped:
            kind, word = block[0]
            block[0] = kind, word._replace(was_spaced=True)
        dropped = not same and all(word.text == _BREAK for _, word in block)
        yield from (("same", word) for kind, word in block if kind == "added") if dropped else block


def _is_crumb(block: Sequence[_Step]) -> bool:
    letters = sum(len(word.text) for _, word in block)
    return len(block) <= _SMALL_WORDS and letters <= _SMALL_LETTERS and all(word.text != _BREAK for _, word in block)


def _folded(steps: Sequence[_Step], context: int) -> Iterator[_Step]:
    """Long unchanged stretches become one step whose word is their number of words."""
    blocks = [list(block) for _, block in groupby(steps, lambda step: step[0] == "same")]
    for place, block in enumerate(blocks):
        words = [n for n, (_, word) in enumerate(block) if word.text != _BREAK]
        head, tail = context if place else 0, context if place < len(blocks) - 1 else 0
        if block[0][0] != "same" or len(words) < head + tail + _LEAST_FOLDED:
            yield from block
            continue
        start, end = words[head], words[-tail] if tail else len(block)
        middle = block[start:end]
        breaks = [step for step in middle if step[1].text == _BREAK][:1]
        number = len(words) - head - tail
        yield from (*block[:start], *breaks, ("folded", _Word(str(number), True)), *breaks, *block[end:])


def _paragraphs(steps: Iterator[_Step]) -> list[list[Run]]:
    found = [list(some) for broken, some in groupby(steps, lambda step: step[1].text == _BREAK) if not broken]
    return [
        [_run(kind, [word for _, word in some]) for kind, some in groupby(one, lambda step: step[0])] for one in found
    ]


def _run(kind: Kind, words: Sequence[_Word]) -> Run:
    if kind == "folded":
        return Run(kind, "", int(words[0].text), True)
    text = "".join(f" {word.text}" if word.spaced else word.text for word in words).strip()
    return Run(kind, text, len(words), words[0].spaced)
