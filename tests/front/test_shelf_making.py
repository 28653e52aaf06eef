"""How the shelf is made: little at a time, from file to file, and only when what comes has come to rest."""

import random
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nashra.core.rank import texts
from nashra.core.rank.ragged import Ragged
from nashra.front import shelf, tasks
from nashra.front.shelf import arrays, building, joining, keeping, standing
from nashra.front.shelf.analysing import Analysed
from nashra.front.shelf.keeping import Keeper, keeper
from nashra.front.shelf.segment import NO_STATISTICS, Segment, Statistics, from_arrays, segment_of
from nashra.news.models import Article, Story

Make = Callable[..., Article]
WORDS = [f"{letter}{number}" for letter in "abcdefgh" for number in range(40)]


@pytest.fixture(autouse=True)
def _kept(settings: Any) -> None:
    """A worker is thought to keep the shelf: pages do not make it anew."""
    settings.SHELF_LATE = 180.0


def analysed(pk: int) -> Analysed:
    lot = random.Random(pk)
    title, summary = lot.choices(WORDS, k=6), lot.choices(WORDS, k=lot.randrange(20))
    terms = (texts.terms_of(title, "en"), texts.terms_of(summary, "en"))
    topics, names = (
        tuple(sorted(lot.sample(some, lot.randrange(3)))) for some in (["sport", "water"], ["EG", "word:x"])
    )
    return Analysed(pk, lot.randrange(99), 1e9 + pk, lot.choice(["ar", "en"]), lot.random() < 0.5, topics, names, terms)


def same(one: Segment, other: Segment) -> bool:
    """Whether both hold the same within rounding, codes read by their keys."""
    alike = np.allclose(one.terms.weights, other.terms.weights, atol=1e-5)
    return readable(one) == readable(other) and alike and np.allclose(one.gists, other.gists, atol=1e-3)


def readable(part: Segment) -> list[Any]:
    return [
        (
            int(part.ids[at]), int(part.stamps[at]), float(part.published[at]), bool(part.images[at]),
            part.language_keys[part.languages[at]],
            [part.topic_keys[code] for code in part.topics.row(at)],
            [part.name_keys[code] for code in part.names.row(at)],
            part.terms.row(at).tolist(),
        )
        for at in range(len(part))
    ]  # fmt: skip


def on_shelf(made: shelf.Shelf) -> set[int]:
    return {pk for part in made.parts for pk in part.segment.ids[part.standing.alive].tolist()}


# ------------------------------------------------------------------------------------------------ step by step


@pytest.mark.parametrize("step", [1, 7, 1000])
def test_joining_in_steps_gives_what_one_segment_of_all_gives(monkeypatch: Any, step: int) -> None:
    monkeypatch.setattr(joining, "STEP", step)
    numbers = random.Random(3).sample(range(100), 60)
    parts = [segment_of([analysed(pk) for pk in some], NO_STATISTICS) for some in (numbers[:40], numbers[40:], [])]
    chosen = [(part, np.flatnonzero(part.ids % 3 > 0)) for part in parts]
    made = joining.Joining(chosen)
    held, about = arrays.unpacked(arrays.packed(made.kinds(), made.pieces(), made.keys))
    expected = segment_of([analysed(pk) for pk in numbers if pk % 3], NO_STATISTICS)
    assert same(from_arrays(held, "", about), expected)


def test_what_is_joined_for_other_statistics_is_as_if_it_had_been_analysed_by_them(monkeypatch: Any) -> None:
    monkeypatch.setattr(joining, "STEP", 16)
    last = statistics(range(30))
    now = statistics(range(60))
    parts = [segment_of([analysed(pk) for pk in some], last) for some in (range(40), range(40, 60))]
    made = joining.Joining([(part, np.arange(len(part))) for part in parts], last, now)
    held, about = arrays.unpacked(arrays.packed(made.kinds(), made.pieces(), made.keys))
    assert same(from_arrays(held, "", about), segment_of([analysed(pk) for pk in range(60)], now))


def statistics(numbers: range) -> Statistics:
    part = segment_of([analysed(pk) for pk in numbers], NO_STATISTICS)
    return joining.statistics_of([(part, np.arange(len(part)))], NO_STATISTICS, "a", 0.0)


