"""Background work; the only module that knows the queue.

Two kinds of work stand on it:

* a *task* (`@task`) carries an id and is put into the queue for a prompt start: `archive.later(item.pk)`;
* a *sweep* (`@sweep`) runs every so often in each worker process and takes up whatever rows are due, so the queue may
  lose anything without harm. A sweep that must run on one node only (`single=True`) claims a `Periodic` row first.
"""

import ctypes
import functools
import gc
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import close_old_connections, connection, connections, transaction
from django.db.models import Q
from django.utils import timezone
from huey.api import Huey

from nashra.base import claims
from nashra.base.models import Periodic

log = structlog.get_logger(__name__)
_tasks: dict[str, Callable[[int], None]] = {}
_sweeps: dict[str, "Sweep"] = {}
_stopping = threading.Event()
_NICE = 5
_MUCH = 0.5  # seconds of processor time after which a sweep may have left much behind
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # malloc.h of glibc
_LARGE = 64 * 1024  # bytes: a feed, an opened answer, an array
_SPARE = 1024 * 1024  # bytes that the heap keeps free at its end
_EARLY = 0.2  # of its interval: by how much a sweep may run too early to run together with others


@dataclass(frozen=True, slots=True)
class Task:
    """A function of one row's id that a worker runs soon."""

    name: str
    run: Callable[[int], None]

    def __call__(self, row_id: int) -> None:
        """Runs it here and now."""
        self.run(row_id)

    def later(self, row_id: int) -> None:
        """Puts it into the queue once the present transaction is safe; a queue that fails costs only promptness."""
        transaction.on_commit(functools.partial(_enqueue, self.name, row_id))


@dataclass(frozen=True, slots=True)
class Sweep:
    """A function that runs every `every` seconds in each worker, or on one node of all (`single`).

    `when` says whether there is anything to do: a cheap question that spares the run.
    """

    name: str
    run: Callable[[], None]
    every: float
    single: bool
    lease: timedelta
    when: Callable[[], bool] | None = None


def task(function: Callable[[int], None]) -> Task:
    """Registers a function of one row's id as a task."""
    name = f"{function.__module__}.{function.__name__}"
    _tasks[name] = function
    return Task(name, function)


def sweep(
    *,
    every: float,
    single: bool = False,
    lease: timedelta = timedelta(minutes=10),
    when: Callable[[], bool] | None = None,
) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Registers a function to be run every `every` seconds."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        name = f"{function.__module__}.{function.__name__}"
        _sweeps[name] = Sweep(name, function, every, single, lease, when)
        return function

    return register


def sweeps() -> tuple[Sweep, ...]:
    """All registered sweeps."""
    return tuple(_sweeps.values())


@functools.cache
def _queue() -> Huey:
    return _make_queue(settings.NASHRA_QUEUE_URL)


@functools.cache
def _runner() -> Callable[[str, int], Any]:
    runner: Callable[[str, int], Any] = _queue().task(name="run")(_run_task)
    return runner


def _make_queue(url: str) -> Huey:
    from huey import api

    database = settings.DATABASES["default"]
    if url.startswith("redis"):
        return api.RedisHuey("nashra", results=False, url=url)
    if url.startswith("postgres"):
        return api.PostgresHuey("nashra", results=False, dsn=url)
    if not url and database["ENGINE"].endswith("postgresql"):
        names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
        given = {key: database[name] for key, name in names.items() if database[name]}
        return api.PostgresHuey("nashra", results=False, **given, **database.get("OPTIONS", {}))
    path = urlsplit(url).path if url else str(settings.NASHRA_DATA / "queue.db")
    return api.SqliteHuey("nashra", results=False, filename=path, fsync=False)


def _enqueue(name: str, row_id: int) -> None:
    try:
        _runner()(name, row_id)
    except Exception as error:  # the sweep takes the row up instead
        log.warning("jobs.queue_failed", task=name, row=row_id, error=str(error))


