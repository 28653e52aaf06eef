"""Settings: what cannot be used is refused at the start in one line that names it, and never tells a secret."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings

from nashra.base import jobs
from nashra.site.config import ConfigError, read

TABLES = Path(__file__).resolve().parents[1] / "data" / "settings"


def rows(name: str) -> list[list[str]]:
    """The rows of a table of columns divided by `|`."""
    lines = (TABLES / name).read_text("utf-8").splitlines()
    return [[cell.strip() for cell in line.split("|")] for line in lines if line and not line.startswith("#")]


def pem(key: Any) -> str:
    return str(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


@pytest.mark.parametrize(("name", "value", "said"), rows("refused.txt"))
def test_a_setting_that_cannot_be_used_is_refused_by_name_in_one_line(name: str, value: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read({name: value})
    message = str(refused.value)
    assert message.startswith(f"{name}: ")
    assert said in message
    assert "\n" not in message
    assert "geheim" not in message


@pytest.mark.parametrize(("name", "value"), rows("accepted.txt"))
def test_a_setting_that_can_be_used_is_accepted(name: str, value: str) -> None:
    read({name: value})


def test_a_misspelt_name_is_refused_with_the_nearest() -> None:
    for wrong, right in (
        ("SINGLEUSER", "SINGLE_USER"), ("DATABASE", "DATABASE_URL"), ("URL_FILE", "URL"), ("MAILURL", "MAIL_URL"),
    ):  # fmt: skip
        with pytest.raises(ConfigError, match=f"^NASHRA_{wrong}: .* NASHRA_{right}"):
            read({f"NASHRA_{wrong}": "true"})


def test_names_of_parts_tests_and_container_services_are_no_settings_and_pass() -> None:
    read(dict.fromkeys(("NASHRA_LIFELINE", "NASHRA_CHROMIUM", "NASHRA_SHOTS", "NASHRA_WRITE_GOLDEN"), "1"))
    read({"NASHRA_SERVICE_HOST": "10.0.0.7", "NASHRA_PORT": "tcp://10.0.0.7:80", "NASHRA_PORT_80_TCP_ADDR": "10.0.0.7"})
    with pytest.raises(ConfigError, match="NASHRA_PORT"):
        read({"NASHRA_PORT": "8000"})


def test_a_key_that_cannot_sign_is_refused_and_one_that_can_is_kept() -> None:
    for key in (generate_private_key(SECP256R1()), generate_rsa(65537, 1024)):
        with pytest.raises(ConfigError, match=r"^NASHRA_DKIM_KEY: its value must be an RSA key of at least 2048 bits$"):
            read({"NASHRA_DKIM_KEY": pem(key)})
    good = pem(generate_rsa(65537, 2048))
    assert read({"NASHRA_DKIM_KEY": good})["DKIM_KEY"] == good.strip()


def test_a_secrets_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match=r"^NASHRA_SECRET_KEY_FILE: "):
        read({"NASHRA_SECRET_KEY_FILE": str(tmp_path / "key")})


def test_a_command_ends_with_one_line_and_exit_1(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NASHRA_", "DJANGO_"))}
    environment = {**kept, "NASHRA_DATA": str(tmp_path / "data"), "NASHRA_SINGLEUSER": "true"}
    command = [sys.executable, "-m", "nashra", "source", "list"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        "nashra: NASHRA_SINGLEUSER: there is no such setting; the nearest is NASHRA_SINGLE_USER"
    ]


def test_the_parameters_of_a_database_address_reach_libpq() -> None:
    from nashra.site.settings import _database

    found = _database("postgres://lay%40la:a%2Fb@db.example:5433/news?sslmode=require&connect_timeout=5")
    assert {key: found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")} == {
        "NAME": "news", "USER": "lay@la", "PASSWORD": "a/b", "HOST": "db.example", "PORT": "5433",
        "OPTIONS": {"sslmode": "require", "connect_timeout": "5"},
    }  # fmt: skip
    socket = _database("postgresql:///news?host=/var/run/postgresql")
    assert (socket["HOST"], socket["NAME"], socket["OPTIONS"]) == ("/var/run/postgresql", "news", {})


def test_the_queue_in_the_database_is_reached_with_the_same_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = {"NAME": "news", "USER": "", "PASSWORD": "", "HOST": "/nowhere", "PORT": ""}
    database = {"ENGINE": "django.db.backends.postgresql", **parts, "OPTIONS": {"sslmode": "perhaps"}}
    monkeypatch.setitem(settings.DATABASES, "default", database)
    with pytest.raises(Exception, match='sslmode value: "perhaps"'):  # the queue makes its tables at once
        jobs._make_queue("")
