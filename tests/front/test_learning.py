"""What a reader does is learned from once, fades, and can be taken back as if it had never been."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from nashra.accounts.models import Reader
from nashra.core.rank import Reason
from nashra.front import services
from nashra.front.models import Interest, Kind, Lesson, Mark, Signal
from nashra.front.reasons import names_for
from nashra.front.services import learning
from nashra.front.services.learning import lessons
from nashra.front.services.learning.lessons import LESSONS, LINES, shorten
from nashra.front.services.signals import decayed, signal, undo
from nashra.library import services as library
from nashra.news.models import Article

Make = Callable[..., Article]
What = Signal.What
Table = dict[tuple[str, str], tuple[Any, int, str]]


def table(reader: Reader, now: datetime) -> Table:
    """All lines as they stand now."""
    return {
        (line.kind, line.key): (
            pytest.approx(decayed(line.weight, line.at, now), abs=1e-9), line.opened, line.state
        )
        for line in Interest.objects.filter(reader=reader)
    }  # fmt: skip


def energy(reader: Reader) -> Interest:
    return Interest.objects.get(reader=reader, kind=Kind.TOPIC, key="energy")


@pytest.fixture
def article(make_article: Make) -> Article:
    return make_article("محطة التحلية في القاهرة: التحلية بالشمس", topics=("energy",), author="سلمى الحداد")


def test_an_opened_article_feeds_its_topic_source_names_and_strongest_words_and_no_author(
    layla: Reader, article: Article, now: datetime
) -> None:
    services.opened(layla, article, now=now)
    lines = {(line.kind, line.label): line for line in Interest.objects.all()}
    assert {kind for kind, _ in lines} == {Kind.TOPIC, Kind.SOURCE, Kind.WORD, Kind.TERM}
    assert (Kind.WORD, "القاهرة") in lines
    assert (Kind.TERM, "التحلية") in lines
    assert {(line.weight, line.opened) for line in lines.values()} == {(1.0, 1)}


def test_a_lesson_keeps_title_source_and_weight_and_which_lines_it_fed(
    layla: Reader, article: Article, now: datetime
) -> None:
    services.opened(layla, article, now=now)
    lesson = Lesson.objects.get()
    assert (lesson.title, lesson.source, lesson.weight) == (article.title, article.source, 1.0)
    assert set(lesson.lines) == set(Interest.objects.values_list("pk", flat=True))


def test_an_article_counts_once_for_each_thing_however_often_it_happens(
    layla: Reader, article: Article, now: datetime
) -> None:
    for _ in range(3):
        services.opened(layla, article, now=now)
        services.mark_unread(layla, [article.pk])
        signal(layla, article, What.FINISH, now=now)
        signal(layla, article, What.SHARE, now=now)
        services.more_like(layla, article, now=now)
    assert (energy(layla).weight, energy(layla).opened) == (1.0 + 0.5 + 1.0 + 2.0, 1)
    assert Lesson.objects.get().weight == 4.5


@pytest.mark.parametrize(("bucket", "weight"), [(0, 0.5), (1, 1.0), (2, 1.25), (3, 1.5)])
def test_the_longest_stay_raises_or_lowers_what_opening_was_worth(
    layla: Reader, article: Article, now: datetime, bucket: int, weight: float
) -> None:
    services.opened(layla, article, now=now)
    for value in (0, bucket, 0):
        signal(layla, article, What.DWELL, value=value, now=now)
    assert energy(layla).weight == pytest.approx(weight)


def test_what_was_learned_is_halved_in_thirty_days(
    layla: Reader, article: Article, make_article: Make, now: datetime
) -> None:
    services.opened(layla, article, now=now)
    other = make_article("سد جديد", topics=("energy",))
    services.opened(layla, other, now=now + timedelta(days=30))
    assert energy(layla).weight == pytest.approx(1.5)


def test_what_was_said_does_not_fade(layla: Reader, article: Article, now: datetime) -> None:
    services.not_interested(layla, article, now=now)
    learning.sweep(layla, now + timedelta(days=3650))
    assert Interest.objects.get(kind=Kind.SOURCE).state == Interest.State.LESS


@pytest.mark.parametrize("what", ["more", "less"])
def test_more_and_less_are_taken_back_exactly(
    layla: Reader, article: Article, make_article: Make, now: datetime, what: str
) -> None:
    other = make_article("سد جديد", topics=("energy",))
    services.opened(layla, other, now=now - timedelta(days=9))
    later = now + timedelta(days=4)
    before = table(layla, later)
    say = services.more_like if what == "more" else services.less_like
    say(layla, article, now=now)
    assert table(layla, later) != before
    assert undo(layla, article, what, now=later)
    assert table(layla, later) == before
    assert not undo(layla, article, what, now=later)
    assert Signal.objects.filter(what=What.UNDO).count() == 1


def test_less_after_more_is_less_alone(layla: Reader, article: Article, now: datetime) -> None:
    services.more_like(layla, article, now=now)
    services.less_like(layla, article, now=now)
    assert (energy(layla).weight, energy(layla).opened) == (-3.0, 0)


def test_a_save_and_a_hide_taken_back_leave_nothing(layla: Reader, article: Article, now: datetime) -> None:
    services.hide(layla, article, now=now)
    services.unhide(layla, article, now=now + timedelta(days=2))
    library.save(layla, article, now=now)
    library.unsave(layla, article, now=now + timedelta(days=2))
    assert not Interest.objects.exists()
    assert not Lesson.objects.exists()


def test_not_interested_in_a_source_holds_until_it_is_taken_back(
    layla: Reader, article: Article, make_article: Make, now: datetime
) -> None:
    services.opened(layla, article, now=now)
    line = Interest.objects.get(kind=Kind.SOURCE)
    Interest.objects.filter(pk=line.pk).update(state=Interest.State.MORE)
    services.not_interested(layla, make_article("سد جديد"), now=now)
    services.not_interested(layla, article, now=now)
    line.refresh_from_db()
    assert line.state == Interest.State.LESS
    assert undo(layla, article, "source", now=now)
    line.refresh_from_db()
    assert line.state == Interest.State.MORE


def test_forgetting_an_article_equals_never_having_read_it(
    layla: Reader, karim: Reader, article: Article, make_article: Make, now: datetime
) -> None:
    others = [make_article(f"سد {n}", topics=("energy", "water")[: n + 1], hours=n) for n in range(2)]
    for reader in (layla, karim):
        services.opened(reader, others[0], now=now - timedelta(days=40))
    services.opened(layla, article, now=now - timedelta(days=20))
    library.save(layla, article, now=now - timedelta(days=10))
    signal(layla, article, What.DWELL, value=3, now=now - timedelta(days=9))
    for reader in (layla, karim):
        library.save(reader, others[1], now=now - timedelta(days=1))
    assert table(layla, now) != table(karim, now)
    services.forget_article(Lesson.objects.get(reader=layla, article=article), now=now)
    assert table(layla, now) == table(karim, now)
    assert [lesson.article_id for lesson in Lesson.objects.filter(reader=layla).order_by("pk")] == [
        one.pk for one in others
    ]
    assert not Signal.objects.filter(reader=layla, article=article).exists()


def test_an_article_can_be_forgotten_when_it_is_gone(layla: Reader, article: Article, now: datetime) -> None:
    services.opened(layla, article, now=now)
    article.delete()
    services.forget_article(Lesson.objects.get(), now=now)
    assert not Interest.objects.exists()


@pytest.mark.parametrize("switch", ["learns", "personalise"])
def test_nothing_is_added_while_learning_or_personalisation_is_off(
    layla: Reader, article: Article, now: datetime, switch: str
) -> None:
    setattr(layla, switch, False)
    services.opened(layla, article, now=now)
    assert not services.more_like(layla, article, now=now)
    assert not services.not_interested(layla, article, now=now)
    services.hide(layla, article, now=now)
    library.save(layla, article, now=now)
    assert not Signal.objects.exists()
    assert not Interest.objects.exists()
    assert not Lesson.objects.exists()
    assert Mark.objects.filter(reader=layla, read_at=now, hidden_at=now).exists()


def test_of_too_many_lessons_the_least_weighty_leaves_and_what_it_gave_stays(
    layla: Reader, make_article: Make, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nashra.front.services.learning.lessons.LESSONS", 2)
    articles = [make_article(f"سد {n}", topics=("energy",)) for n in range(3)]
    services.more_like(layla, articles[0], now=now)
    services.opened(layla, articles[1], now=now)
    library.save(layla, articles[2], now=now)
    services.opened(layla, articles[2], now=now)
    assert {lesson.article_id for lesson in Lesson.objects.all()} == {articles[0].pk, articles[2].pk}
    assert (energy(layla).weight, energy(layla).opened) == (5.0, 3)


def test_of_too_many_learned_lines_the_lightest_leave_and_what_was_said_stays(
    layla: Reader, make_article: Make, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LINES, Kind.TOPIC, 2)
    services.more_like(layla, make_article("سد", topics=("energy",)), now=now)
    services.opened(layla, make_article("ملعب", topics=("sport",)), now=now)
    Interest.objects.filter(key="sport").update(state=Interest.State.LESS)
    for n, key in enumerate(("water", "science", "travel")):
        services.opened(layla, make_article(f"خبر {key}", topics=(key,)), now=now + timedelta(days=n))
    kept = set(Interest.objects.filter(kind=Kind.TOPIC).values_list("key", flat=True))
    assert kept == {"energy", "sport", "travel"}


def test_a_profile_stays_under_twenty_kilobytes(
    layla: Reader, make_article: Make, make_source: Any, now: datetime
) -> None:
    names = [
        f"{one}{two}" for one in ("الميناء", "القطار", "المتحف", "السوق", "الجسر") for two in (" القديم", " الجديد")
    ]
    for n in range(90):
        words = " ".join(f"{names[(n + k) % 10]} {'ابتثجحخدذ'[k] * 3}{'رزسشصضطظع'[n % 9] * 2}" for k in range(6))
        article = make_article(
            f"{words} {n}", summary=f"{words} {words}", author=f"{names[n % 10]} {n}", source=make_source(f"صحيفة {n}"),
            topics=tuple(f"topic-{(n * 7 + k) % 60}" for k in range(6)), text=f"{words} " * 5,
        )  # fmt: skip
        services.opened(layla, article, now=now + timedelta(hours=n))
    rows = [*Interest.objects.filter(reader=layla).values(), *Lesson.objects.filter(reader=layla).values()]
    size = sum(_bytes(row) for row in rows)
    assert Lesson.objects.count() == LESSONS
    assert Interest.objects.filter(kind=Kind.TOPIC).count() == LINES[Kind.TOPIC]
    assert size <= 20_000


def _bytes(row: Mapping[str, Any]) -> int:
    """How much a row takes: texts in UTF-8, lists and maps as JSON, numbers and moments 8 bytes."""
    return sum(_size(one) for one in row.values())


def _size(one: Any) -> int:
    if isinstance(one, str):
        return len(one.encode())
    if isinstance(one, bytes | memoryview):
        return len(one)
    return len(json.dumps(one)) if isinstance(one, list | dict) else 8


@pytest.mark.parametrize(
    ("title", "kept"),
    [("سد " * 10, "سد " * 10), ("كلمة " * 30, ("كلمة " * 16)[:-1] + "…"), ("م" * 200, "م" * 79 + "…")],
)
def test_a_long_title_is_kept_cut_between_words(title: str, kept: str) -> None:
    assert shorten(title) == kept


@pytest.mark.parametrize(
    ("kind", "key"), [("topic", "energy"), ("word", "التحلية"), ("source", ""), (None, "")], ids=["t", "w", "s", "none"]
)
@pytest.mark.parametrize("gone", [False, True])
def test_no_reason_names_a_piece_that_was_muted_since(
    layla: Reader, article: Article, now: datetime, kind: str | None, key: str, gone: bool
) -> None:
    services.opened(layla, article, now=now)
    lesson, source = Lesson.objects.get(), str(article.source_id)
    if kind:
        services.mute(layla, kind, key or source, now=now)
    if gone:
        article.delete()
    names = names_for([Reason("similar", str(lesson.pk), 1)], "ar", layla)
    assert (("lesson", str(lesson.pk)) in names) is (kind is None)


@pytest.mark.parametrize(
    ("language", "key", "label", "called"),
    [
        ("ar", "city-cairo", "Cairo", "القاهرة"),
        ("en", "city-cairo", "القاهرة", "Cairo"),
        ("ar", "word:desalination", "Desalination", "Desalination"),
        ("ar", "word:desalination", None, "desalination"),
    ],
)
def test_a_reason_calls_a_name_as_its_reader_does(
    layla: Reader, language: str, key: str, label: str | None, called: str
) -> None:
    if label:
        Interest.objects.create(reader=layla, kind=Kind.WORD, key=key, label=label)
    assert names_for([Reason("name_opened", key, 1)], language, layla)["name", key] == called


def test_every_reader_is_swept_in_one_night_however_many_have_old_lines(
    layla: Reader, karim: Reader, article: Article, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for reader in (layla, karim):
        services.opened(reader, article, now=now)
        services.more_like(reader, article, now=now)  # some of Layla's lines stay
    monkeypatch.setattr(lessons, "AT_ONCE", 1)
    faint = Interest.objects.filter(reader=karim, state=Interest.State.NORMAL)
    faint.update(weight=1e-6)
    assert learning.sweep_all(now + timedelta(days=90)) == 2
    assert not faint.exists()
    assert Interest.objects.filter(reader=layla).exists()
    assert learning.sweep_all(now + timedelta(days=30)) == 0  # nothing of hers is old enough


def test_faded_lines_are_swept(layla: Reader, article: Article, make_article: Make, now: datetime) -> None:
    services.opened(layla, article, now=now)
    learning.sweep(layla, now + timedelta(days=160))
    assert energy(layla).opened == 1
    learning.sweep(layla, now + timedelta(days=180))
    assert not Interest.objects.exists()


def test_a_clock_that_ran_back_takes_nothing_away(
    layla: Reader, article: Article, make_article: Make, now: datetime
) -> None:
    services.opened(layla, article, now=now)
    services.opened(layla, make_article("سد", topics=("energy",)), now=now - timedelta(days=1))
    assert energy(layla).weight == pytest.approx(1 + 0.5 ** (1 / 30))
    assert energy(layla).at == now
