"""What a reader types or chooses about follows, mutes and the profile."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nashra.accounts.models import Reader
from nashra.core.rank.mix import LEAST, Languages, Mix
from nashra.core.rank.mix import MOST as GREATEST
from nashra.front.models import Follow, Mute, Sense
from nashra.front.services.mixing import mix_of
from nashra.front.services.recording import DAYS as KEPT_DAYS
from nashra.front.services.recording import Privacy
from nashra.front.words import kind_of

DAYS = (("", _("For good")), ("1", _("One day")), ("7", _("One week")), ("30", _("One month")))
_SAME = "same"


class WordsForm(forms.Form):
    """What kind of name words are and how else it is written; for a mute also how long it holds."""

    sense = forms.ChoiceField(
        label=_("What it names"),
        choices=Sense.choices,
        required=False,
        help_text=_("A place is also found by its people, a subject by its plurals."),
    )
    aliases = forms.CharField(
        label=_("Also written as"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_("One in each line, in any language. A line that begins with - is a form to leave out."),
    )
    days = forms.ChoiceField(label=_("How long"), choices=((_SAME, _("As it is")), *DAYS), required=False)

    def __init__(self, data: Mapping[str, Any] | None, *, row: Follow | Mute) -> None:
        super().__init__(data, initial={"sense": row.sense, "aliases": "\n".join(row.aliases), "days": _SAME})
        if not row.sense:
            guess = Sense(kind_of(row)).label
            self.fields["sense"].choices = [  # type: ignore[attr-defined]
                ("", _("As the words suggest: %(kind)s") % {"kind": guess}),
                *Sense.choices[1:],
            ]
        if isinstance(row, Follow):
            del self.fields["days"]

    @property
    def ends_anew(self) -> bool:
        """Whether another end was chosen for the mute."""
        return bool(self.cleaned_data.get("days", _SAME) != _SAME)

    @property
    def days_from_now(self) -> int | None:
        """For how many days from now; None for good."""
        return int(self.cleaned_data["days"]) if self.cleaned_data["days"] else None


class _Range(forms.NumberInput):
    """A slider of five steps that works from the keyboard and without script."""

    input_type = "range"

    def __init__(self) -> None:
        super().__init__(attrs={"min": LEAST, "max": GREATEST, "step": 1, "class": "range"})


class _RangeField(forms.IntegerField):
    """A step between two ends, which `ends` names."""

    def __init__(self, label: Any, ends: tuple[Any, Any]) -> None:
        super().__init__(label=label, min_value=LEAST, max_value=GREATEST, widget=_Range())
        self.ends = ends


class MixForm(forms.Form):
    """The mix of the page."""

    discover = _RangeField(_("What you follow, or discovery?"), (_("What I follow"), _("Discovery")))
    important = _RangeField(_("The newest, or the most important?"), (_("The newest"), _("The most important")))
    languages = forms.TypedChoiceField(
        label=_("Other languages"),
        choices=(
            (Languages.OWN.value, _("Mine alone")),
            (Languages.FOLLOWED.value, _("Those of what I follow")),
            (Languages.ALL.value, _("All languages")),
        ),
        coerce=int,
        widget=forms.RadioSelect,
    )

    @classmethod
    def of(cls, reader: Reader) -> "MixForm":
        """The form with what holds now."""
        mix = mix_of(reader)
        initial = {"discover": mix.discover, "important": mix.important, "languages": mix.languages.value}
        return cls(initial=initial)

    @property
    def mix(self) -> Mix:
        """What was chosen."""
        said = self.cleaned_data
        return Mix(said["discover"], said["important"], Languages(said["languages"]))


class PrivacyForm(forms.Form):
    """What is recorded of a reader, and for how long."""

    personalise = forms.BooleanField(
        label=_("Choose and order the news for me"),
        required=False,
        help_text=_("Off: what most sources tell, and what is new; nothing is learned."),
    )
    learns = forms.BooleanField(
        label=_("Learn from what I do"),
        required=False,
        help_text=_("Off: what is known is used, and nothing is added."),
    )
    measures_reading = forms.BooleanField(
        label=_("Note how far and how long I read"),
        required=False,
        help_text=_("In four coarse steps of time, on this server alone."),
    )
    counts_mail = forms.BooleanField(
        label=_("Note which pieces I open from letters"),
        required=False,
        help_text=_("Links in your digest then say that they are from it. No picture and no detour counts anything."),
    )
    keeps_days = forms.TypedChoiceField(
        label=_("Keep the record of what I did"),
        choices=[
            (KEPT_DAYS[0], _("A week")),
            (KEPT_DAYS[1], _("A month")),
            (KEPT_DAYS[2], _("Three months")),
            (KEPT_DAYS[3], _("A year")),
        ],
        coerce=int,
        widget=forms.RadioSelect,
        help_text=_("What was learned from it stays, and is halved every 30 days."),
    )

    @classmethod
    def of(cls, reader: Reader) -> "PrivacyForm":
        """The form with what holds now."""
        return cls(initial={name: getattr(reader, name) for name in cls.base_fields})

    @property
    def wishes(self) -> Privacy:
        """What was chosen."""
        return Privacy(**self.cleaned_data)
