"""An installation of Nashra in a folder, used from inside this process: database and secret, people, sources."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from common.processes import BENCH, ROOT


def open_in(folder: Path, settings: Mapping[str, str]) -> None:
    """Makes the installation and loads Django on it. Once in a process, before anything of Nashra's apps is imported.

    The lock of the data folder is let go again, so that `nashra run` can take it.
    """
    import sys

    for name in environment():
        del os.environ[name]  # what is configured on this machine is another installation's
    os.environ |= {"NASHRA_DATA": str(folder), "NASHRA_LOG_FORMAT": "json", **settings}
    os.environ["DJANGO_SETTINGS_MODULE"] = "nashra.site.settings"
    for path in (str(BENCH), str(ROOT)):
        if path not in sys.path:
            sys.path.insert(0, path)
    _build_static(folder)
    from nashra.site import start
    from nashra.site.cli import setup

    setup()
    lock = start.prepare()
    del lock


def environment() -> dict[str, str]:
    """The settings of the installation that is open here, for a child that works on it, too."""
    return {name: value for name, value in os.environ.items() if name.startswith("NASHRA_")}


def _build_static(folder: Path) -> None:
    """Hashed and compressed files must be there before the settings are read: a process of its own makes them."""
    import subprocess
    import sys

    code = "from nashra.site import cli; cli.setup(); from nashra.site import start; start.prepare()"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env={**os.environ, "NASHRA_DATA": str(folder)})


def owner(**fields: Any) -> Any:
    """The one reader of the bench, who owns the paper; the set-up is done."""
    from allauth.account.models import EmailAddress
    from django.utils import timezone

    from nashra.accounts.models import Paper, Reader, Registration, Role

    now = timezone.now()
    Paper.objects.update_or_create(
        pk=1, defaults={"name": "نشرة", "registration": Registration.CLOSED, "set_up_at": now}
    )
    made = Reader.objects.create_user("omar@example.com", None, name="عمر", role=Role.OWNER, welcomed_at=now, **fields)
    EmailAddress.objects.create(user=made, email=made.email, primary=True, verified=True)
    return made


def sign_in(reader: Any) -> str:
    """The cookie of a session in which this reader is signed in."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import login
    from django.http import HttpRequest

    request = HttpRequest()
    request.META["REMOTE_ADDR"] = "127.0.0.1"
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    login(request, reader, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.save()
    return f"{settings.SESSION_COOKIE_NAME}={request.session.session_key}"
