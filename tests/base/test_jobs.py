"""Sweeps and the questions that spare them: what is due is taken up, what is not costs next to nothing."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from nashra.base import claims, jobs
from nashra.base.models import Periodic

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> dict[str, jobs.Sweep]:
    """An empty register of sweeps."""
    sweeps: dict[str, jobs.Sweep] = {}
    monkeypatch.setattr(jobs, "_sweeps", sweeps)
    return sweeps


@pytest.fixture
def sweeping(registered: dict[str, jobs.Sweep]) -> Iterator[Callable[[], jobs.Sweeper]]:
    """Starts a sweeper on what was registered; it ends with the test."""
    started: list[jobs.Sweeper] = []

    def start() -> jobs.Sweeper:
        started.append(jobs.Sweeper(threads=2))
        started[-1].start()
        return started[-1]

    yield start
    for one in started:
        one.stop()
        one._thread.join(5)
        one._pool.shutdown(wait=True)


@pytest.mark.django_db(transaction=True)
def test_a_sweep_runs_as_soon_as_there_is_something_to_do(sweeping: Callable[[], jobs.Sweeper]) -> None:
    asked, ran, wanted = threading.Event(), threading.Event(), threading.Event()

    def when() -> bool:
        asked.set()
        return wanted.is_set()

    jobs.sweep(every=0.2, when=when)(ran.set)
    sweeping()
    assert asked.wait(5)
    assert not ran.is_set()
    wanted.set()
    assert ran.wait(5)


@pytest.mark.django_db(transaction=True)
def test_a_sweep_that_fails_or_cannot_say_hinders_no_other(sweeping: Callable[[], jobs.Sweeper]) -> None:
    times: list[float] = []
    enough = threading.Event()

    def fail() -> bool:
        raise RuntimeError("the disk is on fire")

    def count() -> None:
        times.append(time.monotonic())
        if len(times) == 3:
            enough.set()

    jobs.sweep(every=0.1, when=fail)(lambda: None)
    jobs.sweep(every=0.1)(fail)  # type: ignore[arg-type]
    jobs.sweep(every=0.1)(count)
    sweeping()
    assert enough.wait(5)


@pytest.mark.django_db(transaction=True)
def test_a_single_sweep_is_left_to_the_node_that_runs_it(sweeping: Callable[[], jobs.Sweeper]) -> None:
    ran, other = threading.Event(), threading.Event()
    name = f"{ran.set.__module__}.{ran.set.__name__}"
    until = timezone.now() + timedelta(minutes=5)
    Periodic.objects.create(name=name, claimed_until=until)
    jobs.sweep(every=0.1, single=True)(ran.set)
    jobs.sweep(every=0.2)(_named("other", other.set))
    sweeping()
    assert other.wait(5)
    assert not ran.is_set()
    Periodic.objects.filter(name=name).update(claimed_until=None)
    assert ran.wait(5)


@pytest.mark.django_db
def test_a_question_is_answered_for_the_moment_at_which_it_is_asked() -> None:
    due = claims.Question(lambda now: claims.due(Periodic.objects.all(), now=now).values_list("pk"))
    Periodic.objects.create(name="digest", due_at=NOON)
    assert not due.holds(NOON - timedelta(microseconds=1))
    assert due.holds(NOON)
    Periodic.objects.update(claimed_until=NOON + timedelta(seconds=60))
    assert not due.holds(NOON + timedelta(seconds=59))
    assert due.answer(NOON + timedelta(seconds=60)) == [("digest",)]


def _named(name: str, function: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        function()

    run.__name__ = name
    return run
