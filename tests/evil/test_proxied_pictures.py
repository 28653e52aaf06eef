"""Pictures fetched through our own address: fetched once, refused by their size, never anything that can run."""

import threading
from typing import Any

import pytest

from nashra.base.pictures import PictureError, inspect, proxy, serve_bytes


def code_of(url: str) -> str:
    with pytest.raises(PictureError) as caught:
        serve_bytes(url)
    return caught.value.code


def test_a_picture_is_fetched_once_and_then_served_from_here(evil: Any) -> None:
    url = f"{evil.base}/thirdparty/a.png"
    data, picture = serve_bytes(url)
    assert (picture.width, picture.height) == (320, 200)
    assert serve_bytes(url) == (data, picture)
    assert inspect(data) == picture
    assert len(evil.ended("")) == 1


def test_readers_who_ask_at_the_same_time_cause_one_request(evil: Any) -> None:
    url = f"{evil.base}/thirdparty/b.png"
    seen: list[int] = []
    readers = [threading.Thread(target=lambda: seen.append(serve_bytes(url)[1].width)) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert seen == [320] * 8
    assert len(evil.ended("")) == 1


def test_a_picture_of_three_and_a_half_thousand_megapixels_is_refused(evil: Any) -> None:
    assert code_of(evil.get("page-png-bomb") + "/i.png") == "too-many-pixels"


def test_a_drawing_with_a_script_is_refused(evil: Any) -> None:
    assert code_of(evil.get("page-svg-image") + "/i.svg") == "unknown-type"


def test_a_failure_is_remembered_for_an_hour_and_not_longer(evil: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    url = evil.get("net-wrong-type")
    assert [code_of(url), code_of(url)] == ["unknown-type"] * 2
    assert len(evil.ended("net-wrong-type")) == 1
    monkeypatch.setattr(proxy, "FAILURE_SECONDS", -1.0)
    assert code_of(url) == "unknown-type"
    assert len(evil.ended("net-wrong-type", 2)) == 2


@pytest.mark.parametrize("case", ["net-redirect-inside", "net-410", "net-gzip-bomb", "net-tls-untrusted"])
def test_a_picture_that_cannot_be_had_is_an_error_with_a_reason(evil: Any, case: str) -> None:
    assert code_of(evil.get(case)) in ("unreachable", "unknown-type")


def test_a_picture_inside_is_never_asked_for(evil: Any) -> None:
    assert code_of(f"{evil.inside}/a.png") == "unreachable"
    assert evil.log() == []


def test_when_too_many_pictures_are_under_way_the_next_is_put_off(evil: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"{evil.base}/thirdparty/c.png"
    monkeypatch.setattr(proxy, "_places", threading.BoundedSemaphore(1))
    monkeypatch.setattr(proxy, "_WAIT_SECONDS", 0.01)
    with proxy._places:
        assert code_of(url) == "busy"
    assert serve_bytes(url)[1].width == 320
