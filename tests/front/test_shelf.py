"""The shelf of live articles: its files need no trust, and nothing on it reaches a reader past the gate."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nashra.accounts.models import Reader
from nashra.front import candidates, services, shelf
from nashra.front.models import Pick, Popularity
from nashra.front.muting import muting_of
from nashra.front.shelf import arrays
from nashra.front.shelf.keeping import Keeper, keeper
from nashra.news.models import Article, Source, Story, Subscription, Visibility

Make = Callable[..., Article]
MakeSource = Callable[..., Source]


@pytest.fixture(autouse=True)
def _kept(settings: Any) -> None:
    """A worker is thought to keep the shelf: pages do not make it anew."""
    settings.SHELF_LATE = 180.0


def offered(reader: Reader, now: datetime) -> list[int]:
    """What this reader's next page may be made of."""
    return candidates.for_reader(reader, candidates.wishes_of(reader, now), muting_of(reader, now), now).ids.tolist()


def on_shelf(made: shelf.Shelf) -> set[int]:
    return {pk for part in made.parts for pk in part.segment.ids[part.standing.alive].tolist()}


# ---------------------------------------------------------------------------------------------- past the gate


def test_a_source_that_turns_private_after_the_shelf_was_made_is_its_owners_alone(
    layla: Reader, karim: Reader, make_article: Make, make_source: MakeSource, now: datetime
) -> None:
    article = make_article("خبر", source=make_source("كرّاس"))
    shelf.refresh(now)
    assert article.pk in offered(layla, now)
    Source.objects.update(visibility=Visibility.PRIVATE, owner=karim)
    assert article.pk in on_shelf(shelf.current(now))
    assert offered(layla, now) == []
    assert offered(karim, now) == [article.pk]


def test_a_private_article_on_the_shelf_is_in_nobody_elses_pool_whatever_they_follow(
    layla: Reader, karim: Reader, make_article: Make, make_source: MakeSource, now: datetime
) -> None:
    secret = make_source("رسائل كريم", visibility=Visibility.PRIVATE, owner=karim)
    article = make_article("التحلية في الرسائل", source=secret, topics=("energy",))
    Subscription.objects.create(reader=karim, source=secret)
    Subscription.objects.create(reader=layla, source=secret)  # a row that should not be
    services.follow(layla, "topic", "energy", now=now)
    services.follow(layla, "word", "التحلية", now=now)
    shelf.refresh(now)
    assert article.pk in on_shelf(shelf.current(now))
    assert (offered(layla, now), offered(karim, now)) == ([], [article.pk])
    assert candidates.for_visitors(now).ids.tolist() == []


@pytest.mark.parametrize("what", ["deleted", "hidden", "muted", "read"])
def test_what_is_gone_since_the_shelf_was_made_is_not_offered(
    layla: Reader, make_article: Make, now: datetime, what: str
) -> None:
    gone, other = make_article("خبر يذهب", topics=("sport",)), make_article("خبر يبقى")
    shelf.refresh(now)
    if what == "deleted":
        gone.delete()
    elif what == "hidden":
        services.hide(layla, gone, now=now)
    elif what == "muted":
        services.mute(layla, "topic", "sport", now=now)
    else:
        services.opened(layla, gone, now=now)
    assert offered(layla, now) == [other.pk]


def test_visitors_get_the_papers_own_sources_alone_also_when_one_ceases_to_be(
    paper: object, make_article: Make, make_source: MakeSource, now: datetime
) -> None:
    own = make_article("خبر الصحيفة", source=make_source("الشراع", visibility=Visibility.PAPER))
    make_article("خبر قارئ", source=make_source("مدونة"))
    shelf.refresh(now)
    assert candidates.for_visitors(now).ids.tolist() == [own.pk]
    Source.objects.update(visibility=Visibility.LISTED)
    assert candidates.for_visitors(now).ids.tolist() == []


# ------------------------------------------------------------------------------------------------- freshness


def test_what_came_a_moment_ago_is_offered_before_anybody_makes_the_next_shelf(
    layla: Reader, make_article: Make, now: datetime
) -> None:
    before = make_article("خبر")
    made = shelf.refresh(now)
    fresh = make_article("خبر عاجل", topics=("energy",))
    assert set(offered(layla, now)) == {fresh.pk, before.pk}
    assert shelf.current(now) is made


def test_of_thousands_that_came_a_moment_ago_a_page_waits_for_the_newest_alone(
    layla: Reader, make_article: Make, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "POOL", 4)
    make_article("خبر قديم", hours=60)
    shelf.refresh(now)
    came = [make_article(f"خبر جديد {number}", hours=number + 0.1).pk for number in range(9)]
    assert set(came) & set(offered(layla, now)) == set(came[:4])  # feeds give the newest first


def test_the_private_source_of_another_takes_no_place_of_what_came_a_moment_ago(
    layla: Reader, make_article: Make, make_source: MakeSource, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "POOL", 4)
    make_article("خبر قديم", hours=60)
    shelf.refresh(now)
    came = {make_article(f"خبر جديد {number}", hours=number + 0.5).pk for number in range(3)}
    secret = make_source("سر", visibility=Visibility.PRIVATE)
    hidden = {make_article(f"سر {number}", source=secret, hours=0.1).pk for number in range(6)}
    assert came <= set(offered(layla, now))
    assert not hidden & set(offered(layla, now))


def test_only_what_is_new_or_corrected_is_analysed_again(layla: Reader, make_article: Make, now: datetime) -> None:
    make_article("خبر قديم", hours=60)
    corrected = make_article("خبر خاطئ")
    first = shelf.refresh(now)
    again = shelf.refresh(now + timedelta(minutes=1))
    assert again.large.segment is first.large.segment
    Article.objects.filter(pk=corrected.pk).update(title="محطة التحلية", content_hash="other")
    last = shelf.refresh(now + timedelta(minutes=2))
    assert last.small.segment.ids.tolist() == [corrected.pk]
    assert len(on_shelf(last)) == 2


