"""The profile as data in an open format, described in docs/profile.md."""

from datetime import datetime
from typing import Any

from nashra.accounts.models import Reader
from nashra.front.models import Follow, Interest, Lesson, Mute
from nashra.front.services.mixing import mix_of
from nashra.front.services.signals import decayed
from nashra.news.models import Subscription

VERSION = 1
WISHES = ("personalise", "learns", "measures_reading", "counts_mail", "keeps_days")


def profile_as_data(reader: Reader, *, now: datetime) -> dict[str, Any]:
    """All that the score may know of this reader, with weights as they stand now."""
    lessons = list(Lesson.objects.filter(reader=reader).select_related("article", "source").order_by("-at", "-pk"))
    mix = mix_of(reader)
    return {
        "format": "nashra-profile",
        "version": VERSION,
        "made_at": now.isoformat(),
        "settings": {name: getattr(reader, name) for name in WISHES},
        "mix": {"discover": mix.discover, "important": mix.important, "languages": mix.languages.name.lower()},
        "sources": [str(one.source) for one in Subscription.objects.filter(reader=reader).select_related("source")],
        "follows": [_said(one) for one in Follow.objects.filter(reader=reader).order_by("pk")],
        "mutes": [
            {**_said(one), "until": one.until and one.until.isoformat()}
            for one in Mute.objects.filter(reader=reader).order_by("pk")
        ],
        "interests": [_line(one, lessons, now) for one in Interest.objects.filter(reader=reader).order_by("pk")],
        "articles": [_lesson(number, one, now) for number, one in enumerate(lessons)],
    }


def _said(one: Follow | Mute) -> dict[str, Any]:
    return {"kind": one.kind, "key": one.key, "label": one.label, "aliases": one.aliases, "at": one.at.isoformat()}


def _line(line: Interest, lessons: list[Lesson], now: datetime) -> dict[str, Any]:
    return {
        "kind": line.kind,
        "key": line.key,
        "label": line.label,
        "state": line.state,
        "weight": round(decayed(line.weight, line.at, now), 4),
        "opened": line.opened,
        "passed": round(decayed(line.passed, line.at, now), 4),
        "learned_from": [number for number, one in enumerate(lessons) if line.pk in one.lines],
    }


def _lesson(number: int, lesson: Lesson, now: datetime) -> dict[str, Any]:
    return {
        "number": number,
        "title": lesson.title,
        "address": lesson.article.url if lesson.article else "",
        "source": str(lesson.source) if lesson.source else "",
        "weight": round(decayed(lesson.weight, lesson.at, now), 4),
        "done": {what: round(decayed(gain, lesson.at, now), 4) for what, gain in lesson.acts.items()},
        "at": lesson.at.isoformat(),
    }
