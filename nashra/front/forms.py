"""The form by which a reader corrects followed or muted words."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nashra.front.models import Follow, Mute, Sense
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