def test_statistics_of_parts_are_those_of_all_counts() -> None:
    rows = [analysed(pk) for pk in range(50)]
    counts = texts.counted_rows([row.terms for row in rows])
    found = statistics(range(50))
    assert np.array_equal(found.frequencies, texts.frequencies(counts))
    basis = texts.basis_of(texts.weighed(counts, found.frequencies, 50))
    assert np.allclose(found.basis.vectors @ found.basis.vectors.T, basis.vectors @ basis.vectors.T, atol=1e-3)


def test_a_file_written_in_pieces_holds_what_one_written_at_once_holds(tmp_path: Any) -> None:
    whole = {"one": np.arange(10), "two": np.arange(20, dtype=np.float32).reshape(10, 2), "none": np.zeros(0, np.bool_)}
    pieces = [{"one": whole["one"][:4]}, {"two": whole["two"][:5], "one": whole["one"][4:]}, {"two": whole["two"][5:]}]
    arrays.write(tmp_path / "whole", whole, {"at": 1})
    arrays.write_in_pieces(tmp_path / "pieces", arrays.kinds_of(whole), pieces, {"at": 1})
    assert (tmp_path / "whole").read_bytes() == (tmp_path / "pieces").read_bytes()
    found, about = arrays.read(tmp_path / "pieces")
    assert about == {"at": 1}
    assert all(np.array_equal(found[name], array) for name, array in whole.items())


def test_what_is_let_go_of_is_still_there_when_it_is_looked_at(tmp_path: Any) -> None:
    arrays.write(tmp_path / "now", {"one": np.arange(5_000)}, {})
    found, _ = arrays.read(tmp_path / "now", own=True)
    arrays.let_go(found["one"])
    assert found["one"].tolist() == list(range(5_000))


# ------------------------------------------------------------------------------------------------ what is new


def test_what_came_is_taken_in_without_a_look_at_all_others(
    make_article: Make, now: datetime, monkeypatch: Any
) -> None:
    monkeypatch.setattr(standing, "_OVERLAP", 0)
    old = make_article("خبر قديم")
    first = shelf.refresh(now)
    story = Story.objects.create(started_at=now, moved_at=now)
    Article.objects.update(story=story)
    fresh = make_article("خبر جديد", story=story)
    later = shelf.refresh(now + timedelta(seconds=10), anew=False)
    assert on_shelf(later) == {old.pk, fresh.pk}
    assert later.large.segment is first.large.segment
    assert (later.large.standing.stories.tolist(), later.small.standing.stories.tolist()) == ([0], [story.pk])
    minute = shelf.refresh(now + timedelta(seconds=61), anew=False)
    assert minute.large.standing.stories.tolist() == [story.pk]


def test_the_shelf_is_due_when_what_comes_has_come_to_rest_and_each_minute(
    make_article: Make, now: datetime, monkeypatch: Any
) -> None:
    assert shelf.is_due(now)
    shelf.refresh(now)
    assert not shelf.is_due(now)
    shelf.came([make_article("خبر").pk])
    assert not shelf.is_due(now)  # more may come
    monkeypatch.setattr(keeping, "CALM", 0.0)
    assert shelf.is_due(now)
    shelf.refresh(now, anew=False)
    assert not shelf.is_due(now)
    shelf.came([])
    assert not shelf.is_due(now)
    assert shelf.is_due(now + timedelta(seconds=60))


def test_the_worker_takes_in_all_that_waits(make_article: Make, now: datetime, monkeypatch: Any) -> None:
    monkeypatch.setattr(building, "MOST", 2)
    rows = {make_article(f"خبر {n}").pk for n in range(5)}
    tasks.shelve()
    assert on_shelf(shelf.current(now)) == rows


