"""Learning from an article, and taking it back exactly.

A lesson keeps what was done with its article, each thing with its gain as it stands at `at`, and which lines it fed.
Each line holds the sum of its lessons, everything fading alike. So what a lesson gave can be taken out of a line as if
it had never been there; for that, lines are kept without a limit to their weight, and limited where they are read.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from nashra.accounts.models import Reader
from nashra.base import bulk, courtesy, jobs
from nashra.core.rank import texts
from nashra.core.rank.learning import decayed
from nashra.front.models import Interest, Kind, Lesson
from nashra.front.services.learning.about import about
from nashra.front.services.learning.worth import FOR, SAME_AS, TAKES_BACK, What, worth
from nashra.news.models import Article

LESSONS = 36  # kept of one reader; of more the least weighty one goes, and what it gave to lines stays
"""With the lines below the table stays under 20 KB: measured, twenty articles tell of a taste nearly what all do."""
LINES = {Kind.TOPIC: 20, Kind.WORD: 16, Kind.SOURCE: 16, Kind.TERM: 16}  # learned ones, of one reader
TERMS = 20  # of an article
LONGEST_TITLE = 80  # letters
NOTHING = 1e-9  # what is left of a sum of fractions that were taken away again
FAINT = 0.02  # a line this light says nothing any more: one opened article after 170 days
FAINT_PASSED = 0.5

UNTOUCHED = timedelta(days=60)  # a line that was learned since then cannot have faded
AT_ONCE = 500  # readers of one query


def learn(reader: Reader, article: Article, what: str, *, value: int = 0, now: datetime) -> None:
    """Changes what is known by one thing that a reader did; a second time it changes nothing."""
    with transaction.atomic():
        _hold(reader)
        lesson = Lesson.objects.filter(reader=reader, article=article).first()
        said = lesson or Lesson(reader=reader, article=article, at=now)
        moment = max(now, said.at)
        before = _faded(said, moment)
        after = _after(before, what, value)
        if after == before:
            return
        if lesson is None:
            _begin(said, article, now)
        _change(said, before, after, moment)


def forget_acts(reader: Reader, done: Mapping[int, Collection[str]], *, now: datetime) -> None:
    """Takes these things, by article, out of all that they taught, as if they had never been done."""
    with transaction.atomic():
        _hold(reader)
        for lesson in Lesson.objects.filter(reader=reader, article__in=done):
            moment = max(now, lesson.at)
            before = _faded(lesson, moment)
            gone = {SAME_AS.get(what, what) for what in done[lesson.article_id or 0]}
            after = {act: gain for act, gain in before.items() if act not in gone}
            _change(lesson, before, after, moment)


def forget_lessons(lessons: Iterable[Lesson], *, now: datetime) -> None:
    """Takes articles out of all that they taught, as if they had never been read."""
    with transaction.atomic():
        for lesson in lessons:
            _hold(lesson.reader)
            moment = max(now, lesson.at)
            _change(lesson, _faded(lesson, moment), {}, moment)


def forget_line(line: Interest) -> None:
    """Removes a line. Lessons that fed no other leave with it."""
    with transaction.atomic():
        _hold(line.reader)
        for lesson in Lesson.objects.filter(reader=line.reader):
            if line.pk in lesson.lines:
                lesson.lines = [pk for pk in lesson.lines if pk != line.pk]
                if lesson.lines:
                    lesson.save(update_fields=["lines"])
                else:
                    lesson.delete()
        line.delete()


def lessons_of(line: Interest) -> list[Lesson]:
    """The kept articles from which a line was learned, the latest first."""
    lessons = Lesson.objects.filter(reader=line.reader_id).select_related("article", "source").order_by("-at", "-pk")
    return [lesson for lesson in lessons if line.pk in lesson.lines]


def sweep(reader: Reader, now: datetime) -> None:
    """Lets go of lines that have faded, and of lessons and lines beyond what is kept."""
    with transaction.atomic():
        _hold(reader)
        rows = list(Interest.objects.filter(reader=reader, state=Interest.State.NORMAL))
        Interest.objects.filter(pk__in=[row.pk for row in rows if _is_faint(row, now)]).delete()
        _bound(reader, now)


def sweep_all(now: datetime) -> int:
    """Sweeps the readers who have a learned line that was not touched for long; how many."""
    old = Interest.objects.filter(state=Interest.State.NORMAL, at__lt=now - UNTOUCHED)
    rows = Reader.objects.filter(pk__in=old.values("reader")).order_by("pk")
    done, last = 0, 0
    while not jobs.stopping() and (readers := list(rows.filter(pk__gt=last)[:AT_ONCE])):
        for reader in readers:
            courtesy.give_way()
            sweep(reader, now)
        done, last = done + len(readers), readers[-1].pk
    return done


def _hold(reader: Reader) -> None:
    """Keeps others from changing what is known of this reader until the transaction ends."""
    list(Reader.objects.select_for_update(no_key=True).filter(pk=reader.pk).values_list("pk"))


def _faded(lesson: Lesson, moment: datetime) -> dict[str, float]:
    return {what: decayed(gain, (moment - lesson.at).total_seconds()) for what, gain in lesson.acts.items()}


def _after(acts: Mapping[str, float], what: str, value: int) -> dict[str, float]:
    """What counts of an article after one more thing; what was done already keeps its gain."""
    after = {act: gain for act, gain in acts.items() if act not in TAKES_BACK.get(what, ())}
    act, gain = SAME_AS.get(what, what), worth(what, value)
    if what == What.DWELL:  # the longest stay counts
        gain = max(gain, acts.get(act, gain))
        return after | {act: gain}
    return after if act in after or not gain else after | {act: gain}


def _counts(acts: Collection[str]) -> int:
    return int(not FOR.isdisjoint(acts))


def _begin(lesson: Lesson, article: Article, now: datetime) -> None:
    """Finds or makes the lines that an article feeds."""
    wanted = about(article, now)
    known = {(line.kind, line.key): line for line in Interest.objects.filter(reader=lesson.reader)}
    new = [
        Interest(reader=lesson.reader, kind=one.kind, key=one.key, label=one.label, at=now)
        for one in wanted
        if (one.kind, one.key) not in known
    ]
    known |= {(line.kind, line.key): line for line in Interest.objects.bulk_create(new)}
    lesson.lines = sorted(known[one.kind, one.key].pk for one in wanted)
    lesson.title, lesson.source = shorten(article.title), article.source
    lesson.terms = _packed(article)


def shorten(title: str) -> str:
    """A title as a lesson keeps it: cut between words where it is long."""
    cut = title[: LONGEST_TITLE + 1]
    return title if len(title) <= LONGEST_TITLE else (cut[: cut.rfind(" ")] if " " in cut else cut[:-2]) + "…"


def _packed(article: Article) -> bytes:
    """The strongest terms of a title and a summary."""
    counted = texts.counted(article.title, article.summary, article.language)
    strongest = sorted(counted, key=lambda term: (-counted[term], term))[:TERMS]
    return texts.packed({term: counted[term] for term in strongest})


def _give(keys: Collection[int], gain: float, counts: int, moment: datetime) -> None:
    """Adds to lines; those in which nothing is left leave."""
    moved, empty = [], []
    for line in Interest.objects.filter(pk__in=keys):
        at = max(moment, line.at)
        seconds = (at - line.at).total_seconds()
        late = decayed(gain, (at - moment).total_seconds())
        weight, opened = decayed(line.weight, seconds) + late, max(0, line.opened + counts)
        if abs(weight) < NOTHING and not opened and line.state == Interest.State.NORMAL:
            empty.append(line.pk)
        else:
            moved.append((weight, opened, decayed(line.passed, seconds), at, line.pk))
    bulk.update(Interest, ("weight", "opened", "passed", "at"), moved)
    Interest.objects.filter(pk__in=empty).delete()


def _change(lesson: Lesson, before: dict[str, float], after: dict[str, float], moment: datetime) -> None:
    gain, counts = sum(after.values()) - sum(before.values()), _counts(after) - _counts(before)
    _give(lesson.lines, gain, counts, moment)
    _keep(lesson, after, moment)


def _keep(lesson: Lesson, acts: dict[str, float], moment: datetime) -> None:
    is_new = lesson.pk is None
    if not acts:
        if not is_new:
            lesson.delete()
        return
    lesson.acts, lesson.weight, lesson.at = acts, sum(acts.values()), moment
    lesson.save()
    if is_new:
        _bound(lesson.reader, moment)


def _bound(reader: Reader, now: datetime) -> None:
    """Keeps the table small: of too many lessons and learned lines the lightest leave."""
    rows = Lesson.objects.filter(reader=reader).values_list("pk", "weight", "at")
    if len(rows) > LESSONS:
        heaviest = sorted(rows, key=lambda row: (-abs(decayed(row[1], (now - row[2]).total_seconds())), -row[0]))
        Lesson.objects.filter(pk__in=[pk for pk, *_ in heaviest[LESSONS:]]).delete()
    by_kind: dict[str, list[Interest]] = defaultdict(list)
    for line in Interest.objects.filter(reader=reader, state=Interest.State.NORMAL).order_by(F("pk").desc()):
        by_kind[line.kind].append(line)
    light: list[int] = []
    for kind, lines in by_kind.items():
        lines.sort(key=lambda line: -abs(_weight(line, now)))
        light += [line.pk for line in lines[LINES.get(Kind(kind), 0) :]]
    Interest.objects.filter(pk__in=light).delete()


def _weight(line: Interest, now: datetime) -> float:
    return decayed(line.weight, (now - line.at).total_seconds())


def _is_faint(line: Interest, now: datetime) -> bool:
    passed = decayed(line.passed, (now - line.at).total_seconds())
    return abs(_weight(line, now)) < FAINT and passed < FAINT_PASSED
