"""What a reader types to save an address."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AddForm(forms.Form):
    """An address and, if one likes, tags."""

    url = forms.CharField(
        label=_("Address of the page"),
        max_length=5000,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "url", "autocapitalize": "none", "class": "edge"}),
    )
    tags = forms.CharField(
        label=_("Tags"), max_length=5000, required=False, help_text=_("Several tags are separated by commas.")
    )
