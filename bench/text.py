"""What it costs to look for followed names in news, in units of folding the same words.

Texts are made of 20,000 Arabic word forms, as often as a language has its words (the n-th most frequent one 1/n
times); one word in thirty is a form of a name. Folding is `fold_word` of each word, which remembers as everything does:
every run has words of its own, so that none is known before. Seconds are of the processor, the best of some runs.
"""

import argparse
import itertools
import random
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from common import Report

from nashra.core.text import Follow, Matcher
from nashra.core.text.data import lines
from nashra.core.text.folding import fold_word
from nashra.core.text.places import keys as all_places
from nashra.core.text.places import names_of
from nashra.core.text.words import WORD

T = TypeVar("T")
LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
BEFORE = ("", "", "ال", "و", "ب", "ل", "وال", "بال", "لل", "ف", "ي", "ت", "س", "م")
BEHIND = ("", "", "ة", "ات", "ين", "ون", "ها", "ه", "هم", "نا", "ي", "ية", "ا", "وا", "ته")
FEW, MANY = 10, 1_000
ARTICLES, WORDS, FORMS = 150, 400, 20_000
NAMED = 1 / 30  # of the words


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the bench; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=ARTICLES)
    parser.add_argument("--times", type=int, default=3, help="runs of which the best counts")
    options = parser.parse_args(arguments)
    report = Report("text")
    random.seed(1)
    _measure(report, _follows(), options.articles, options.times)
    return report.finish()


def _measure(report: Report, follows: list[Follow], articles: int, times: int) -> None:
    few, many = Matcher(follows[:FEW], "ar"), Matcher(follows, "ar")
    for one in (few, many):
        one.match("خبر")  # compiles them
    folded, with_few, with_many = [], [], []
    for _ in range(times):  # in turn, so that a busy moment troubles them alike
        folded.append(_timed(_articles(articles, follows), lambda text: len(list(map(fold_word, WORD.findall(text))))))
        with_few.append(_timed(_articles(articles, follows), lambda text: len(few.match(text))))
        with_many.append(_timed(_articles(articles, follows), lambda text: len(many.match(text))))
    best = [min(runs, key=_seconds) for runs in (folded, with_few, with_many)]
    (count, fold), (found_few, one), (found_many, other) = best
    report.figure("words", count, "words")
    report.figure("found_few", found_few, f"forms found of {FEW} names")
    report.figure("found_many", found_many, f"forms found of {MANY} names")
    report.check(0 < found_few < found_many, "names are found, and more of more names")
    report.figure("folding_words_per_second", round(count / fold), "folding alone", "words/s")
    report.figure("few_words_per_second", round(count / one), f"looking for {FEW} names", "words/s")
    report.figure("many_words_per_second", round(count / other), f"looking for {MANY} names", "words/s", least=100_000)
    report.ratio("follows_vs_folding", other / fold, f"looking for {MANY} names against folding", most=6)
    report.ratio("many_vs_few", other / one, f"looking for {MANY} names against {FEW}", most=1.3)
    _short_texts(report, few, _articles(articles, follows))


def _short_texts(report: Report, matcher: Matcher, articles: list[str]) -> None:
    """What a front page asks: which of a reader's names stand in 500 titles with their summaries."""
    shorts = [(one[:70].rsplit(" ", 1)[0], one[70:370]) for one in itertools.islice(itertools.cycle(articles), 500)]
    shorts = [(f"{n} {title}", f"{summary} {n}") for n, (title, summary) in enumerate(shorts)]
    first, again = (_timed(shorts, lambda pair: len(matcher.mentions(*pair)))[1] for _ in range(2))
    report.figure("front_page_first_ms", first * 1000, "500 titles and summaries, the first time", "ms")
    report.figure("front_page_again_ms", again * 1000, "the same again", "ms")


def _timed(texts: Iterable[T], work: Callable[[T], int]) -> tuple[int, float]:
    """What the work counts in some texts, and the processor's seconds that it takes."""
    started = time.process_time()
    return sum(map(work, texts)), time.process_time() - started


def _seconds(run: tuple[int, float]) -> float:
    return run[1]


def _follows() -> list[Follow]:
    """Territories and cities first, then nouns of the news as topics, then names that no text has."""
    named = [name for key in all_places() for name in names_of(key, "ar")[:1]]
    well_known = [
        "مصر",
        "المغرب",
        "روسيا",
        "أوكرانيا",
        "فلسطين",
        "السعودية",
        "الأمم المتحدة",
        "فرنسا",
        "العراق",
        "تونس",
    ]
    nouns = sorted({word for line in lines("ar_plurals.txt") for word in line.split()})
    made = ["".join(random.choices(LETTERS, k=6)) for _ in range(MANY)]
    found = dict.fromkeys(Follow(name, kind="place", language="ar") for name in (*well_known, *named))
    found |= dict.fromkeys(Follow(name, kind="topic", language="ar") for name in nouns)
    found |= dict.fromkeys(Follow(name, kind="name", language="ar") for name in made)
    return list(found)[:MANY]


def _articles(number: int, follows: list[Follow]) -> list[str]:
    """Texts whose words, names apart, were never seen before."""
    nouns = ["".join(random.choices(LETTERS, k=random.randint(3, 5))) for _ in range(FORMS // 100)]
    made = [before + noun + behind for noun in nouns for before in BEFORE for behind in BEHIND]
    forms = random.sample(made, FORMS)
    frequent = list(itertools.accumulate(1 / (n + 1) for n in range(FORMS)))
    return [_article(random.choices(forms, cum_weights=frequent, k=WORDS), follows) for _ in range(number)]


def _article(said: list[str], follows: list[Follow]) -> str:
    for n in range(len(said)):
        if random.random() < NAMED:
            said[n] = random.choice(("", "و", "ب")) + random.choice(follows[: random.choice((FEW, MANY))]).name
    return " ".join(said) + "."


if __name__ == "__main__":
    sys.exit(main())
