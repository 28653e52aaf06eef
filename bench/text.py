"""What it costs to look for followed names in news, in units of folding the same words.

Texts are made of 20,000 Arabic word forms, as often as a language has its words (the n-th most frequent one 1/n
times); one word in thirty is a form of a name. Folding is `fold_word` of each word, remembered as everything is: both
begin with nothing remembered. Seconds are of the processor, the best of some runs.
"""

import argparse
import itertools
import random
import sys
import time
from collections.abc import Callable, Sequence

from common import Report

from nashra.core.text import Follow, Matcher, ar, folding, places
from nashra.core.text import words as tokens
from nashra.core.text.data import lines
from nashra.core.text.following import matching, reading
from nashra.core.text.places import keys as all_places

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
    follows = _follows()
    forms = _forms()
    articles = [_article(forms, follows) for _ in range(options.articles)]
    _measure(report, follows, articles, options.times)
    return report.finish()


def _measure(report: Report, follows: list[Follow], articles: list[str], times: int) -> None:
    count = sum(len(tokens.WORD.findall(one)) for one in articles)
    few, many = Matcher(follows[:FEW], "ar"), Matcher(follows, "ar")
    found = [sum(len(one.match(article)) for article in articles) for one in (few, many)]  # compiles them, too
    report.figure("words", count, "words")
    report.figure("found_few", found[0], f"forms found of {FEW} names")
    report.figure("found_many", found[1], f"forms found of {MANY} names")
    report.check(0 < found[0] < found[1], "names are found, and more of more names")
    folded = _seconds(times, lambda: [folding.fold_word(word) for one in articles for word in tokens.WORD.findall(one)])
    with_few = _seconds(times, lambda: [few.match(one) for one in articles])
    with_many = _seconds(times, lambda: [many.match(one) for one in articles])
    report.figure("folding_words_per_second", round(count / folded), "folding alone", "words/s")
    report.figure("few_words_per_second", round(count / with_few), f"looking for {FEW} names", "words/s")
    report.figure(
        "many_words_per_second", round(count / with_many), f"looking for {MANY} names", "words/s", least=100_000
    )
    report.ratio("follows_vs_folding", with_many / folded, f"looking for {MANY} names against folding", most=6)
    report.ratio("many_vs_few", with_many / with_few, f"looking for {MANY} names against {FEW}", most=1.3)
    _short_texts(report, few, articles, times)


def _short_texts(report: Report, matcher: Matcher, articles: list[str], times: int) -> None:
    """What a front page asks: which of a reader's names stand in 500 titles with their summaries."""
    shorts = [(one[:70].rsplit(" ", 1)[0], one[70:370]) for one in itertools.islice(itertools.cycle(articles), 500)]
    shorts = [(f"{n} {title}", f"{summary} {n}") for n, (title, summary) in enumerate(shorts)]

    def look() -> None:
        for title, summary in shorts:
            matcher.mentions(title, summary, language="ar")

    report.figure("front_page_first_ms", _seconds(times, look) * 1000, "500 titles and summaries, the first time", "ms")
    report.figure("front_page_again_ms", _seconds(times, look, anew=False) * 1000, "the same again", "ms")


def _seconds(times: int, work: Callable[[], object], *, anew: bool = True) -> float:
    best = float("inf")
    for _ in range(times):
        if anew:
            _forget()
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best


def _forget() -> None:
    for remembered in (folding.fold_word, reading.readings_of, ar.readings, matching._text_rests):
        remembered.cache_clear()
    for table in (tokens._TERMS, reading.RESTS):
        table.clear()


def _follows() -> list[Follow]:
    """Territories and cities first, then nouns of the news as topics, then names that no text has."""
    named = [name for key in all_places() for name in places.names_of(key, "ar")[:1]]
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
    made = ["".join(random.choices("بتثجحخدذرزسشصضطظعغفقكلمنهوي", k=6)) for _ in range(MANY)]
    found = dict.fromkeys(Follow(name, kind="place", language="ar") for name in (*well_known, *named))
    found |= dict.fromkeys(Follow(name, kind="topic", language="ar") for name in nouns)
    found |= dict.fromkeys(Follow(name, kind="name", language="ar") for name in made)
    return list(found)[:MANY]


def _forms() -> list[str]:
    nouns = {word for name in ("ar_begin.txt", "ar_end.txt") for word in lines(name)}
    made = {before + noun + behind for noun in sorted(nouns) for before in BEFORE for behind in BEHIND}
    return random.sample(sorted(made), FORMS)


def _article(forms: list[str], follows: list[Follow]) -> str:
    frequent = [1 / (n + 1) for n in range(len(forms))]
    said = random.choices(forms, frequent, k=WORDS)
    for n in range(WORDS):
        if random.random() < NAMED:
            said[n] = random.choice(("", "و", "ب")) + random.choice(follows[: random.choice((FEW, MANY))]).name
    return " ".join(said) + "."


if __name__ == "__main__":
    sys.exit(main())
