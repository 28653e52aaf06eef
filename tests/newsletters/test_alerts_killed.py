"""A worker that is really killed while it tells of a followed search: nothing is lost, and nothing is told twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.processes
PROGRAM = """
import json, os, signal, sys
from datetime import timedelta
import django
django.setup()
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
call_command("migrate", verbosity=0)
from allauth.account.models import EmailAddress
from nashra.accounts.models import Paper, Reader
from nashra.base.models import Message
from nashra.front import services as front
from nashra.news import terms
from nashra.news.models import Article, ArticleText, Source
from nashra.newsletters import services
from nashra.newsletters.delivery import alerting
from nashra.newsletters.models import Alert

now = timezone.now()
Paper.objects.create(pk=1, name="نشرة الساحل", set_up_at=now)
layla = Reader.objects.create_user("layla@example.com", "palm-harbour-42", language="ar")
EmailAddress.objects.create(user=layla, email=layla.email, primary=True, verified=True)
services.alert_on(front.follow(layla, "search", "تحلية", now=now), now)
source = Source.objects.create(url="http://feeds.example/1.xml", language="ar")
made = Article.objects.create(
    source=source, guid="g", url="http://news.example/1", title="تحلية تعمل بالشمس", language="ar",
    published_at=now, first_seen_at=now + timedelta(minutes=1),
)
ArticleText.objects.create(article=made, text="تحلية", html="<p>تحلية</p>")
terms.store([made.pk])

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def killed(where, moment):
    connections.close_all()
    child = os.fork()
    if not child:
        if where == "before the letter is promised":
            alerting.outbox.promise = die
        elif where == "with the letter promised and nothing recorded":
            Alert.save = die
        else:
            alerting.tell, real = (lambda alert, at: (real(alert, at), die())), alerting.tell
        alerting.send_due(lambda: moment)
        os._exit(3)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

said = []
steps = ["before the letter is promised", "with the letter promised and nothing recorded", "after it was recorded"]
for number, where in enumerate(steps):
    moment = now + timedelta(minutes=5 + 6 * number)
    said.append([where, killed(where, moment), Message.objects.count()])
for hours in (1, 2, 3):
    alerting.send_due(lambda: now + timedelta(hours=hours))
said.append(["in the end", 0, Message.objects.count()])
print(json.dumps(said))
"""


def test_a_worker_killed_at_any_step_tells_once(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("NASHRA_")}
    clean |= {"DJANGO_SETTINGS_MODULE": "nashra.site.settings", "NASHRA_DATA": str(tmp_path), "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert [one[1:] for one in json.loads(done.stdout.splitlines()[-1])] == [
        [-9, 0], [-9, 0], [-9, 1], [0, 1],
    ]  # fmt: skip
