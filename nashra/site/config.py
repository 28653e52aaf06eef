"""Settings from the environment: one table, read once, loud when wrong.

Every setting is named `NASHRA_…`; a secret may also be given as a file with `NASHRA_…_FILE`. `docs/settings.md` lists
this table, and a test keeps the two alike.
"""

import difflib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit
from zoneinfo import available_timezones

import platformdirs

_INTERNAL = frozenset({"NASHRA_LIFELINE", "NASHRA_CHROMIUM", "NASHRA_SHOTS", "NASHRA_WRITE_GOLDEN"})  # parts and tests
# Kubernetes describes a service called “nashra” or “nashra-…” to every container by such names.
_SERVICE = re.compile(r"NASHRA_(?:\w+_)?(?:SERVICE_(?:HOST|PORT\w*)|PORT_\d+_(?:TCP|UDP)(?:_(?:PROTO|PORT|ADDR))?)")
_USER = re.compile(r"(?<=//)[^/]*@")
_RSA_BITS = 2048  # what core.mail signs with
_TOKEN = 16  # letters of the shortest token


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


def _one_of(*values: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value.strip() not in values:
            raise ValueError(f"must be {' or '.join(values)}")
        return value.strip()

    return read


def _networks(value: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(part, strict=False) for part in _list(value))
    except ValueError:
        raise ValueError("must be addresses or networks, such as 127.0.0.1 or 10.0.0.0/8") from None


def _allow_hosts(value: str) -> tuple[str, ...]:
    items = _list(value)
    if items:
        from nashra.base.net import AllowList  # slow to load, and most installations allow nothing

        try:
            AllowList.parse(items)
        except ValueError:
            raise ValueError("must be hosts, host:port or networks, such as nas.lan:8080 or 10.0.0.0/8") from None
    return items


def _split(value: str) -> SplitResult:
    """The parts of an address; the library's own message would repeat a password."""
    try:
        parts = urlsplit(value)
        if parts.port == 0:
            raise ValueError
    except ValueError:
        raise ValueError("must be an address with a port from 1 to 65535 or without one") from None
    return parts


def _public_url(value: str) -> str:
    value = value.strip().rstrip("/")
    if not value:
        return ""
    parts = _split(value)
    bare = parts.netloc and parts.hostname and not set(value) & set("@?# \\") and not parts.path
    if parts.scheme not in ("http", "https") or not bare:
        raise ValueError("must be an address like https://news.example.org, without a path or password")
    return value


def _hub_url(value: str) -> str:
    value = value.strip()
    parts = _split(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname or set(value) & set("@# \\")):
        raise ValueError("must be an address like https://hub.example.org/, without a password")
    return value


def _database_url(value: str) -> str:
    value = value.strip()
    scheme = value.partition("://")[0]
    if scheme in ("postgres", "postgresql"):
        parts = postgres_parts(value)
        if not parts.get("dbname") and not parts.get("service"):
            raise ValueError("must name a database, as in postgres://user:password@host:5432/nashra")
    elif value and (scheme != "sqlite" or not _split(value).path):
        raise ValueError("must begin with postgres:// (or be left empty for the embedded database)")
    return value


def postgres_parts(url: str) -> dict[str, str]:
    """A `postgres://` address in libpq's names (`host`, `dbname`, `sslmode`, …), read as libpq reads it.

    Raises ValueError, without the password, for what libpq would refuse: unknown parameters, wrong ports.
    """
    try:
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict
    except ImportError:
        raise ValueError("needs the PostgreSQL driver: install nashra[postgres]") from None
    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except ProgrammingError as error:
        unknown = re.fullmatch(r'invalid URI query parameter: "(\w+)"', str(error).strip())
        why = f"has an unknown parameter “{unknown[1]}”" if unknown else "is no address of a PostgreSQL database"
        raise ValueError(why) from None
    if not all(_is_port(port) for port in parts.get("port", "").split(",") if port):
        raise ValueError("must have a port from 1 to 65535")
    return parts


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text) < 65536