def test_terms_are_weighed_anew_when_there_are_half_as_many_again_and_after_a_day(
    make_article: Make, now: datetime, monkeypatch: Any
) -> None:
    monkeypatch.setattr(building, "SMALL", 0)
    names, parts = [], []
    for number, moment in enumerate((now, now, now, now, now + timedelta(hours=25))):
        make_article(f"خبر رقم {number}", hours=-24)
        if number == 0:
            make_article("خبر أول", hours=-24)
        made = shelf.refresh(moment)
        names.append(made.statistics.name)
        parts.append((len(made.large), len(made.small), made.statistics.articles))
    assert parts == [(2, 0, 2), (3, 0, 3), (4, 0, 3), (5, 0, 5), (6, 0, 6)]
    assert len(set(names)) == 4


def test_what_the_small_part_was_written_with_is_in_the_large_one_later(
    make_article: Make, now: datetime, monkeypatch: Any
) -> None:
    rows = [make_article(f"خبر عن الماء {n}", topics=("energy",)) for n in range(4)]
    shelf.refresh(now)
    corrected = make_article("خبر خاطئ")
    shelf.refresh(now)
    Article.objects.filter(pk__in=[rows[1].pk, corrected.pk]).update(title="محطة التحلية", content_hash="other")
    monkeypatch.setattr(building, "SMALL", 0)
    made = shelf.refresh(now)
    assert made.large.segment.ids.tolist() == sorted([*(row.pk for row in rows), corrected.pk])
    expected = building.built(building.empty(), keeping.Tallied(), now).large.segment
    assert readable(made.large.segment) == readable(expected)
    assert same(made.large.segment, Keeper(keeper().folder).current(now).large.segment)


def test_files_of_another_version_are_made_anew(make_article: Make, now: datetime, monkeypatch: Any) -> None:
    article = make_article("خبر")
    shelf.refresh(now)
    name = keeper().current(now).name
    monkeypatch.setattr(keeping, "VERSION", keeping.VERSION + 1)
    made = Keeper(keeper().folder).current(now)
    assert on_shelf(made) == {article.pk}
    assert made.name != name
    assert [path.name for path in keeper().folder.glob("articles-*")] == [f"articles-{made.name}"]


def test_a_large_part_that_a_killed_writer_left_is_cleared_away(make_article: Make, now: datetime) -> None:
    make_article("خبر")
    made = shelf.refresh(now)
    (keeper().folder / "articles-ffff").write_bytes(b"nobody names it")
    shelf.refresh(now + timedelta(seconds=1))
    assert [path.name for path in keeper().folder.glob("articles-*")] == [f"articles-{made.name}"]


def test_what_the_maker_holds_lies_in_the_files(make_article: Make, now: datetime) -> None:
    make_article("خبر")
    made = shelf.refresh(now)
    for part in made.parts:
        for value in (getattr(where, one.name) for where in (part.segment, part.standing) for one in fields(where)):
            columns = value.columns if isinstance(value, Ragged) else value
            assert not isinstance(columns, np.ndarray) or not columns.size or not columns.flags.writeable


def test_a_time_at_which_nothing_is_live_leaves_an_empty_shelf(make_article: Make, now: datetime) -> None:
    made = [make_article(f"خبر {number}").pk for number in range(3)]
    shelf.refresh(now)
    made += [make_article(f"خبر جديد {number}").pk for number in range(4)]
    shelf.refresh(now)
    later = shelf.refresh(now + timedelta(days=400))
    assert [len(part) for part in later.parts] == [0, 0]
    back = shelf.refresh(now)
    assert sorted(pk for part in back.parts for pk in part.segment.ids.tolist()) == made


def test_what_was_made_without_a_folder_is_made_anew_in_it(make_article: Make, now: datetime, tmp_path: Path) -> None:
    article, folder = make_article("خبر"), tmp_path / "shelf"
    folder.write_text("a file where the folder should be")
    alone = Keeper(folder)
    alone.current(now)
    folder.unlink()
    made = alone.refresh(now)
    assert (folder / f"articles-{made.name}").exists()
    other = Keeper(folder).current(now)
    assert (other.name, other.large.segment.ids.tolist()) == (made.name, [article.pk])


def test_what_a_killed_writer_left_is_cleared_away(make_article: Make, now: datetime) -> None:
    make_article("خبر")
    shelf.refresh(now)
    left = keeper().folder / ".articles-ffff.4711"
    left.write_bytes(b"half a file")
    make_article("خبر آخر")
    shelf.refresh(now)
    assert not left.exists()
