"""What a reader types about sources."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nashra.news.services.subscriptions import FOLDER, split_tags


class AddForm(forms.Form):
    """A source to follow: the address of a feed, or of a site that has one."""

    address = forms.CharField(
        label=_("Address of a site or feed"),
        max_length=2000,
        widget=forms.TextInput(
            attrs={"dir": "ltr", "inputmode": "url", "autocapitalize": "none", "spellcheck": "false", "class": "edge"}
        ),
    )
    folder = forms.CharField(label=_("Folder"), max_length=FOLDER, required=False)
    private = forms.BooleanField(
        label=_("Only for me"),
        required=False,
        help_text=_("Nobody else here sees this source or its articles. An address with a password is private anyway."),
    )


class EditForm(forms.Form):
    """A followed source: the reader's own name for it, its folder, and further names under which it is found."""

    title = forms.CharField(label=_("Your name for it"), max_length=300, required=False)
    folder = forms.CharField(label=_("Folder"), max_length=FOLDER, required=False)
    tags = forms.CharField(
        label=_("Tags"),
        max_length=2000,
        required=False,
        help_text=_("With commas between them, for example: sea, local"),
    )

    def clean_tags(self) -> list[str]:
        """The names, each once."""
        return split_tags(self.cleaned_data["tags"])


class OpmlForm(forms.Form):
    """A list of subscriptions from another reader."""

    file = forms.FileField(
        label=_("OPML file"), widget=forms.FileInput(attrs={"accept": ".opml,.xml,text/x-opml,application/xml"})
    )
    private = forms.BooleanField(
        label=_("Only for me"),
        required=False,
        help_text=_(
            "Nobody else here sees these sources or their articles. Those that you follow already stay as they are."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "opml_%s", **kwargs})  # it stands on one page with AddForm