def _queue_url(value: str) -> str:
    value = value.strip()
    scheme = value.partition("://")[0]
    if scheme in ("postgres", "postgresql"):
        postgres_parts(value)
    elif value and scheme not in ("redis", "rediss", "sqlite"):
        raise ValueError("must begin with postgres:// or redis:// (or be left empty for the embedded queue)")
    else:
        _split(value)
    return value


def _mail_url(value: str) -> str:
    value = value.strip()
    if value and value.partition(":")[0] not in ("smtp", "smtps", "smtp+tls", "file"):
        raise ValueError("must begin with smtp://, smtps://, smtp+tls:// or file:")
    if value:
        from nashra.base.smtp.target import parse_mail_url

        try:
            parse_mail_url(value)
        except ValueError:
            raise ValueError("must be like smtp+tls://user:password@host:587 or file:/srv/mail") from None
    return value


def _mail_address(value: str) -> str:
    if not value.strip():
        return ""
    from nashra.core.mail import AddressError, check_address

    try:
        return check_address(value)
    except AddressError:
        raise ValueError("must be one bare address, such as news@example.org") from None


def _private_key(value: str) -> str:
    value = value.strip()
    if value:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        try:
            key = load_pem_private_key(value.encode("ascii"), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise ValueError("must be an unencrypted private key in PEM form") from None
        if not isinstance(key, RSAPrivateKey) or key.key_size < _RSA_BITS:
            raise ValueError(f"must be an RSA key of at least {_RSA_BITS} bits")
    return value


def _token(value: str) -> str:
    value = value.strip()
    if value and (len(value) < _TOKEN or not value.isascii() or not value.isprintable() or " " in value):
        raise ValueError(f"must be at least {_TOKEN} letters and digits without spaces")
    return value


def _embeddings(value: str) -> str:
    if value.strip():
        from nashra.front.embedding import choosing

        choosing.check(choosing.parse(value))
    return value.strip()


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
        _networks,
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
        "`postgres://user:password@host:port/name`, with libpq's parameters such as `?sslmode=require`. Default: an embedded SQLite database.",
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
        _mail_address,
        "",
        "Sender's address. Default: `nashra@` and the host of `NASHRA_URL` (`nashra.invalid` where that is no domain).",
    ),
    Setting("DKIM_SELECTOR", _text, "", "Selector of the DKIM key; with this and the key letters are signed."),
    Setting("DKIM_KEY", _private_key, "", "Private RSA key in PEM form that signs letters.", secret=True),
    Setting(
        "ALLOW_HOSTS",
        _allow_hosts,
        "",
        "Private addresses that may be fetched all the same (`host`, `host:port` or a network), for feeds of your own network.",
    ),
    Setting(
        "SINGLE_USER",
        _flag,
        "false",
        "`true`: one reader, no accounts; whoever reaches the address is the owner. For a laptop.",
    ),
    Setting("LANGUAGE", _one_of("ar", "en"), "ar", "Language when neither reader nor browser says one: `ar` or `en`."),
    Setting("TIME_ZONE", _time_zone, "UTC", "Time zone until a reader chooses one."),
    Setting("RETENTION_DAYS", _number(1, 36_500), "90", "Days that unsaved articles are kept."),
    Setting("LIVE_DAYS", _number(1, 60), "7", "Days for which an article may stand on a front page or in a digest."),
    Setting("SOURCES_PER_READER", _number(1, 1_000_000), "1000", "How many sources one reader may follow."),
    Setting("PICTURE_CACHE_MB", _number(1, 1_000_000), "512", "Size of the cache of pictures, in megabytes."),
    Setting("WEB_WORKERS", _number(1, 256), "2", "Web processes."),
    Setting("WEB_THREADS", _number(1, 256), "4", "Threads in each web process."),
    Setting("WORK_THREADS", _number(1, 256), "4", "Threads of the job worker."),
    Setting("FETCH_CONCURRENCY", _number(1, 1000), "32", "Sources fetched at the same time."),
    Setting(
        "WEBSUB",
        _flag,
        "true",
        "`false`: no hub is asked to send what is new in a feed. Where `NASHRA_URL` cannot be reached from outside, none is.",
    ),
    Setting(
        "WEBSUB_HUB",
        _hub_url,
        "",
        "WebSub hub of the paper's own feeds, such as `https://hub.example.org/`: it is told when a public paper has something new.",
    ),
    Setting(
        "EMBEDDINGS",
        _embeddings,
        "",
        "A model that finds pieces of similar meaning: `model2vec:/folder`, `onnx:/folder`, `sentence-transformers:/folder`, or the address of an `/embeddings` service. Default: none; nothing is ever downloaded.",
    ),
    Setting("EMBEDDINGS_MODEL", _text, "", "What the service at that address calls the model."),
    Setting("EMBEDDINGS_KEY", _text, "", "Key for the service at that address.", secret=True),
    Setting(
        "METRICS_TOKEN",
        _token,
        "",
        "Token with which Prometheus may read the figures at `/metrics` (`Authorization: Bearer …`). Default: no such page.",
        secret=True,
    ),
    Setting("DEBUG", _flag, "false", "`true` shows details of errors in the browser. Never on a public address."),
    Setting("LOG_FORMAT", _one_of("text", "json"), "text", "`text` for people, `json` for programs."),
)


