"""Where the demo plays: a folder that goes, or one that stays with its sources' addresses; settings of its own."""

import os
import socket
from pathlib import Path
from typing import Any

import pytest

from nashra.news.models import Source
from nashra.site.demo import run
from nashra.site.demo.run import growing, stage
from nashra.site.start import StartError


@pytest.fixture(autouse=True)
def _environment_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the demo sets is taken back."""
    for name in ("NASHRA_DATA", "NASHRA_URL", "NASHRA_ALLOW_HOSTS", "NASHRA_DATABASE_URL", "NASHRA_SECRET_KEY"):
        monkeypatch.setenv(name, os.environ.get(name, "of another installation"))


def test_settings_of_another_installation_do_not_reach_the_demo() -> None:
    with stage(None, 8010) as here:
        assert "NASHRA_DATABASE_URL" not in os.environ
        assert "NASHRA_SECRET_KEY" not in os.environ
        assert os.environ["NASHRA_DATA"] == str(here.folder)
        assert os.environ["NASHRA_URL"] == "http://localhost:8010"
        assert here.server.base == f"http://{os.environ['NASHRA_ALLOW_HOSTS']}"


def test_a_temporary_folder_goes_even_when_something_fails() -> None:
    with pytest.raises(RuntimeError), stage(None, 8010) as here:
        assert here.folder.is_dir()
        raise RuntimeError
    assert not here.folder.exists()


def test_a_kept_folder_finds_its_sources_where_they_were(tmp_path: Path) -> None:
    with stage(tmp_path / "demo", 8010) as first:
        began = first.server.began
    assert (tmp_path / "demo").is_dir()
    with stage(tmp_path / "demo", 8010) as second:
        assert second.server.base == first.server.base
        assert second.server.began == began


def test_a_kept_folder_whose_sources_port_is_taken_says_so(tmp_path: Path) -> None:
    with stage(tmp_path / "demo", 8010) as first:
        port = int(first.server.base.rpartition(":")[2])
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen(1)
        with pytest.raises(StartError, match=str(port)), stage(tmp_path / "demo", 8010):
            pass


@pytest.mark.django_db(transaction=True)
def test_while_the_demo_runs_its_sources_are_asked_again(monkeypatch: pytest.MonkeyPatch, paper: Any) -> None:
    from datetime import timedelta

    from django.utils import timezone
    from installation import until

    later = timezone.now() + timedelta(hours=9)
    ours = Source.objects.create(url="http://127.0.0.1:9/feeds/a.xml", due_at=later)
    other = Source.objects.create(url="https://marfaa.example/feed", due_at=later)
    monkeypatch.setattr(run, "AGAIN_SECONDS", 0.05)
    with growing("http://127.0.0.1:9"):
        until(lambda: Source.objects.get(pk=ours.pk).due_at < later, "the sample source is due")
    assert Source.objects.get(pk=other.pk).due_at == later