def test_how_an_article_stands_is_looked_at_at_every_refresh(
    make_article: Make, make_source: MakeSource, now: datetime
) -> None:
    story = Story.objects.create(started_at=now, moved_at=now)
    rows = [make_article(f"القطار {n}", source=make_source(f"مصدر {n}")) for n in range(3)]
    shelf.refresh(now)
    Article.objects.update(story=story)
    Popularity.objects.create(article=rows[0], hour=now - timedelta(hours=6, minutes=30), shown=8, opened=4)
    Pick.objects.create(article=rows[1], until=now + timedelta(hours=1))
    part = shelf.refresh(now).large
    assert part.standing.story_sources.tolist() == [3, 3, 3]
    assert part.standing.picked.tolist() == [False, True, False]
    assert part.standing.readers.tolist() == [4, 0, 0]
    assert part.standing.opened[0] == pytest.approx([2.0, 4 * 0.5**0.25])


def test_popularity_fades_until_it_is_read(make_article: Make, now: datetime) -> None:
    Popularity.objects.create(article=make_article("خبر"), hour=now - timedelta(minutes=30), shown=8, opened=4)
    made = shelf.refresh(now)
    assert made.pools(now + timedelta(hours=6))[0].opened[0] == pytest.approx([2.0, 4 * 0.5**0.25])
    assert made.base_rate == pytest.approx((4 + 50 * 0.08) / (8 + 50))


# ------------------------------------------------------------------------------------------ read and moved on


def test_an_unread_piece_of_a_story_that_was_read_comes_only_if_the_story_moved_on(
    layla: Reader, make_article: Make, make_source: MakeSource, now: datetime
) -> None:
    story = Story.objects.create(started_at=now, moved_at=now)
    read, same, later = (
        make_article(f"القطار {n}", source=make_source(f"مصدر {n}"), story=story, hours=hours)
        for n, hours in enumerate((6, 5, 1))
    )
    services.opened(layla, read, now=now - timedelta(hours=3))
    shelf.refresh(now)
    assert offered(layla, now) == [later.pk]
    assert same.pk not in offered(layla, now)


# -------------------------------------------------------------------------------------------------- the files


def test_another_process_maps_what_the_worker_wrote(make_article: Make, now: datetime) -> None:
    article = make_article("محطة التحلية في القاهرة", topics=("energy",))
    made = shelf.refresh(now)
    other = Keeper(keeper().folder).current(now)
    assert other is not made
    assert on_shelf(other) == {article.pk}
    assert list(other.large.segment.topic_keys) == ["energy"]
    assert list(other.large.segment.name_keys) == list(made.large.segment.name_keys) != []
    assert np.array_equal(other.large.terms.weights, made.large.terms.weights)
    assert not other.large.terms.weights.flags.writeable


@pytest.mark.parametrize("damage", ["empty", "cut", "foreign", "byte", "gone"])
@pytest.mark.parametrize("file", ["now", "articles"])
def test_a_damaged_file_is_made_anew_and_never_believed(
    make_article: Make, now: datetime, damage: str, file: str
) -> None:
    article = make_article("محطة التحلية")
    shelf.refresh(now)
    folder = keeper().folder
    path = next(one for one in folder.iterdir() if one.name.startswith(file))
    data = path.read_bytes()
    path.unlink()  # whoever has mapped the file keeps what it was
    if damage != "gone":
        middle = len(data) // 2
        spoilt = {
            "empty": b"", "cut": data[:middle], "foreign": b"\x7fELF" + data[4:],
            "byte": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
        }  # fmt: skip
        path.write_bytes(spoilt[damage])
    assert on_shelf(Keeper(folder).current(now)) == {article.pk}
    assert on_shelf(Keeper(folder).current(now)) == {article.pk}


def test_a_writer_that_is_killed_leaves_the_former_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "now"
    arrays.write(path, {"one": np.arange(5)}, {"at": 1})
    (tmp_path / f".now.{os.getpid()}").write_bytes(b"half of the next one")
    found, about = arrays.read(path)
    assert (found["one"].tolist(), about) == ([0, 1, 2, 3, 4], {"at": 1})


def test_who_has_mapped_a_file_keeps_it_when_the_next_one_comes(tmp_path: Path) -> None:
    path = tmp_path / "now"
    arrays.write(path, {"one": np.arange(5)}, {})
    found, _ = arrays.read(path)
    arrays.write(path, {"one": np.arange(3)}, {})
    assert found["one"].tolist() == [0, 1, 2, 3, 4]
    assert arrays.read(path)[0]["one"].tolist() == [0, 1, 2]


def test_pages_are_made_also_where_the_folder_cannot_be_written(
    layla: Reader, make_article: Make, now: datetime, settings: Any, tmp_path: Path
) -> None:
    settings.NASHRA_DATA = tmp_path / "nowhere"
    article = make_article("خبر")
    assert [item.article_id for item in services.edition_for(layla, now=now).items] == [article.pk]
    assert not settings.NASHRA_DATA.exists()


def test_a_large_paper_is_taken_in_step_by_step_the_newest_first(make_article: Make, now: datetime) -> None:
    rows = [make_article(f"خبر {n}", hours=n) for n in range(5)]
    first = shelf.refresh(now, most=2)
    assert (on_shelf(first), first.waiting) == ({rows[0].pk, rows[1].pk}, 3)
    assert shelf.is_due(now)
    while (made := shelf.refresh(now, most=2)).waiting:
        pass
    assert on_shelf(made) == {row.pk for row in rows}
    assert not shelf.is_due(now)
