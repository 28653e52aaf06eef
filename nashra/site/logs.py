"""Structured logs: one line an event, for people or as JSON, without secrets."""

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any

import structlog
from django.conf import settings
from structlog.typing import EventDict, Processor, WrappedLogger

from nashra.core.feeds.address import has_secret

_ADDRESS = re.compile(r"https?://[^\s\"'<>]+")
_USER = re.compile(r"(?<=//)[^/?#\s\"'<>]+@")
_NAMED = re.compile(
    r"(?i)((?:token|secret|pass(?:wor)?d?|passwd|pwd|key|auth|sig|signature|hash|sid|session(?:id)?|jwt|credential)\w*=)"
    r"[^&\s\"'<>]+"
)
# Links of ours that work for whoever holds them; Django names the address of each request that ends in an error.
_LINK = re.compile(
    r"(/(?:setup|invite|unsubscribe|websub|mail/save|mail/less|accounts/confirm-email|accounts/password/reset/key)/)[^\s\"'?<>]+"
)
_FEED = re.compile(r"(/search/)[^\s\"'?<>/]+(?=\.(?:atom|json)\b)")
_HOST_LENGTH = 300  # characters; a stranger's header may be as long as it likes
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def redact(text: str) -> str:
    """The text without what lets in whoever reads it: names and passwords, tokens, secret addresses of feeds."""
    text = _ADDRESS.sub(lambda match: _place(match[0]), text)
    text = _USER.sub("…@", text)
    text = _NAMED.sub(r"\1…", text)
    return _FEED.sub(r"\1…", _LINK.sub(r"\1…", text))


def _place(url: str) -> str:
    """An address; of one that holds a secret only the host."""
    if not has_secret(url):
        return url
    host = url.partition("//")[2].partition("/")[0].rpartition("@")[2].partition("?")[0]
    return f"{url.partition('//')[0]}//{host}/…"


def _hidden(value: Any) -> Any:
    if isinstance(value, str):
        return _CONTROLS.sub(lambda match: ascii(match[0])[1:-1], redact(value))
    if isinstance(value, Mapping):
        return {key: _hidden(inside) for key, inside in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_hidden(inside) for inside in value]
    return _hidden(repr(value)) if isinstance(value, BaseException | bytes) else value


def _redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Nothing secret reaches a log, and no text of a stranger's begins a line of its own."""
    for key, value in event.items():
        if key in ("exception", "stack") and isinstance(value, str):
            event[key] = "\n".join(f"  {_hidden(line)}" for line in value.splitlines())  # a message may hold lines, too
        elif key != "exc_info" and not key.startswith("_"):
            event[key] = _hidden(value)
    return event


def _calm(record: logging.LogRecord) -> bool:
    """A wrong Host header is a scanner's, not a fault of ours: one line of warning, without a traceback."""
    record.levelno, record.levelname = logging.WARNING, "WARNING"
    record.msg, record.args = record.getMessage().replace("ALLOWED_HOSTS", "NASHRA_HOSTS")[:_HOST_LENGTH], ()
    record.exc_info = record.exc_text = record.stack_info = None
    return True


def configure() -> None:
    """Sends everything to standard error; the standard library's records pass through the same steps."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _redact,
    ]
    as_json = settings.NASHRA_LOG_FORMAT == "json"
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for noisy in ("huey", "aiohttp", "asyncio", "trafilatura", "htmldate", "charset_normalizer", "PIL"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("django.security.DisallowedHost").addFilter(_calm)
