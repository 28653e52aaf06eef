"""Backup, restore and check, and the lines that say why Nashra cannot start."""

import gzip
import io
import os
import socket
import sqlite3
import stat
import tarfile
import threading
from contextlib import closing
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from command_line import Console
from django.db import connection
from django.utils import timezone
from installation import Installation, free_port, until

from nashra.accounts.models import Reader
from nashra.base.models import Periodic
from nashra.site.backup import BackupError, read_backup, write_backup
from nashra.site.health.beat import beat

KEY = "ab" * 32


def make_database(path: Path) -> None:
    """A small database with a thousand rows."""
    with closing(sqlite3.connect(path)) as here, here:
        here.execute("PRAGMA journal_mode=WAL")
        here.execute("CREATE TABLE pairs (a INTEGER, b INTEGER)")
        here.executemany("INSERT INTO pairs VALUES (?, ?)", [(n, n) for n in range(1000)])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with database, secret, one blob, a cache and a letter."""
    folder = tmp_path / "installation"
    blob = folder / "blobs" / KEY[:2] / KEY[2:4] / KEY
    blob.parent.mkdir(parents=True)
    blob.write_bytes(b"a picture")
    (folder / "blobs" / "unfinished").mkdir()
    (folder / "blobs" / "unfinished" / "tmp1").write_bytes(b"half")
    (folder / "cache").mkdir()
    (folder / "cache" / "x").write_bytes(b"may be lost")
    (folder / "secret").write_text("very secret\n")
    make_database(folder / "nashra.db")
    return folder


def test_a_backup_holds_database_files_and_secret_for_its_owners_eyes_alone(data: Path, tmp_path: Path) -> None:
    target = tmp_path / "b.tar.gz"
    made = write_backup(data, data / "nashra.db", target, version="0.1.0")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert made.size == target.stat().st_size
    with tarfile.open(target) as archive:
        assert set(archive.getnames()) == {
            "backup.json", "manifest.json", "nashra.db", "secret", f"blobs/{KEY[:2]}/{KEY[2:4]}/{KEY}",
        }  # fmt: skip
    assert sorted(path.name for path in data.iterdir()) == ["blobs", "cache", "nashra.db", "secret"]


def test_what_was_backed_up_comes_back_byte_for_byte(data: Path, tmp_path: Path) -> None:
    write_backup(data, data / "nashra.db", tmp_path / "b.tar.gz", version="0.1.0")
    new = tmp_path / "new"
    read_backup(tmp_path / "b.tar.gz", new)
    assert (new / "secret").read_text() == "very secret\n"
    assert (new / "blobs" / KEY[:2] / KEY[2:4] / KEY).read_bytes() == b"a picture"
    assert sorted(path.name for path in new.iterdir()) == ["blobs", "nashra.db", "secret"]
    assert stat.S_IMODE((new / "secret").stat().st_mode) == 0o600
    with closing(sqlite3.connect(new / "nashra.db")) as here:
        assert here.execute("SELECT count(*) FROM pairs").fetchone() == (1000,)


def test_a_backup_is_consistent_while_others_write(data: Path, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        """Every transaction keeps a equal to b in all rows."""
        with closing(sqlite3.connect(data / "nashra.db", timeout=30)) as here:
            while not stop.is_set():
                with here:
                    here.execute("UPDATE pairs SET a = a + 1")
                    here.execute("UPDATE pairs SET b = b + 1")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        write_backup(data, data / "nashra.db", tmp_path / "b.tar.gz", version="0.1.0")
    finally:
        stop.set()
        writer.join()
    read_backup(tmp_path / "b.tar.gz", tmp_path / "new")
    with closing(sqlite3.connect(tmp_path / "new" / "nashra.db")) as here:
        assert here.execute("SELECT count(*) FROM pairs WHERE a = b").fetchone() == (1000,)


def test_nothing_is_overwritten_by_a_backup(data: Path, tmp_path: Path) -> None:
    (tmp_path / "b.tar.gz").write_text("precious")
    with pytest.raises(BackupError, match="exists already"):
        write_backup(data, data / "nashra.db", tmp_path / "b.tar.gz", version="0.1.0")
    assert (tmp_path / "b.tar.gz").read_text() == "precious"


def test_a_backup_that_cannot_be_written_says_so_and_leaves_nothing(data: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="cannot be written"):
        write_backup(data, data / "nashra.db", tmp_path / "no" / "b.tar.gz", version="0.1.0")
    (data / "nashra.db").unlink()
    with pytest.raises(BackupError, match="no database"):
        write_backup(data, data / "nashra.db", tmp_path / "b.tar.gz", version="0.1.0")
    assert not list(tmp_path.glob("*.tar.gz"))
    assert not list(tmp_path.glob(".*.part"))


def test_a_folder_in_use_is_never_restored_over(data: Path, tmp_path: Path) -> None:
    write_backup(data, data / "nashra.db", tmp_path / "b.tar.gz", version="0.1.0")
    with pytest.raises(BackupError, match="not empty"):
        read_backup(tmp_path / "b.tar.gz", data)
    assert (data / "cache" / "x").exists()


def _cut(file: Path) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])


def _without_its_checksum(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-8])


def _with_a_wrong_checksum(file: Path) -> None:
    whole = bytearray(file.read_bytes())
    whole[-8] ^= 1
    file.write_bytes(whole)


def _with_broken_compression(file: Path) -> None:
    whole = bytearray(file.read_bytes())
    whole[len(whole) // 2] ^= 255
    file.write_bytes(whole)


def _repacked(file: Path, change: Any) -> None:
    """The same archive, soundly packed again, with members changed or left out."""
    with tarfile.open(file) as archive:
        members = [(one, archive.extractfile(one).read()) for one in archive]  # type: ignore[union-attr]
    with tarfile.open(file, "w:gz") as archive:
        for member, body in members:
            kept = change(member.name, body)
            if kept is not None:
                member.size = len(kept)
                archive.addfile(member, io.BytesIO(kept))


def _with_another_picture(file: Path) -> None:
    _repacked(file, lambda name, body: b"a forgery" if name.startswith("blobs") else body)


def _with_a_shorter_secret(file: Path) -> None:
    _repacked(file, lambda name, body: body[:4] if name == "secret" else body)


def _without_its_picture(file: Path) -> None:
    _repacked(file, lambda name, body: None if name.startswith("blobs") else body)


def _without_its_manifest(file: Path) -> None:
    _repacked(file, lambda name, body: None if name == "manifest.json" else body)


def _with_a_broken_manifest(file: Path) -> None:
    _repacked(file, lambda name, body: b"[1, 2]" if name == "manifest.json" else body)


def _text(file: Path) -> None:
    file.write_text("not an archive")


def _damaged(file: Path) -> None:
    with tarfile.open(file, "w:gz") as archive:
        wrong = file.with_name("wrong.db")
        wrong.write_bytes(b"SQLite format 3\x00" + os.urandom(5000))
        archive.add(wrong, "nashra.db")


def _nothing(file: Path) -> None:
    file.write_bytes(gzip.compress(b"\0" * 1024))


def _escaping(file: Path) -> None:
    with tarfile.open(file, "w:gz") as archive:
        archive.add(__file__, "../evil.py")


def _linking(file: Path) -> None:
    with tarfile.open(file, "w:gz") as archive:
        link = tarfile.TarInfo("secret")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)


SPOILED = [
    _cut, _without_its_checksum, _with_a_wrong_checksum, _with_broken_compression, _with_another_picture,
    _with_a_shorter_secret, _without_its_picture, _without_its_manifest, _with_a_broken_manifest,
    _text, _damaged, _nothing, _escaping, _linking,
]  # fmt: skip


@pytest.mark.parametrize("spoil", SPOILED)
def test_a_damaged_or_hostile_archive_leaves_the_folder_empty(data: Path, tmp_path: Path, spoil: Any) -> None:
    file = tmp_path / "b.tar.gz"
    write_backup(data, data / "nashra.db", file, version="0.1.0")
    spoil(file)
    with pytest.raises(BackupError, match=r"Nothing was restored\.$"):
        read_backup(file, tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []
    assert not (tmp_path / "evil.py").exists()


@pytest.mark.processes
def test_an_installation_moves_to_another_folder_by_backup_and_restore(tmp_path: Path) -> None:
    old = Installation(tmp_path / "old")
    assert old.command("reader", "create", "omar@example.com", "--role", "owner").returncode == 0
    packed = old.command("backup", str(tmp_path / "b.tar.gz"))
    assert packed.returncode == 0, packed.stderr

    again = old.command("restore", str(tmp_path / "b.tar.gz"))
    assert (again.returncode, again.stdout) == (1, "")
    assert len(again.stderr.strip().splitlines()) == 1

    new = Installation(tmp_path / "new")
    assert new.command("restore", str(tmp_path / "b.tar.gz")).returncode == 0
    assert "omar@example.com" in new.command("reader", "list").stdout
    assert (tmp_path / "new" / "secret").read_text() == (tmp_path / "old" / "secret").read_text()


@pytest.mark.django_db
def test_backup_refuses_on_postgresql_and_names_the_right_tool(console: Console, tmp_path: Path) -> None:
    if connection.vendor == "sqlite":  # here the tests' own database lies in memory: there is no file to copy
        assert console("backup", str(tmp_path / "b.tar.gz")).code == 1
    else:
        ended = console("backup", str(tmp_path / "b.tar.gz"))
        assert ended.code == 1
        assert "pg_dump" in ended.err
    assert not (tmp_path / "b.tar.gz").exists()


@pytest.mark.django_db
def test_check_needs_a_person_while_no_worker_runs(console: Console, omar: Reader) -> None:
    ended = console("check")
    assert ended.code == 1
    assert "worker" in ended.err
    beat()
    ended = console("check")
    assert ended.code == 0, ended.out
    assert ended.err == ""


@pytest.mark.django_db
def test_check_covers_what_it_promises(console: Console, omar: Reader) -> None:
    names = {row["name"] for row in console("check", "--json").data}
    assert {"database", "queue", "clock", "disk", "mail", "mail server", "address", "worker", "version"} <= names


@pytest.mark.django_db
def test_check_sees_a_clock_that_went_back(console: Console, omar: Reader) -> None:
    beat()
    Periodic.objects.update(ran_at=timezone.now() + timedelta(days=3))
    rows = {row["name"]: row["state"] for row in console("check", "--json").data}
    assert rows["clock"] == "bad"


@pytest.mark.django_db
def test_check_sees_a_mail_server_that_does_not_answer(console: Console, omar: Reader, settings: Any) -> None:
    beat()
    settings.NASHRA_MAIL_URL = f"smtp://nashra:pass-word-9@127.0.0.1:{free_port()}"
    ended = console("check")
    assert ended.code == 1
    assert "mail server" in ended.err
    assert "pass-word-9" not in ended.out + ended.err


# ------------------------------------------------------------------------------------------- why it does not start


def one_line(ended: Any) -> str:
    """The one line of a command that failed."""
    assert ended.returncode == 1, ended.stdout + ended.stderr
    lines = [line for line in ended.stderr.strip().splitlines() if line]
    assert len(lines) == 1, ended.stderr
    assert lines[0].startswith("nashra: ")
    return str(lines[0])


@pytest.mark.processes
def test_a_port_that_is_taken_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        here = Installation(tmp_path / "data", other.getsockname()[1])
        said = one_line(here.command("run", "--port", str(here.port)))
    assert str(here.port) in said
    assert "--port" in said


@pytest.mark.processes
def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    here = Installation(tmp_path / "file" / "data")
    assert "--data" in one_line(here.command("run"))


@pytest.mark.processes
def test_a_setting_that_cannot_be_used_is_one_clear_line(tmp_path: Path) -> None:
    here = Installation(tmp_path / "data", NASHRA_WEB_WORKERS="many")
    assert "NASHRA_WEB_WORKERS" in one_line(here.command("run"))
    assert "NASHRA_URL" in one_line(here.command("check", NASHRA_WEB_WORKERS="1", NASHRA_URL="news.example"))


@pytest.mark.processes
def test_a_secret_setting_that_cannot_be_used_is_not_repeated(tmp_path: Path) -> None:
    here = Installation(tmp_path / "data", NASHRA_MAIL_URL="imap://nashra:pass-word-9@mail.example")
    said = one_line(here.command("run"))
    assert "NASHRA_MAIL_URL" in said
    assert "pass-word-9" not in said


@pytest.mark.processes
def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    here = Installation(tmp_path / "data")
    assert here.command("reader", "list").returncode == 0
    with closing(sqlite3.connect(here.data / "nashra.db")) as rows, rows:
        rows.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('news', '9999_future', '2030-01-01')")
    said = one_line(here.command("run", "--port", str(here.port)))
    assert "newer" in said
    assert "9999_future" in said


@pytest.mark.processes
def test_a_redis_queue_that_cannot_be_used_is_one_clear_line(tmp_path: Path) -> None:
    address = f"redis://:pass-word-9@127.0.0.1:{free_port()}/0"
    here = Installation(tmp_path / "data", NASHRA_QUEUE_URL=address)
    for part in (["run", "--port", str(here.port)], ["work"]):
        said = one_line(here.command(*part))
        assert "NASHRA_QUEUE_URL" in said
        assert ("nashra[redis]" in said) == (find_spec("redis") is None)
        assert "pass-word-9" not in said


@pytest.mark.processes
@pytest.mark.parametrize("part", ["web", "work"])
def test_a_part_on_postgresql_without_a_shared_key_is_refused(tmp_path: Path, part: str) -> None:
    address = f"postgres://nashra:pass-word-9@127.0.0.1:{free_port()}/nashra"
    here = Installation(tmp_path / "data", NASHRA_DATABASE_URL=address)
    said = one_line(here.command(part))
    assert "NASHRA_SECRET_KEY_FILE" in said
    assert "pass-word-9" not in said
    assert not (here.data / "secret").exists()
    (tmp_path / "key").write_text("k" * 50)
    said = one_line(here.command(part, NASHRA_SECRET_KEY_FILE=str(tmp_path / "key")))
    assert "database" in said  # with a key it goes on, to the server that is not there


@pytest.mark.processes
def test_a_web_server_alone_gives_the_link_at_its_own_port_until_there_is_an_owner(tmp_path: Path) -> None:
    here = Installation(tmp_path / "data")
    try:
        here.start("web", "--port", str(here.port))
        until(lambda: here.get()[0], "it answers")
        assert f"http://localhost:{here.port}/setup/" in here.said()
        assert here.stop() == 0
        assert here.command("reader", "create", "omar@example.com", "--role", "owner").returncode == 0
        here.log.unlink()
        here.start("web", "--port", str(here.port))
        until(lambda: here.get()[0], "it answers")
        assert "Nashra is at" in here.said()
        assert "/setup/" not in here.said()
    finally:
        here.end()
