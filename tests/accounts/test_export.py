"""A reader's data as a whole: the export holds every row that names the reader, the deletion leaves none."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from account_helpers import PASSWORD, signed_in
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models
from django.test import Client
from django.utils import timezone

from nashra.accounts import registry, services
from nashra.accounts.errors import LastOwner
from nashra.accounts.models import Link, Paper, Reader, Role
from nashra.base import outbox
from nashra.base.models import Message

SignIn = Callable[[Reader], Client]


def _references() -> Iterator[tuple[type[models.Model], str]]:
    """Every model and field that refers to a reader, tables of many-to-many relations among them."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey) and field.related_model is Reader:
                yield model, field.name


REFERENCES = sorted(_references(), key=lambda pair: (pair[0]._meta.label, pair[1]))


@pytest.mark.parametrize(("model", "field"), REFERENCES, ids=lambda part: getattr(part, "__name__", part))
def test_every_model_that_refers_to_a_reader_has_an_exporter(model: type[models.Model], field: str) -> None:
    assert model._meta.label in registry.exporters, (
        f"{model._meta.label}.{field} names a reader: hang an exporter into nashra.accounts.registry "
        "in its app's AppConfig.ready()"
    )


def test_every_exporter_belongs_to_a_model_that_there_is() -> None:
    assert set(registry.exporters) <= {model._meta.label for model in apps.get_models(include_auto_created=True)}


def _live(reader: Reader, owner: Reader, sign_in: SignIn) -> None:
    """Leaves traces in every table of accounts and mail."""
    path = services.invite(owner, Role.READER, "for Layla", 7)
    link = services.invitation(path.removeprefix("/invite/"), timezone.now())
    assert link is not None
    services.spend(link, reader, timezone.now())
    sign_in(reader).post("/accounts/email/", {"change": "1", "email": "layla@new.example"})
    TOTP.activate(reader, "JBSWY3DPEHPK3PXP")
    Client().post("/accounts/signup/", {"email": reader.email, "password1": "seven-boats-at-dawn", "name": ""})
    Client().post("/accounts/password/reset/", {"email": "layla@new.example"})
    outbox.deliver()


def _unpack(data: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}


def test_the_export_holds_every_row_that_names_the_reader(layla: Reader, omar: Reader, sign_in: SignIn) -> None:
    _live(layla, omar, sign_in)
    target = io.BytesIO()
    services.export_to_zip(layla, target)
    files = _unpack(target.getvalue())
    for model, field in REFERENCES:
        here = set(model._default_manager.filter(**{field: layla}).values_list("pk", flat=True))
        there = {row["id"] for row in files[f"{model._meta.label}.json"]}
        assert here <= there, model._meta.label
    assert files["accounts.Reader.json"][0]["email"] == "layla@example.com"


def test_the_export_holds_no_secret_and_nobody_else(
    layla: Reader, karim: Reader, omar: Reader, sign_in: SignIn
) -> None:
    _live(layla, omar, sign_in)
    browser = sign_in(karim)
    target = io.BytesIO()
    services.export_to_zip(layla, target)
    with zipfile.ZipFile(io.BytesIO(target.getvalue())) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist())
    secrets = [layla.password, "JBSWY3DPEHPK3PXP", Link.objects.get().secret_hash, browser.session.session_key]
    assert not [secret for secret in secrets if str(secret) in text]
    assert "karim@example.com" not in text


def test_the_page_explains_and_the_button_gives_the_archive(layla: Reader, sign_in: SignIn) -> None:
    client = sign_in(layla)
    assert client.get("/settings/export").headers["Content-Type"].startswith("text/html")
    answer = client.post("/settings/export")
    assert "attachment" in answer.headers["Content-Disposition"]
    files = _unpack(b"".join(answer.streaming_content))
    assert [row["email"] for row in files["accounts.Reader.json"]] == ["layla@example.com"]


def test_the_command_lines_archive_appears_when_it_is_whole(layla: Reader, tmp_path: Path) -> None:
    services.export_to_zip(layla, tmp_path / "layla.zip")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["layla.zip"]
    assert (tmp_path / "layla.zip").stat().st_mode & 0o077 == 0
    assert _unpack((tmp_path / "layla.zip").read_bytes())["accounts.Link.json"] == []


def _traces(needles: list[str]) -> list[str]:
    """Tables and columns in which one of these texts still stands."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for row in model._default_manager.all():
            for field in model._meta.concrete_fields:
                value = getattr(row, field.attname)
                text = bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)
                found += [f"{model._meta.label}.{field.name}" for needle in needles if needle in text]
    return found


def test_the_deletion_leaves_no_trace(
    layla: Reader, omar: Reader, sign_in: SignIn, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    inside = sign_in(layla)
    _live(layla, omar, sign_in)
    folder = settings.NASHRA_DATA / "mail"
    assert len(list(folder.iterdir())) >= 2
    key = layla.pk
    with django_capture_on_commit_callbacks(execute=True):
        services.delete(layla)
    assert _traces(["layla@", "ليلى"]) == []
    for model, field in REFERENCES:
        assert not model._default_manager.filter(**{f"{field}_id": key}).exists(), model._meta.label
    kept = [path for path in folder.iterdir() if b"layla@" in path.read_bytes()]
    assert kept == []
    assert not [s for s in Session.objects.all() if s.get_decoded().get("_auth_user_id") == str(key)]
    assert inside.get("/settings").status_code == 302


def test_the_deletion_takes_nothing_from_anybody_else(layla: Reader, karim: Reader, omar: Reader) -> None:
    services.invite(omar, Role.READER, "", 7)
    services.delete(layla)
    assert set(Reader.objects.all()) == {karim, omar}
    assert Link.objects.count() == 1


def test_deleting_needs_the_password(layla: Reader, sign_in: SignIn) -> None:
    client = sign_in(layla)
    client.get("/settings/delete")
    client.post("/settings/delete", {"password": "wrong-wrong"})
    client.post("/settings/delete", {"email": "layla@example.com"})
    assert Reader.objects.filter(pk=layla.pk).exists()
    answer = client.post("/settings/delete", {"password": PASSWORD}, follow=True)
    assert answer.redirect_chain[0] == ("/", 302)
    assert signed_in(client) is None
    assert not Reader.objects.filter(pk=layla.pk).exists()


def test_without_a_password_the_address_is_typed(layla: Reader, omar: Reader) -> None:
    layla.set_unusable_password()
    layla.save()
    client = Client()
    client.force_login(layla)
    client.post("/settings/delete", {"email": "karim@example.com"})
    assert Reader.objects.filter(pk=layla.pk).exists()
    client.post("/settings/delete", {"email": "Layla@example.com"})
    assert not Reader.objects.filter(pk=layla.pk).exists()


def test_a_deleter_that_fails_keeps_everything(layla: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(reader: Reader) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(registry, "deleters", [fail, *registry.deleters])
    outbox.send_note(
        "account", to=layla.email, reader_id=layla.pk, subject="S", paragraphs=["P"], action=None, language="ar",
        paper_name="P",
    )  # fmt: skip
    with pytest.raises(OSError, match="disk"):
        services.delete(layla)
    assert Reader.objects.filter(pk=layla.pk).exists()
    assert Message.objects.count() == 1


def test_the_last_owner_cannot_leave_readers_behind(omar: Reader, layla: Reader) -> None:
    with pytest.raises(LastOwner):
        services.delete(omar)
    services.delete(layla)
    services.delete(omar)
    assert Paper.objects.get().set_up_at is None