def _run_task(name: str, row_id: int) -> None:
    close_old_connections()
    try:
        _tasks[name](row_id)
    except Exception:
        log.exception("jobs.task_failed", task=name, row=row_id)
    finally:
        close_old_connections()


def run_sweep(one: Sweep) -> None:
    """Runs a sweep once, under its claim when it has one; an error is kept in its row and logged, never raised."""
    close_old_connections()
    try:
        if one.single:
            _run_single(one)
        else:
            one.run()
    except Exception:
        log.exception("jobs.sweep_failed", sweep=one.name)
    finally:
        close_old_connections()


def _run_single(one: Sweep) -> None:
    rows = Periodic.objects.filter(name=one.name)
    if not claims.claim(rows, limit=1, lease=one.lease, now=timezone.now()):
        if not Periodic.objects.get_or_create(name=one.name)[1]:
            return  # not due, or another process runs it
        if not claims.claim(rows, limit=1, lease=one.lease, now=timezone.now()):
            return
    started, error = time.monotonic(), ""
    try:
        one.run()
    except Exception as failure:
        error = f"{type(failure).__name__}: {failure}"[:500]
        log.exception("jobs.sweep_failed", sweep=one.name)
    now = timezone.now()
    rows.update(
        due_at=now + timedelta(seconds=one.every),
        claimed_until=None,
        attempts=0,
        ran_at=now,
        took_ms=int((time.monotonic() - started) * 1000),
        error=error,
    )


class Sweeper:
    """Runs the registered sweeps in a few threads until it is stopped; no sweep overlaps itself in one process.

    At rest it is cheap: one thread asks all sweeps, one after the other, whether they have anything to do, and sweeps
    whose time has nearly come are asked along with those whose time it is.
    """

    def __init__(self, threads: int = 4) -> None:
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="sweep")
        self._next = {one.name: 0.0 for one in sweeps()}
        self._busy: set[str] = set()
        self._thread = threading.Thread(target=self._loop, name="sweeper", daemon=True)

    def start(self) -> None:
        """Begins; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Starts no further sweep; those under way end by themselves or with the process."""
        self._stop.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _loop(self) -> None:
        while not self._stop.wait(self._pause()):
            close_old_connections()
            now = time.monotonic()
            free = [one for one in sweeps() if one.name not in self._busy]
            for one in _with_work([one for one in free if self._next[one.name] <= now + one.every * _EARLY]):
                self._busy.add(one.name)
                self._pool.submit(self._run, one)
            for one in free:
                if one.name not in self._busy and self._next[one.name] <= now + one.every * _EARLY:
                    self._put_off(one)
            close_old_connections()

    def _pause(self) -> float:
        """Seconds until the next sweep's time; one that is under way may end at any moment."""
        waiting = [moment for name, moment in self._next.items() if name not in self._busy]
        return min(max(0.1, min(waiting, default=2.0) - time.monotonic()), 2.0)

    def _run(self, one: Sweep) -> None:
        began = time.thread_time()
        try:
            run_sweep(one)
        finally:
            if time.thread_time() - began > _MUCH:
                let_go()
            self._put_off(one)
            self._busy.discard(one.name)

    def _put_off(self, one: Sweep) -> None:
        # A single sweep looks at its row more often than it runs, so that a dead node's turn is taken over.
        self._next[one.name] = time.monotonic() + (min(one.every, 60.0) if one.single else one.every)


