"""What a day of strangers leaves in the log."""

import json
import os
import subprocess
import sys
from typing import Any

PROGRAM = """
import django
django.setup()
from django.test import Client
from nashra.site import logs
logs.configure()
logs.configure()  # once more changes nothing
for host in ("scanner.example", "evil" + "x" * 9000 + ".example"):
    answer = Client(raise_request_exception=False).get("/healthz/none", HTTP_HOST=host)
    assert answer.status_code == 400, answer.status_code
"""


def logged(form: str) -> list[str]:
    """The lines that a process logs when it is asked under wrong names."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "nashra.site.settings_test", "NASHRA_LOG_FORMAT": form}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr.splitlines()


def test_a_wrong_host_name_is_one_line_of_warning_that_names_our_setting() -> None:
    lines: list[dict[str, Any]] = [json.loads(line) for line in logged("json")]
    assert [line["level"] for line in lines] == ["warning", "warning"]
    assert "scanner.example" in lines[0]["event"]
    assert "NASHRA_HOSTS" in lines[0]["event"]
    assert not any("exception" in line for line in lines)


def test_a_wrong_host_name_fills_no_log() -> None:
    lines = logged("text")
    assert len(lines) == 2
    assert max(len(line) for line in lines) < 500
