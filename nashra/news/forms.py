"""What a reader types about sources."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nashra.core.feeds.watching import LONGEST
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


def _selector(label: Any, hint: Any = "", *, required: bool = False) -> forms.CharField:
    attributes = {"dir": "ltr", "autocapitalize": "none", "spellcheck": "false", "class": "edge"}
    widget = forms.TextInput(attrs=attributes)
    return forms.CharField(label=label, help_text=hint, max_length=LONGEST, required=required, widget=widget)


class SelectorsForm(forms.Form):
    """Where the items of a watched page are, by CSS selectors."""

    item = _selector(_("Each item"), _("A CSS selector, such as article or ul.news > li."), required=True)
    title = _selector(_("Its title"), _("What is left empty is looked for inside each item."))
    link = _selector(_("Its link"))
    date = _selector(_("Its date"))
    summary = _selector(_("Its summary"))
    image = _selector(_("Its picture"))


class WatchForm(SelectorsForm):
    """A page to watch: what the sources page asks for, and the selectors."""

    address = forms.CharField(max_length=2000, widget=forms.HiddenInput)
    folder = forms.CharField(max_length=FOLDER, required=False, widget=forms.HiddenInput)
    private = forms.BooleanField(required=False, widget=forms.HiddenInput)


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