def let_go() -> None:
    """Gives back what this thread's part of a long work held: SQLite's cache, and what the heap has free. A worker
    that has taken in thousands of feeds then holds what one of a few hundred holds.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA shrink_memory")
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):
        pass  # another C library


def _with_work(asked: list[Sweep]) -> list[Sweep]:
    """Those that have something to do; whoever cannot be asked is run, and reports what is wrong."""
    try:
        singles = any(one.single for one in asked)
        rest = {name for (name,) in _AT_REST.answer(timezone.now())} if singles else set()
    except Exception:
        log.exception("jobs.sweeps_unknown")
        return []
    return [one for one in asked if not (one.single and one.name in rest) and _wanted(one)]


_AT_REST = claims.Question(  # single sweeps that are not due, or that another process runs
    lambda now: Periodic.objects.filter(Q(due_at__gt=now) | Q(claimed_until__gt=now)).values_list("name")
)


def _wanted(one: Sweep) -> bool:
    try:
        return one.when is None or one.when()
    except Exception:
        log.exception("jobs.sweep_failed", sweep=one.name)
        return False


def work(threads: int) -> None:
    """Runs tasks and sweeps in this process until SIGTERM or SIGINT."""
    _share_one_heap()
    _cache_little()
    _runner()  # the consumer knows only functions that were registered before
    gc.set_threshold(50_000, 20, 20)  # parsing makes many small objects and few cycles
    gc.freeze()  # modules stay anyway: no need to look through them
    _make_way()
    sweeper = Sweeper()
    sweeper.start()
    try:
        _consumer(threads).run()
    finally:
        _stopping.set()
        sweeper.stop()


def _share_one_heap() -> None:
    """Has glibc keep one heap for all threads. With a heap for each, every thread that a long sweep happens to run in
    keeps the room of its largest batch; the interpreter lets one thread work at a time anyway. What is large gets
    pages of its own, which go back at once: in the heap, small things that stay would lie between the holes it leaves.
    """
    try:
        library = ctypes.CDLL(None)
        for parameter, value in ((_M_ARENA_MAX, 1), (_M_MMAP_THRESHOLD, _LARGE), (_M_TRIM_THRESHOLD, _SPARE)):
            library.mallopt(parameter, value)
    except (AttributeError, OSError, TypeError):
        pass  # another C library


def _cache_little() -> None:
    """Has SQLite map nothing of the database into this process, and cache less of it for each of its threads: what
    the worker holds must not grow with what is stored. Pages are read by the web server, which keeps both.
    """
    options = connections.settings["default"].get("OPTIONS", {})
    if "init_command" in options:
        options["init_command"] += " PRAGMA mmap_size=0; PRAGMA cache_size=-4000;"
        connections.close_all()


def _make_way() -> None:
    """Pages that somebody waits for come before work that nobody waits for, where both want the same processor."""
    try:
        os.nice(_NICE)
    except (AttributeError, OSError):
        pass  # not on this system


def _consumer(threads: int) -> Any:
    """huey's consumer, made cheaper at rest: of its threads one looks into the queue at a time, nothing is ever
    scheduled for later, and half a second is soon enough to notice a signal.
    """
    from huey.consumer import Consumer, Worker

    looking = threading.Lock()

    class OneLooks(Worker):  # type: ignore[misc, unused-ignore]
        def loop(self, now: datetime | None = None) -> None:
            task = None
            with looking:
                while task is None and not self.stop_flag.is_set():
                    task = self._next()
            if task is not None:
                self.delay = self.default_delay
                self.huey.execute(task, now)

        def _next(self) -> Any:
            try:
                task = self.huey.dequeue()
            except Exception:
                log.exception("jobs.queue_unreadable")
                task = None
            if task is None:
                self.sleep()
            return task

    class Cheap(Consumer):  # type: ignore[misc, unused-ignore]
        worker_class = OneLooks

    made = Cheap(_queue(), workers=threads, periodic=False, max_delay=0.5, scheduler_interval=60, shutdown_timeout=3)
    made._stop_flag_timeout = 0.5
    return made


def stopping() -> bool:
    """Whether this process is about to end: a sweep that takes long looks, and leaves the rest to the next start."""
    return _stopping.is_set()


def wait(seconds: float) -> None:
    """Sleeps, but no longer than until this process is about to end."""
    _stopping.wait(seconds)


def waiting() -> int:
    """How many tasks are in the queue."""
    return int(_queue().pending_count())
