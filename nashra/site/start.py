"""What must be right before anything runs: folder, lock, secret, port, database. Each failure is one clear line."""

import errno
import fcntl
import hashlib
import importlib.util
import os
import secrets
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from nashra.site import config


class StartError(Exception):
    """Nashra cannot start; the message says why and what to do."""


@dataclass(slots=True)
class Lock:
    """The data folder's lock; it is let go when this process ends, however it ends."""

    file: IO[str]


def make_folder(folder: Path) -> None:
    """The data folder, readable by its user alone."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = folder / f".write-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StartError(
            f"The data folder {folder} cannot be written ({error.strerror}). Choose another with --data or NASHRA_DATA."
        ) from None


def lock_folder(folder: Path) -> Lock:
    """Takes the folder for this process tree alone."""
    file = (folder / "lock").open("a+")
    for _ in range(20):  # children of a killed parent need a moment to end
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            time.sleep(0.1)
        else:
            file.truncate(0)
            file.write(f"{os.getpid()}\n")
            file.flush()
            return Lock(file)
    file.seek(0)
    holder = file.read().strip() or "unknown"
    raise StartError(f"The data folder {folder} is in use by another Nashra (process {holder}). Stop that one first.")


def make_secret(folder: Path) -> None:
    """Makes the secret key at the first start, unless the environment gives one."""
    if os.environ.get("NASHRA_SECRET_KEY") or os.environ.get("NASHRA_SECRET_KEY_FILE"):
        return
    path = folder / "secret"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
        file.flush()
        os.fsync(file.fileno())


def check_shared_key() -> None:
    """Refuses a part of an installation on PostgreSQL without a configured key: each node would make one of its own."""
    settings_given = config.read()
    if settings_given["DATABASE_URL"].startswith("postgres") and not settings_given["SECRET_KEY"]:
        raise StartError(
            "Parts that share a PostgreSQL database need the same key on every node: set NASHRA_SECRET_KEY or "
            "NASHRA_SECRET_KEY_FILE. Nothing was started."
        )


def check_queue() -> None:
    """Fails when the queue of work cannot be used; its address, which may hold a password, is not repeated."""
    if settings.NASHRA_QUEUE_URL.startswith("redis") and importlib.util.find_spec("redis") is None:
        raise StartError(
            "NASHRA_QUEUE_URL names Redis, but Python's redis module is not installed: install nashra[redis], or leave "
            "the setting empty."
        )
    from nashra.base import jobs

    try:
        jobs.waiting()
    except Exception as error:
        raise StartError(
            f"The queue of background work does not answer ({type(error).__name__}). Start it, correct "
            "NASHRA_QUEUE_URL, or leave the setting empty."
        ) from None


def check_port(host: str, port: int) -> None:
    """Fails when somebody listens there already.

    The web server itself binds with SO_REUSEPORT and would succeed beside another: hence this probe without it.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for attempt in range(20):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                probe.listen(1)
                return
            except OSError as error:
                if error.errno != errno.EADDRINUSE or attempt == 19:
                    raise StartError(_port_sentence(host, port, error)) from None
        time.sleep(0.1)


def _port_sentence(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken by another program. Choose another with --port."
    return f"Cannot listen on {host}, port {port} ({error.strerror})."


def prepare_database() -> None:
    """Brings the database up to this program's version; refuses one that a newer program has changed."""
    try:
        executor = MigrationExecutor(connection)
        known = set(executor.loader.disk_migrations)
        ours = {app for app, _ in known}
        newer = sorted(
            f"{app}.{name}"
            for app, name in executor.loader.applied_migrations
            if app in ours and (app, name) not in known
        )
        if newer:
            raise StartError(
                f"The database was changed by a newer Nashra ({', '.join(newer[:3])}). Nothing was touched: "
                "install that version again, or restore a backup made with this one."
            )
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            _migrate()
        call_command("createcachetable", verbosity=0)
    except DatabaseError as error:
        raise StartError(f"The database cannot be used: {str(error).strip().splitlines()[0]}") from None


def _migrate() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # two nodes that start together migrate one after the other
            cursor.execute("SELECT pg_advisory_lock(7391846201)")
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(7391846201)")


def free_claims() -> None:
    """Lets go what a killed process of this folder had claimed. Only the holder of the folder's lock may."""
    for model in apps.get_models():
        for name in ("claimed_until", "page_claimed_until"):
            if any(field.name == name for field in model._meta.get_fields()):
                model._base_manager.filter(**{f"{name}__isnull": False}).update(**{name: None})
    from nashra.news.fetching import turns

    turns.free_hosts()


def collect_static() -> None:
    """Hashes and compresses the static files into the data folder when they differ from the last time."""
    sources = sorted(path for folder in settings.STATICFILES_DIRS for path in Path(folder).rglob("*") if path.is_file())
    known = "\n".join(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in sources)
    stamp = settings.STATIC_ROOT / "stamp"
    mark = hashlib.sha256(known.encode()).hexdigest()
    if stamp.is_file() and stamp.read_text() == mark:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(mark)


def prepare() -> Lock | None:
    """Folder, secret and database; a one-machine installation also takes its folder's lock and keeps it."""
    folder: Path = settings.NASHRA_DATA
    make_folder(folder)
    lock = lock_folder(folder) if connection.vendor == "sqlite" else None
    prepare_database()
    if lock:
        free_claims()
    check_queue()
    collect_static()
    return lock


def prepare_part() -> None:
    """The same for one part alone, which shares folder and database with other parts and so takes no lock."""
    prepare_database()
    check_queue()
    collect_static()
