"""One heavy step at a time in a process, in the order of asking."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from nashra.base.room import Room


def test_two_steps_are_never_under_way_together() -> None:
    room, inside, most = Room(), 0, 0

    def step(_: int) -> None:
        nonlocal inside, most
        with room.alone():
            inside += 1
            most = max(most, inside)
            threading.Event().wait(0.001)
            inside -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(step, range(40)))
    assert (most, inside) == (1, 0)


def test_work_of_many_steps_lets_others_in_between() -> None:
    room, order, began = Room(), list[str](), threading.Event()

    def long() -> None:
        for number in range(5):
            with room.alone():
                order.append(f"long {number}")
                began.set()
                while number == 0 and room.waiting == 0:
                    threading.Event().wait(0.001)

    def short() -> None:
        began.wait(10)
        with room.alone():
            order.append("short")

    with ThreadPoolExecutor(2) as pool:
        for work in (pool.submit(long), pool.submit(short)):
            work.result(10)
    assert order == ["long 0", "short", "long 1", "long 2", "long 3", "long 4"]


def test_a_step_that_fails_makes_room_all_the_same() -> None:
    room = Room()
    with pytest.raises(ZeroDivisionError), room.alone():
        _ = 1 / 0
    with room.alone():
        assert room.waiting == 0
