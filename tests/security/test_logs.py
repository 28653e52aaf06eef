"""No secret reaches a log, whoever writes it, and no text of a stranger's makes a line of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from nashra.site.logs import redact

# what is logged, what of it must not be there, what must
CASES = [
    ("fetch of https://layla:geheim@feeds.example/a.xml failed", "geheim", "feeds.example"),
    ("fetch of https://layla@feeds.example/a.xml", "layla", "feeds.example"),
    ("https://la:p@ss:w@feeds.example/a", "ss:w", "feeds.example"),
    ("https://feeds.example/a.xml?user=1&token=geheim&n=2", "geheim", "feeds.example"),
    ("https://feeds.example/a.xml?access_token=geheim", "geheim", "feeds.example"),
    ("https://feeds.example/private-a81bc81b27d4/rss", "a81bc81b27d4", "feeds.example"),
    ("https://feeds.example/u/k9f3Xc71Qw02Zr8t5Ls6/rss", "k9f3Xc71Qw02Zr8t5Ls6", "feeds.example"),
    ("//layla:geheim@feeds.example/a.xml", "geheim", "feeds.example"),
    ("smtp+tls://user:geheim@mail.example:587", "geheim", "mail.example:587"),
    ("postgres://nashra:geheim@db.example/nashra", "geheim", "db.example/nashra"),
    ("redis://:geheim@queue.example/0", "geheim", "queue.example"),
    ("password=geheim user=nashra", "geheim", "user=nashra"),
    ("Api-Key=geheim", "geheim", "Api-Key="),
    ("Forbidden (CSRF token missing.): /setup/geheim", "geheim", "/setup/"),
    ("Not Found: /invite/geheim", "geheim", "/invite/"),
    ("Bad Request: /unsubscribe/7:geheim", "geheim", "/unsubscribe/"),
    ("Not Found: /unsubscribe/search/7:geheim", "geheim", "/unsubscribe/"),
    ("Not Found: /search/geheim.atom", "geheim", "/search/"),
    ("Internal Server Error: /search/geheim-_9.json?x=1", "geheim", ".json"),
    ("Request Entity Too Large: /websub/geheim", "geheim", "/websub/"),
    ("Internal Server Error: /mail/save/1.2:geheim", "geheim", "/mail/save/"),
    ("Internal Server Error: /mail/less/1.2:geheim", "geheim", "/mail/less/"),
    ("Not Found: /accounts/confirm-email/Mg:1x:geheim/", "geheim", "/accounts/confirm-email/"),
    ("Not Found: /accounts/password/reset/key/1-geheim/", "geheim", "/accounts/password/reset/key/"),
]
HONEST = [
    "https://feeds.example/news/rss.xml?section=sport", "Not Found: /article/17", "front ready in 12 ms",
    "https://feeds.example/2026/11/24/water-comes-to-the-harbour.html", "mail@example.com refused",
]  # fmt: skip
PROGRAM = """
import json, logging, sys, django
django.setup()
import structlog
from nashra.site import logs
logs.configure()
log, plain = structlog.get_logger("a"), logging.getLogger("django.request")
for text in json.load(sys.stdin):
    log.warning("said", text=text, many=[text, {"in": (text,)}], error=ValueError(text))
    plain.warning("%s", text)
    try:
        raise RuntimeError(text)
    except RuntimeError:
        log.exception("failed", where=text)
        plain.exception("failed")
"""


@pytest.mark.parametrize(("text", "secret", "kept"), CASES)
def test_what_lets_in_is_hidden_and_the_rest_is_kept(text: str, secret: str, kept: str) -> None:
    assert secret not in redact(text)
    assert kept in redact(text)


@pytest.mark.parametrize("text", HONEST)
def test_what_holds_no_secret_stays_as_it_is(text: str) -> None:
    assert redact(text) == text


def logged(texts: list[str], form: str) -> str:
    """What a process writes to its log when it is given these texts in every way there is."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "nashra.site.settings_test", "NASHRA_LOG_FORMAT": form}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], input=json.dumps(texts), env=environment, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return done.stderr


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_way_of_logging_lets_a_secret_through(form: str) -> None:
    said = logged([text for text, _, _ in CASES], form)
    assert "feeds.example" in said
    assert [secret for _, secret, _ in CASES if secret != "layla" and secret in said] == []


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_strangers_text_begins_no_line_and_commands_no_terminal(form: str) -> None:
    said = logged(["x\r\nERROR forged\x1b[2J\x85forged\u2028forged"], form)
    assert not [line for line in said.splitlines() if line.startswith(("ERROR", "forged"))]
    assert "\x1b[2J" not in said
    assert "\u2028" not in said
    assert "forged" in said
