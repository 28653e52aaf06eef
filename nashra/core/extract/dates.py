"""Dates that pages state for machines (ISO 8601, RFC 5322) and in their addresses."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

_IN_PATH = re.compile(r"/((?:19|20)\d\d)[/\-.]?(0?[1-9]|1[0-2])[/\-.]?(0?[1-9]|[12]\d|3[01])(?=[/\-._]|$)")
_ISO = re.compile(
    r"\d{4}-?\d{2}-?\d{2}(?:[T ]\d{2}:?\d{2}(?::?\d{2})?(?:[.,]\d+)?)?(?:\s?(?:Z|[+\-]\d{2}(?::?\d{2})?))?"
)
_DIGITS = {ord(digit): str(n % 10) for n, digit in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}


def parse_date(text: str) -> datetime | None:
    """An aware UTC time from a machine-readable date; a date without a zone is taken as UTC. None when it is none."""
    text = text.strip().translate(_DIGITS)[:80]
    if re.fullmatch(r"1\d{9}|1\d{12}", text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    match = _ISO.match(text)
    try:
        found = datetime.fromisoformat(match[0].replace(",", ".")) if match else parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return _in_utc(found)


def _in_utc(found: datetime) -> datetime | None:
    if not 1970 <= found.year <= 2100:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def date_in_url(url: str) -> datetime | None:
    """The day in an address such as ``/2026/03/12/title``."""
    match = _IN_PATH.search(urlsplit(url).path)
    if not match:
        return None
    try:
        return datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=UTC)
    except ValueError:
        return None
