"""Settings from the environment: one table, read once, loud when wrong.

Every setting is named `NASHRA_…`; a secret may also be given as a file with `NASHRA_…_FILE`. `docs/settings.md` lists
this table, and a test keeps the two alike.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import platformdirs


class ConfigError(Exception):
    """A setting that cannot be used; the message is one line for the operator."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, how its text becomes a value, its default, and what it does."""

    name: str
    read: Callable[[str], Any]
    default: str
    help: str
    secret: bool = False


def _text(value: str) -> str:
    return value.strip()


def _flag(value: str) -> bool:
    if value not in ("true", "false"):
        raise ValueError("must be true or false")
    return value == "true"


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not value.strip().lstrip("-").isdigit() or not least <= int(value) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(value)

    return read


def _list(value: str) -> tuple[str, ...]:
    return tuple(part for part in value.replace(",", " ").split() if part)


def _public_url(value: str) -> str:
    value = value.strip().rstrip("/")
    if not value:
        return ""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        raise ValueError("must be an address like https://news.example.org, without a path")
    return value


def _database_url(value: str) -> str:
    if value and urlsplit(value).scheme not in ("postgres", "postgresql", "sqlite"):
        raise ValueError("must begin with postgres:// (or be left empty for the embedded database)")
    return value


def _queue_url(value: str) -> str:
    if value and urlsplit(value).scheme not in ("postgres", "postgresql", "redis", "rediss", "sqlite"):
        raise ValueError("must begin with postgres:// or redis:// (or be left empty for the embedded queue)")
    return value


def _mail_url(value: str) -> str:
    if value and urlsplit(value).scheme not in ("smtp", "smtps", "smtp+tls", "file"):
        raise ValueError("must begin with smtp://, smtps://, smtp+tls:// or file:")
    return value


def _time_zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("must be the name of a time zone, such as Asia/Amman")
    return value


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "DATA",
        _text,
        "",
        "Folder that holds everything of a one-machine installation. Default: the user's data folder.",
    ),
    Setting(
        "URL",
        _public_url,
        "",
        "Public address, such as `https://news.example.org`; links in mail use it. Default: `http://localhost:PORT`.",
    ),
    Setting("HOSTS", _list, "", "Further host names that the web server answers to, separated by spaces."),
    Setting(
        "TRUSTED_PROXIES",
        _list,
        "",
        "Addresses or networks of reverse proxies whose `X-Forwarded-*` headers are believed.",
    ),
    Setting(
        "SECRET_KEY",
        _text,
        "",
        "Key that signs sessions and links. Default: made at the first start and kept in the data folder.",
        secret=True,
    ),
    Setting(
        "DATABASE_URL",
        _database_url,
        "",
        "`postgres://user:password@host:port/name`. Default: an embedded SQLite database.",
        secret=True,
    ),
    Setting(
        "QUEUE_URL",
        _queue_url,
        "",
        "Where background work is queued: `postgres://…` or `redis://…`. Default: an embedded file, or the PostgreSQL database when that is used.",
        secret=True,
    ),
    Setting(
        "MAIL_URL",
        _mail_url,
        "",
        "Mail server: `smtp+tls://user:password@host:587`, `smtps://…`, `smtp://…`. Default: letters are written into `mail/` of the data folder.",
        secret=True,
    ),
    Setting(
        "MAIL_FROM",
        _text,
        "",
        "Sender's address. Default: `nashra@` and the host of `NASHRA_URL` (`nashra.invalid` where that is no domain).",
    ),
    Setting(
        "DKIM_SELECTOR", _text, "", "Selector of the DKIM key; letters are signed when this and the key are given."
    ),
    Setting("DKIM_KEY", _text, "", "Private RSA key in PEM form that signs letters.", secret=True),
    Setting(
        "ALLOW_HOSTS",
        _list,
        "",
        "Private addresses that may be fetched all the same (`host`, `host:port` or a network), for feeds of your own network.",
    ),
    Setting(
        "SINGLE_USER",
        _flag,
        "false",
        "`true`: one reader, no accounts; whoever reaches the address is the owner. For a laptop.",
    ),
    Setting("LANGUAGE", _text, "ar", "Language when neither the reader nor the browser says one."),
    Setting("TIME_ZONE", _time_zone, "UTC", "Time zone until a reader chooses one."),
    Setting("RETENTION_DAYS", _number(1, 36_500), "90", "Days that unsaved articles are kept."),
    Setting("SOURCES_PER_READER", _number(1, 1_000_000), "1000", "How many sources one reader may follow."),
    Setting("PICTURE_CACHE_MB", _number(1, 1_000_000), "512", "Size of the cache of pictures, in megabytes."),
    Setting("WEB_WORKERS", _number(1, 256), "2", "Web processes."),
    Setting("WEB_THREADS", _number(1, 256), "4", "Threads in each web process."),
    Setting("WORK_THREADS", _number(1, 256), "4", "Threads of the job worker."),
    Setting("FETCH_CONCURRENCY", _number(1, 1000), "16", "Sources fetched at the same time."),
    Setting("DEBUG", _flag, "false", "`true` shows details of errors in the browser. Never on a public address."),
    Setting("LOG_FORMAT", _text, "text", "`text` for people, `json` for programs."),
)


def read(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """All settings by name without the prefix; raises ConfigError on the first that cannot be used."""
    return {setting.name: _read_one(setting, environ) for setting in SETTINGS}


def _read_one(setting: Setting, environ: Mapping[str, str]) -> Any:
    name = f"NASHRA_{setting.name}"
    value = environ.get(name, setting.default)
    if setting.secret and (file := environ.get(f"{name}_FILE")):
        try:
            value = Path(file).read_text("utf-8").strip()
        except OSError as error:
            raise ConfigError(f"{name}_FILE: cannot read {file} ({error.strerror})") from None
    try:
        return setting.read(value)
    except ValueError as error:
        shown = "its value" if setting.secret else f"“{value}”"
        raise ConfigError(f"{name}: {shown} {error}") from None


def data_folder(configured: str) -> Path:
    """The folder of a one-machine installation: the configured one, or the platform's data folder."""
    return Path(configured).expanduser().absolute() if configured else Path(platformdirs.user_data_dir("nashra", False))


def default_sender(url: str) -> str:
    """`nashra@` and the public host; a laptop's or bare address's mail, kept in files, comes from a reserved domain."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    is_name = "." in host and not host.replace(".", "").isdigit() and ":" not in host
    return f"nashra@{host if is_name else 'nashra.invalid'}"
