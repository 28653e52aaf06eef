"""Files named by their content, and caches with a bound."""

import hashlib
import os
import time
from pathlib import Path
from typing import Any

import pytest

from nashra.base import blobs
from nashra.base.blobs import BlobMissing, Cache

DATA = "صورة".encode()
KEY = hashlib.sha256(DATA).hexdigest()


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_blob_is_found_under_the_hash_of_its_bytes() -> None:
    assert blobs.put(DATA) == KEY
    assert blobs.get(KEY) == DATA
    assert blobs.path(KEY).read_bytes() == DATA
    assert blobs.exists(KEY)


def test_the_same_bytes_are_kept_once(settings: Any) -> None:
    first = blobs.put(DATA)
    changed = blobs.path(first).stat().st_mtime_ns
    assert blobs.put(DATA) == first
    assert files(settings.NASHRA_DATA / "blobs") == [blobs.path(first)]
    assert blobs.path(first).stat().st_mtime_ns == changed


def test_a_blob_that_was_cut_by_a_crash_is_written_again() -> None:
    blobs.put(DATA)
    blobs.path(KEY).write_bytes(DATA[:2])
    blobs.put(DATA)
    assert blobs.get(KEY) == DATA


def test_bytes_and_folder_are_on_the_disk_before_the_key_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    real = os.fsync

    def fsync(number: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{number}"))
        real(number)

    monkeypatch.setattr(os, "fsync", fsync)
    target = blobs.path(blobs.put(DATA))
    assert synced[-1] == str(target.parent)
    assert "unfinished" in synced[-2]
    assert str(target.parent.parent) in synced


def test_a_blob_that_could_not_be_written_leaves_nothing(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    blobs.path(KEY).parent.mkdir(parents=True)
    (settings.NASHRA_DATA / "blobs" / "unfinished").mkdir()
    with pytest.raises(OSError, match="No space"):
        blobs.put(DATA)
    assert files(settings.NASHRA_DATA / "blobs") == []


@pytest.mark.parametrize("key", ["", "..", "../" * 10 + "etc/passwd", KEY[:-1], KEY.upper(), KEY + "\n", "/" + KEY[1:]])
def test_what_is_not_a_key_is_never_a_path(key: str) -> None:
    for use in (blobs.path, blobs.get, blobs.exists, blobs.delete):
        with pytest.raises(ValueError):
            use(key)  # type: ignore[operator]


def test_a_blob_that_is_not_there_is_missing() -> None:
    assert not blobs.exists(KEY)
    with pytest.raises(BlobMissing):
        blobs.get(KEY)


def test_a_blob_can_be_deleted_twice() -> None:
    blobs.put(DATA)
    blobs.delete(KEY)
    blobs.delete(KEY)
    assert list(blobs.iterate()) == []


def test_every_blob_is_listed_and_nothing_else(settings: Any) -> None:
    keys = {blobs.put(bytes([number])) for number in range(30)}
    (settings.NASHRA_DATA / "blobs" / "unfinished" / "half").write_bytes(b"x")
    assert list(blobs.iterate()) == sorted(keys)


def test_what_a_killed_process_left_goes_after_a_day(settings: Any) -> None:
    blobs.put(DATA)
    room = settings.NASHRA_DATA / "blobs" / "unfinished"
    for name, age in (("old", 100_000), ("new", 10)):
        (room / name).write_bytes(b"half")
        os.utime(room / name, (time.time() - age,) * 2)
    assert blobs.clear_unfinished() == 1
    assert [file.name for file in room.iterdir()] == ["new"]
    assert blobs.exists(KEY)


# -- caches ------------------------------------------------------------------------------------------------------


def age(cache: Cache, key: str, seconds: float) -> None:
    os.utime(cache._file(key), (time.time() - seconds,) * 2)


def test_a_cache_gives_back_what_was_put_under_any_key() -> None:
    cache = Cache("pictures", 10_000)
    for key in ("https://example.com/صورة.png", "../../etc/passwd", "", "\ud800"):
        cache.put(key, key.encode("utf-8", "replace") + b"!")
        assert cache.get(key) == key.encode("utf-8", "replace") + b"!"
    assert cache.get("something else") is None
    assert all(cache.folder in file.parents for file in files(cache.folder))


def test_a_full_cache_forgets_what_was_used_longest_ago() -> None:
    cache = Cache("pictures", 1_000)
    for number in range(10):
        cache.put(str(number), b"x" * 100)
        age(cache, str(number), 100_000 - number)
    assert cache.get("0") == b"x" * 100
    for number in range(10, 15):
        cache.put(str(number), b"x" * 100)
    kept = [number for number in range(15) if cache.get(str(number))]
    assert kept == [0, 6, 7, 8, 9, 10, 11, 12, 13, 14]


def test_a_new_process_bounds_what_another_left() -> None:
    for number in range(40):
        Cache("pictures", 100_000).put(str(number), b"x" * 100)
    cache = Cache("pictures", 1_000)
    cache.put("last", b"x" * 100)
    assert sum(file.stat().st_size for file in files(cache.folder)) <= 1_000


def test_one_thing_never_fills_a_cache() -> None:
    cache = Cache("pictures", 1_000)
    cache.put("small", b"x")
    cache.put("large", b"x" * 900)
    assert cache.get("large") is None
    assert cache.get("small") == b"x"


def test_what_nobody_used_for_long_can_be_dropped() -> None:
    cache = Cache("pictures", 1_000)
    cache.put("old", b"x")
    cache.put("new", b"x")
    age(cache, "old", 1_000)
    assert cache.shrink(unused_for=500) == 1
    assert (cache.get("old"), cache.get("new")) == (None, b"x")


def test_a_cache_can_forget() -> None:
    cache = Cache("pictures", 1_000)
    cache.put("a", b"x")
    cache.delete("a")
    cache.delete("a")
    assert cache.get("a") is None


@pytest.mark.parametrize("name", ["", "..", "a/b", "A"])
def test_a_cache_has_a_plain_name(name: str) -> None:
    with pytest.raises(ValueError):
        Cache(name, 1_000)
