"""The table of vectors that all processes map, and the page that they change."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.utils import timezone, translation

from nashra.accounts.models import Reader
from nashra.core.rank import Context, Lessons, Pool, Profile, pool_of, rank
from nashra.core.rank.model import Candidate
from nashra.front import reasons, services
from nashra.front.embedding import choosing, serving, table, working
from nashra.front.models import Embedding, Lesson
from nashra.news.models import Article
from tests.front import tiny_models

pytestmark = pytest.mark.django_db
Write = Callable[..., Article]


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    choosing.forget()
    serving.forget()
    yield
    choosing.forget()
    serving.forget()


@pytest.fixture
def write(make_article: Callable[..., Article], settings: Any, tmp_path: Path) -> Write:
    """An article, while the tiny model is set up."""
    settings.NASHRA_EMBEDDINGS = f"model2vec:{tiny_models.model2vec(tmp_path / 'tiny')}"

    def write(title: str, *, ago: float = 1, **more: Any) -> Article:
        at = timezone.now() - timedelta(hours=ago)
        return make_article(title, published_at=at, first_seen_at=at, **more)

    return write


def laid_out() -> table.Keeper:
    """Encodes what waits and takes it into the table; as another process sees it."""
    working.run(timezone.now() + timedelta(seconds=60))
    table.keeper().refresh(timezone.now())
    return table.Keeper(table.keeper().folder)


def lesson(reader: Reader, article: Article, weight: float = 1.0) -> int:
    return Lesson.objects.create(reader=reader, article=article, title=article.title, weight=weight).pk


def pool(*articles: Article) -> Pool:
    return table.attached(
        pool_of([Candidate(one.pk, one.source_id, one.published_at, language=one.language) for one in articles])
    )


def test_an_arabic_lesson_brings_an_english_piece_on_the_subject(write: Write, layla: Reader) -> None:
    """None of the words is the same: what they have in common is what the model knows of their meaning."""
    read = [write(title, ago=200) for title in ("سد على نهر", "ماء نهر", "سد ماء")]
    english = [write(title, language="en") for title in ("goal match", "river water dam", "bank market", "ship sail")]
    ids = tuple(lesson(layla, one) for one in read)
    laid_out()
    lessons = table.taught(Lessons(ids, weights=np.ones(3, np.float32)), [one.pk for one in read])

    made = rank(pool(*english), Profile(lessons=lessons), Context(), now=timezone.now())

    assert made[0].item.id == english[1].pk
    why = made[0].reasons[0]
    assert (why.key, why.count) == ("similar_meaning", 3)
    assert Lesson.objects.get(pk=int(why.about)).title in ("سد على نهر", "ماء نهر", "سد ماء")
    others = {said.key for one in made[1:] for said in one.reasons}
    assert "similar_meaning" not in others


def test_the_readers_own_page_says_that_a_piece_is_close_to_what_they_read(write: Write, layla: Reader) -> None:
    read = [write(title, ago=240) for title in ("سد على نهر", "ماء نهر", "سد ماء")]
    english = [write(title, language="en") for title in ("goal match", "river water dam", "bank market", "ship sail")]
    for one in read:
        lesson(layla, one)
    laid_out()

    shown = services.edition_for(layla, now=timezone.now())

    said = {item.article_id: [reason.key for reason in item.reasons] for item in shown.items}
    assert "similar_meaning" in said[english[1].pk]
    assert not any("similar_meaning" in said.get(one.pk, ()) for one in (english[0], *english[2:]))
    (why,) = [reason for item in shown.items for reason in item.reasons if reason.key == "similar_meaning"]
    with translation.override("en"):
        assert reasons.sentence(why, {}) == "Close in meaning to 3 pieces you read"
    assert {title for title, _ in reasons.learned_from([why], layla)} <= {one.title for one in read}


def test_the_table_grows_with_what_is_encoded_and_keeps_its_rows(write: Write) -> None:
    first = [write(title) for title in ("river", "goal", "bank", "ship")]
    before = laid_out().current()
    later = write("water")
    other = laid_out()
    after = other.current()

    assert before is not None
    assert after is not None
    assert after.folder == before.folder
    assert len(after.ids) == len(before.ids) + 1 == 5
    assert (after.matrix[:4] == before.matrix).all()
    rows = after.rows(np.array([later.pk, later.pk + 999, first[0].pk]))
    assert rows.tolist()[1] == -1
    near = after.matrix[rows].astype(float)
    assert near[0] @ near[2] > 0.5
    ids = np.array([later.pk])
    assert other.rows(ids, after) is other.rows(ids, after)  # not looked up again for the same array


def test_a_young_table_is_begun_anew_when_there_are_twice_as_many(write: Write) -> None:
    for title in ("river", "goal"):
        write(title)
    young = laid_out().current()
    for title in ("bank", "ship", "water"):
        write(title)
    older = laid_out().current()

    assert young is not None
    assert older is not None
    assert young.folder != older.folder
    assert len(older.ids) == 5
    assert np.abs(older.centre - young.centre).max() > 0.05
    assert [one.name for one in table.keeper().folder.iterdir() if one.is_dir()] == [older.folder]


def test_another_model_gets_another_table(write: Write, settings: Any, tmp_path: Path) -> None:
    for title in ("river", "goal", "bank"):
        write(title)
    old = laid_out().current()
    changed = tiny_models.model2vec(tmp_path / "other", embeddings=tiny_models.table(16))
    settings.NASHRA_EMBEDDINGS = f"model2vec:{changed}"
    choosing.forget()
    serving.forget()
    new = laid_out().current()

    assert old is not None
    assert new is not None
    assert (old.matrix.shape, new.matrix.shape) == ((3, 8), (3, 16))


def test_without_a_model_the_table_goes_and_pages_are_as_they_were(write: Write, settings: Any, layla: Reader) -> None:
    article = write("river")
    write("goal")
    number = lesson(layla, article)
    assert laid_out().current() is not None
    assert pool(article).vectors is not None

    settings.NASHRA_EMBEDDINGS = ""

    assert pool(article).vectors is None
    assert table.taught(Lessons((number,)), [article.pk]).vectors is None
    assert table.is_wanted()
    table.keeper().refresh(timezone.now())
    assert not table.is_wanted()


@pytest.mark.parametrize("damage", ["now", "ids"])
def test_a_damaged_table_is_done_without_and_made_again(damage: str, write: Write) -> None:
    write("river")
    write("goal")
    found = laid_out().current()
    assert found is not None
    folder = table.keeper().folder
    (folder / ("now" if damage == "now" else f"{found.folder}/ids")).write_bytes(b"{")

    assert table.Keeper(folder).current() is None
    again = table.Keeper(folder)  # a worker that was started anew
    again.refresh(timezone.now())
    assert (made := table.Keeper(folder).current()) is not None
    assert len(made.ids) == 2


def test_a_table_that_broke_off_is_read_as_far_as_it_is_whole(write: Write) -> None:
    for title in ("river", "goal", "bank"):
        write(title)
    found = laid_out().current()
    assert found is not None
    vectors = table.keeper().folder / found.folder / "vectors"
    vectors.write_bytes(vectors.read_bytes()[:-5])

    short = table.Keeper(table.keeper().folder).current()

    assert short is not None
    assert len(short.ids) == 2
    assert Embedding.objects.count() == 3
