"""The twin for monitoring programs: well or not, and details only for those who may know."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from nashra.accounts.models import Paper, Reader
from nashra.base.models import Periodic
from nashra.news.models import Source
from nashra.site.health.beat import beat

pytestmark = pytest.mark.django_db
OUTSIDE = "203.0.113.9"


def test_it_is_down_without_a_worker_and_up_with_one(paper: Paper) -> None:
    assert Client().get("/healthz").status_code == 503
    beat()
    assert Client().get("/healthz").status_code == 200
    Periodic.objects.update(ran_at=timezone.now() - timedelta(hours=1))
    assert Client().get("/healthz").json()["status"] == "down"


def test_a_stranger_learns_one_word(paper: Paper) -> None:
    beat()
    assert Client(REMOTE_ADDR=OUTSIDE).get("/healthz").json() == {"status": "ok"}


def test_a_reader_learns_no_more_than_a_stranger_and_the_owner_all(
    omar: Reader, layla: Reader, sign_in: Callable[[Reader], Client]
) -> None:
    assert "rows" not in sign_in(layla).get("/healthz", REMOTE_ADDR=OUTSIDE).json()
    rows = sign_in(omar).get("/healthz", REMOTE_ADDR=OUTSIDE).json()["rows"]
    assert {"name", "state", "text", "at"} == set(rows[0])


def test_this_machine_learns_all_unless_a_proxy_on_it_speaks_for_others(paper: Paper) -> None:
    assert "rows" in Client().get("/healthz").json()
    assert "rows" not in Client().get("/healthz", HTTP_VIA="1.1 proxy").json()
    assert "rows" not in Client().get("/healthz", HTTP_X_REAL_IP="203.0.113.9").json()


def test_failing_feeds_do_not_take_the_service_down(paper: Paper) -> None:
    beat()
    Source.objects.create(url="https://x.example/f", failing_since=timezone.now(), attempts=9)
    assert Client().get("/healthz").status_code == 200


def test_it_carries_no_secret(paper: Paper, settings: Any) -> None:
    settings.NASHRA_MAIL_URL = "smtp://nashra:pass-word-9@mail.example"
    text = Client().get("/healthz").content.decode()
    assert "pass-word-9" not in text
    assert settings.SECRET_KEY not in text


def test_it_is_never_cached(paper: Paper) -> None:
    assert "no-store" in Client().get("/healthz").headers["Cache-Control"]


def test_a_database_that_does_not_answer_is_told_not_thrown(paper: Paper) -> None:
    def refuse(*_: Any) -> Any:
        raise OperationalError("disk I/O error")

    with connection.execute_wrapper(refuse):
        answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "down"}
