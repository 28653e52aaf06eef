"""Structured logs: one line an event, for people or as JSON, without secrets."""

import logging
import re
import sys

import structlog
from django.conf import settings
from structlog.typing import EventDict, Processor, WrappedLogger

_SECRET = re.compile(r"(?i)(password|passwd|secret|token|key|auth|sig)=[^&\s\"']+|//[^/@\s:]+:[^/@\s]+@")


def _redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Addresses of feeds may carry passwords and tokens: these never reach a log. Line breaks are escaped."""
    for key, value in event.items():
        if isinstance(value, str):
            hidden = _SECRET.sub(lambda m: "//…@" if m[0].startswith("//") else m[0].split("=")[0] + "=…", value)
            event[key] = hidden if key == "exception" else hidden.replace("\r", "\\r").replace("\n", "\\n")
    return event


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
