"""Work that nobody waits for pauses while a page is made."""

from pathlib import Path

import pytest

from nashra.base import courtesy
from nashra.base.courtesy import LONGEST, STEP, Board, give_way


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return Board(tmp_path / courtesy.NAME)


def test_work_waits_until_the_page_was_sent(board: Board) -> None:
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            board.ended()

    board.begun()
    give_way(board, sleep=sleep)
    assert slept == [STEP] * 3


def test_work_goes_on_after_a_while_though_a_page_takes_long(board: Board) -> None:
    slept: list[float] = []
    board.begun()
    give_way(board, sleep=slept.append)
    assert len(slept) == round(LONGEST / STEP)


def test_a_site_that_is_always_asked_for_pages_does_not_stop_the_work(board: Board) -> None:
    slept: list[float] = []
    board.begun()
    give_way(board, sleep=slept.append)
    waited = len(slept)
    board.begun()
    give_way(board, sleep=slept.append)
    assert len(slept) == waited


def test_nobody_waits_when_no_page_is_made(board: Board) -> None:
    slept: list[float] = []
    give_way(board, sleep=slept.append)
    board.begun()
    board.ended()
    give_way(board, sleep=slept.append)
    assert slept == []


def test_another_process_sees_that_a_page_is_made(board: Board, tmp_path: Path) -> None:
    other = Board(tmp_path / courtesy.NAME)
    board.begun()
    assert other.is_busy()
    board.ended()
    assert not other.is_busy()