def read(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """All settings by name without the prefix; raises ConfigError on the first that cannot be used or is unknown."""
    _refuse_unknown(environ)
    return {setting.name: _read_one(setting, environ) for setting in SETTINGS}


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    """A misspelt name would otherwise mean its default, silently."""
    known = {f"NASHRA_{one.name}" for one in SETTINGS} | {f"NASHRA_{one.name}_FILE" for one in SETTINGS if one.secret}
    for name in sorted(name for name in environ if name.startswith("NASHRA_")):
        if name in known or name in _INTERNAL or _is_service(name, environ[name]):
            continue
        bare = name.removesuffix("_FILE")  # only secrets may be files
        nearest = bare if bare in known else difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.0)[0]
        raise ConfigError(f"{name}: there is no such setting; the nearest is {nearest}")


def _is_service(name: str, value: str) -> bool:
    return bool(_SERVICE.fullmatch(name)) or (name.endswith("_PORT") and value.startswith(("tcp://", "udp://")))


def _read_one(setting: Setting, environ: Mapping[str, str]) -> Any:
    name = f"NASHRA_{setting.name}"
    value = environ.get(name, setting.default)
    if setting.secret and (file := environ.get(f"{name}_FILE")):
        value = _content(f"{name}_FILE", file)
    try:
        return setting.read(value)
    except ValueError as error:
        shown = "its value" if setting.secret else f"“{_USER.sub('…@', value)}”"
        raise ConfigError(" ".join(f"{name}: {shown} {error}".split())) from None


def _content(name: str, file: str) -> str:
    try:
        return Path(file).read_text("utf-8").strip()
    except OSError as error:
        raise ConfigError(f"{name}: cannot read {file} ({error.strerror})") from None
    except ValueError:
        raise ConfigError(f"{name}: cannot read {file} (it is not text)") from None


def data_folder(configured: str) -> Path:
    """The folder of a one-machine installation: the configured one, or the platform's data folder."""
    return Path(configured).expanduser().absolute() if configured else Path(platformdirs.user_data_dir("nashra", False))


def default_sender(url: str) -> str:
    """`nashra@` and the public host; a laptop's or bare address's mail, kept in files, comes from a reserved domain."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    is_name = "." in host and not host.replace(".", "").isdigit() and ":" not in host
    return f"nashra@{host if is_name else 'nashra.invalid'}"
