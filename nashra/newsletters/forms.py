"""The form of a reader's digest."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from nashra.accounts import zones
from nashra.base import locale
from nashra.core.mail.schedule import EVERY_DAY
from nashra.newsletters.models import Digest
from nashra.newsletters.services import LENGTHS

STEP = 30  # minutes between the times offered


def day_choices() -> list[tuple[int, str]]:
    """The days from Saturday, each with its bit's number. Seven stand side by side on a phone."""
    # Translators: short names of weekdays, without an article («سبت», «أحد»)
    names = [
        pgettext("short weekday", "Sat"), pgettext("short weekday", "Sun"), pgettext("short weekday", "Mon"),
        pgettext("short weekday", "Tue"), pgettext("short weekday", "Wed"), pgettext("short weekday", "Thu"),
        pgettext("short weekday", "Fri"),
    ]  # fmt: skip
    return list(enumerate(names))


def _time_choices(now: str) -> list[tuple[str, str]]:
    """Every half hour, and the time chosen so far."""
    times = {f"{at // 60:02d}:{at % 60:02d}" for at in range(0, 24 * 60, STEP)} | {now}
    return [(at, locale.to_digits(at)) for at in sorted(times)]


def _length_choices() -> list[tuple[int, str]]:
    return [(n, ngettext("%(count)s piece", "%(count)s pieces", n) % {"count": locale.number(n)}) for n in LENGTHS]


def _zone_name(zone: str) -> str:
    """The city of a time zone in the reader's language."""
    named: dict[str, str] = {}
    for value, label in zones.choices(zone):
        named |= dict(label) if isinstance(label, list) else {value: label}
    return named.get(zone, zone)


class DigestForm(forms.Form):
    """When a digest comes and how long it is; `wishes` are what `services.change_digest` takes."""

    is_on = forms.BooleanField(label=gettext_lazy("Send me my digest"), required=False)
    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Empty: by the time of day, such as “Morning digest”."),
    )
    time = forms.ChoiceField(label=gettext_lazy("Time"))
    days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days"), coerce=int, error_messages={"required": gettext_lazy("Choose at least one day.")}
    )
    length = forms.TypedChoiceField(label=gettext_lazy("Length"), coerce=int, widget=forms.RadioSelect)
    quiet = forms.BooleanField(label=gettext_lazy("Nothing is sent when nothing is new"), required=False)

    def __init__(self, data: Any = None, *, digest: Digest) -> None:
        at = f"{digest.hour:02d}:{digest.minute:02d}"
        initial = {
            "is_on": digest.is_on, "name": digest.name, "time": at, "length": digest.length, "quiet": digest.quiet,
            "days": [bit for bit in range(7) if digest.days >> bit & 1],
        }  # fmt: skip
        super().__init__(data, initial=initial)
        clock = self._field("time", _time_choices(at))
        clock.help_text = _("By the clock of %(zone)s.") % {"zone": _zone_name(digest.reader.time_zone)}
        self._field("days", day_choices())
        self._field("length", _length_choices())

    def _field(self, name: str, choices: list[tuple[Any, str]]) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        return field

    @property
    def wishes(self) -> dict[str, Any]:
        """The chosen values."""
        found = self.cleaned_data
        hour, minute = map(int, found["time"].split(":"))
        days = sum(1 << bit for bit in found["days"]) & EVERY_DAY
        kept = {name: found[name] for name in ("is_on", "name", "length", "quiet")}
        return {**kept, "hour": hour, "minute": minute, "days": days}
