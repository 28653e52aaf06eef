"""Vectors of articles: made in the background, kept in rows, changed with the model, told of to the owner."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.utils import timezone, translation

from nashra.accounts.models import Reader
from nashra.base.models import Periodic
from nashra.front.embedding import choosing, serving, working
from nashra.front.embedding.progress import Progress, progress, sentences
from nashra.front.models import Embedding, Lesson
from nashra.news.models import Article, Visibility
from nashra.site.health.checks import run_checks
from tests.front import tiny_models
from tests.front.test_embedding_models import Service
from tests.front.test_embedding_models import service as service  # the fixture

MakeArticle = Callable[..., Article]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    choosing.forget()
    serving.forget()
    with translation.override("en"):
        yield
    choosing.forget()
    serving.forget()


@pytest.fixture
def use(settings: Any, tmp_path: Path) -> Callable[..., str]:
    """Sets up a model and gives its name: a tiny folder, or an address."""

    def use(kind: str = "model2vec", place: str = "", model: str = "", **arrays: Any) -> str:
        if kind == "model2vec":
            place = f"model2vec:{tiny_models.model2vec(tmp_path / 'tiny', **arrays)}"
        settings.NASHRA_EMBEDDINGS, settings.NASHRA_EMBEDDINGS_MODEL = place, model
        choosing.forget()
        serving.forget()
        return choosing.name()

    return use


@pytest.fixture
def write(make_article: MakeArticle) -> Callable[..., Article]:
    """An article of so many hours ago by the real clock, as the work goes by that."""

    def write(title: str, *, ago: float = 1, **more: Any) -> Article:
        at = timezone.now() - timedelta(hours=ago)
        return make_article(title, published_at=at, first_seen_at=at, **more)

    return write


def work() -> int:
    """What a worker does when it is due."""
    if not working.is_due():
        return 0
    done = working.run(timezone.now())
    serving.forget()
    return done


def at_once() -> None:
    """Lets the time pass until the next look."""
    Periodic.objects.filter(name=working.NAME).update(due_at=timezone.now() - timedelta(seconds=1))


def encoded(model: str = "") -> list[str]:
    rows = Embedding.objects.filter(model=model) if model else Embedding.objects.all()
    return list(rows.order_by("pk").values_list("article__title", flat=True))


def state() -> Progress:
    found = progress(timezone.now())
    assert found is not None
    return found


def test_without_a_model_nothing_is_encoded_and_nothing_is_said(write: Callable[..., Article]) -> None:
    write("river")

    assert work() == 0
    assert serving.vectors_of([1]) is None
    assert progress(timezone.now()) is None
    assert "embeddings" not in {one.name for one in run_checks(timezone.now())}


def test_the_newest_articles_get_their_vectors_first_and_then_those_back_to_the_windows_edge(
    use: Callable[..., str], write: Callable[..., Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = use()
    for title, ago in (("river", 100), ("goal", 1), ("bank", 24 * 8), ("ship", 2), ("dam", 50)):
        write(title, ago=ago)
    monkeypatch.setattr(working, "BATCH", 2)

    assert work() == 4

    assert encoded(model) == ["goal", "ship", "dam", "river"]
    assert work() == 0  # it rests
    write("market", ago=0.1)
    at_once()
    assert work() == 1
    assert encoded(model)[-1] == "market"


def test_vectors_are_given_in_the_order_of_the_articles_and_zeros_where_there_is_none(
    use: Callable[..., str], write: Callable[..., Article]
) -> None:
    model = use()
    water, silent, river = write("water"), write("xyzzy"), write("نهر", text="ماء")
    work()

    found = serving.vectors_of([river.pk, 999, silent.pk, water.pk])

    assert found is not None
    assert (found.model, found.matrix.dtype, found.matrix.shape) == (model, np.float16, (4, 8))
    assert found.present.tolist() == [True, False, False, True]
    assert float(found.matrix[0].astype(float) @ found.matrix[3].astype(float)) > 0.7
    assert state() == Progress(model, model, 3, 3, due_at=state().due_at)  # a text that says nothing is done as well


def test_an_article_from_which_a_profile_was_learned_is_encoded_however_old(
    use: Callable[..., str], write: Callable[..., Article], layla: Reader
) -> None:
    use()
    old, _forgotten = write("river", ago=24 * 20), write("goal", ago=24 * 20)
    Lesson.objects.create(reader=layla, article=old, title=old.title, weight=1)

    work()

    assert encoded() == ["river"]


def test_a_killed_worker_costs_a_batch_that_another_takes_up_when_its_lease_ends(
    use: Callable[..., str], write: Callable[..., Article]
) -> None:
    use()
    write("river")
    now = timezone.now()
    Periodic.objects.create(name=working.NAME, claimed_until=now + timedelta(minutes=3), attempts=1)

    assert (work(), encoded()) == (0, [])

    Periodic.objects.filter(name=working.NAME).update(claimed_until=now - timedelta(seconds=1))
    assert (work(), encoded()) == (1, ["river"])


def test_a_worker_whose_lease_was_taken_over_stores_nothing(
    use: Callable[..., str], write: Callable[..., Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    use()
    write("river")
    embedder, later = choosing.load(), timezone.now() + timedelta(minutes=9)

    class Slow:
        name, dim, max_chars = embedder.name, embedder.dim, embedder.max_chars

        def encode(self, texts: list[str]) -> Any:
            Periodic.objects.filter(name=working.NAME).update(claimed_until=later)  # another worker's claim
            return embedder.encode(texts)

    monkeypatch.setattr(choosing, "load", Slow)
    working.run(timezone.now())

    assert encoded() == []
    assert Periodic.objects.get(name=working.NAME).claimed_until == later


def test_after_a_change_of_the_model_the_old_vectors_serve_until_nine_of_ten_are_new(
    use: Callable[..., str], write: Callable[..., Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = use()
    articles = [write("river water", ago=hours) for hours in range(1, 11)]
    work()
    new = use(embeddings=-tiny_models.table())
    assert new != old
    at_once()
    monkeypatch.setattr(working, "BATCH", 4)
    steps = iter([False, False, True])  # stops after two batches
    monkeypatch.setattr(working.jobs, "stopping", lambda: next(steps))

    assert work() == 8
    assert (state().serves, state().model, state().done) == (old, new, 8)
    assert old in sentences(state())
    assert len(encoded(old)) == 10
    before = serving.vectors_of([articles[0].pk])
    monkeypatch.setattr(working.jobs, "stopping", lambda: False)
    at_once()
    assert work() == 2

    assert state().serves == new
    after = serving.vectors_of([articles[0].pk])
    assert before is not None
    assert after is not None
    assert np.allclose(before.matrix, -after.matrix)
    assert encoded(old) == []


def test_an_address_that_asks_to_wait_is_left_alone_so_long_and_what_was_made_is_kept(
    use: Callable[..., str], write: Callable[..., Article], service: Service
) -> None:
    use("address", service.url, "small")
    write("river")
    work()
    write("goal")
    at_once()
    service.answer = lambda document: (429, {"Retry-After": "600"}, b"")
    began = timezone.now()

    assert work() == 0

    row = Periodic.objects.get(name=working.NAME)
    assert timedelta(seconds=599) < row.due_at - began < timedelta(seconds=620)
    assert row.claimed_until is None
    assert encoded() == ["river"]
    assert sentences(state()).startswith("The address for embeddings asked to wait.")
    assert "Vectors that were made are kept" in sentences(state())
    (check,) = [one for one in run_checks(timezone.now()) if one.name == "embeddings"]
    assert check.state == "warn"
    service.answer = service.well
    at_once()
    assert work() == 1
    assert state().error == ""


def test_an_address_that_stays_away_is_asked_more_and_more_seldom(
    use: Callable[..., str], write: Callable[..., Article], service: Service
) -> None:
    use("address", service.url)
    write("river")
    service.answer = lambda document: (500, {}, b"")
    waits = []
    for _ in range(8):
        at_once()
        work()
        waits.append(round((Periodic.objects.get(name=working.NAME).due_at - timezone.now()).total_seconds() / 60))

    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


def test_an_address_whose_model_was_changed_under_its_name_is_found_out(
    use: Callable[..., str], write: Callable[..., Article], service: Service
) -> None:
    use("address", service.url, "small")
    write("river")
    work()
    choosing.forget()  # the worker was started anew
    service.answer = lambda document: service.well(document, dim=5)
    write("goal")
    at_once()

    work()

    assert encoded() == ["river"]
    assert "Give it another name in NASHRA_EMBEDDINGS_MODEL" in sentences(state())


def test_what_belongs_to_one_reader_alone_never_goes_to_an_address(
    use: Callable[..., str], write: Callable[..., Article], service: Service, make_source: Any, layla: Reader
) -> None:
    letters = make_source("رسائل", visibility=Visibility.PRIVATE, owner=layla)
    write("goal", source=make_source("مباريات"))
    secret = write("river of letters", source=letters)
    Lesson.objects.create(reader=layla, article=secret, title=secret.title, weight=1)
    use("address", service.url)

    work()

    assert encoded() == ["goal"]
    assert all("river" not in text for _, document in service.asked for text in document["input"])
    assert (state().done, state().total) == (1, 1)
    use()
    at_once()
    work()
    assert "river of letters" in encoded()  # a folder of the own machine may see it


@pytest.mark.parametrize(("days", "learned", "stays"), [(29, False, True), (31, False, False), (31, True, True)])
def test_vectors_go_after_thirty_days_unless_a_profile_was_learned_from_them(
    days: int, learned: bool, stays: bool, write: Callable[..., Article], layla: Reader
) -> None:
    article = write("river", ago=24 * days)
    Embedding.objects.create(article=article, model="m", vector=b"\0\0")
    if learned:
        Lesson.objects.create(reader=layla, article=article, title=article.title, weight=1)

    working.forget_old(timezone.now())

    assert bool(encoded()) is stays


def test_a_folder_that_has_gone_is_told_of_and_pages_go_on(
    use: Callable[..., str], write: Callable[..., Article], tmp_path: Path
) -> None:
    use()
    article = write("river")
    (tmp_path / "tiny" / "model.safetensors").unlink()
    choosing.forget()

    work()

    assert serving.vectors_of([article.pk]) is None
    assert sentences(state()).startswith("The folder of the embedding model is not there.")


def test_workers_encode_whenever_it_is_due_and_forget_at_night(
    use: Callable[..., str], write: Callable[..., Article]
) -> None:
    sweeps = {one.name: one for one in working.jobs.sweeps()}
    encode = sweeps["nashra.front.tasks.encode"]
    old = write("goal", ago=24 * 40)
    Embedding.objects.create(article=old, model="m", vector=b"\0\0")
    write("river")

    assert encode.when is not None
    assert not encode.when()
    use()
    assert encode.when()
    encode.run()
    sweeps["nashra.front.tasks.tidy"].run()

    assert encoded() == ["river"]


def test_the_time_of_a_waiting_row_is_read_from_the_row(use: Callable[..., str]) -> None:
    use()
    due: datetime = timezone.now() + timedelta(minutes=5)
    Periodic.objects.create(name=working.NAME, due_at=due)

    assert not working.is_due()
    assert state().due_at == due
