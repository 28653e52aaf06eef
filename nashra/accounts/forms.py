"""What readers and owners type about accounts."""

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.account.utils import get_login_redirect_url
from allauth.core import ratelimit
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.utils.translation import gettext_lazy as _

from nashra.accounts import letters, services, zones
from nashra.accounts.addresses import clean_address, same_address
from nashra.accounts.errors import AddressTaken, BadAddress, BadPassword
from nashra.accounts.models import Reader, Registration, Role
from nashra.base import locale

THEMES = [("system", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))]
TEXT_SIZES = [("s", _("Small")), ("m", _("Medium")), ("l", _("Large")), ("xl", _("Very large"))]
DIGITS = [("latn", "123"), ("arab", "١٢٣")]
_TELLING = date(2026, 8, 24)  # August is called differently in every custom
LANGUAGES = [(code, locale.LANGUAGES[code].name) for code in locale.INTERFACE]


class AddressField(forms.CharField):
    """An e-mail address, given back as it is kept."""

    def __init__(self, **options: Any) -> None:
        attrs = {"autocomplete": options.pop("autocomplete", "email"), "inputmode": "email", "dir": "ltr"}
        options.setdefault("label", _("E-mail address"))
        super().__init__(widget=forms.EmailInput(attrs=attrs), max_length=254, **options)

    def clean(self, value: Any) -> str:
        """The address in its one form; says what is wrong with it otherwise."""
        try:
            return clean_address(super().clean(value))
        except BadAddress as error:
            raise forms.ValidationError(str(error)) from None


class PasswordField(forms.CharField):
    """A password; `autocomplete` is "new-password" or "current-password"."""

    def __init__(self, autocomplete: str, **options: Any) -> None:
        options.setdefault("label", _("Password"))
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(widget=widget, strip=False, max_length=services.PASSWORD_LETTERS, **options)


class ZoneField(forms.CharField):
    """The browser's own time zone, which the page's script fills in; empty without one, or where we do not know it."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput(attrs={"data-zone": ""}))

    def clean(self, value: Any) -> str:
        """The zone, if it is one."""
        zone = str(value or "")
        return zone if zone in available_timezones() else ""


def _name_field() -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "name"})
    return forms.CharField(label=_("Name"), required=False, max_length=services.NAME_LETTERS, widget=widget)


class SignInForm(allauth_forms.LoginForm):  # type: ignore[misc]  # allauth has no types
    """Address and password. However the address is written, it is looked for in the form in which it is kept."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = forms.EmailInput(attrs={"autocomplete": "username", "dir": "ltr"})
        self.fields["login"] = forms.CharField(label=_("E-mail address"), max_length=254, widget=widget)
        self.fields["password"] = PasswordField("current-password")
        self.order_fields(["login", "password"])

    def clean_login(self) -> str:
        """The address to look for."""
        return same_address(self.cleaned_data["login"])


class SignUpForm(allauth_forms.SignupForm):  # type: ignore[misc]
    """A stranger's account. An address that has one already gets the same answer, and a letter that says so."""

    name = _name_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = _("We send a link to confirm it, and give it to nobody.")
        self.fields["email"] = AddressField(help_text=hint)
        self.fields["password1"] = PasswordField("new-password", help_text=_("At least 8 letters; 15 are better."))
        self.fields["time_zone"] = ZoneField()
        self.order_fields(["email", "password1", "name", "time_zone"])

    def validate_unique_email(self, value: str) -> str:
        """Remembers whether there is an account; never says so here."""
        self.account_already_exists = Reader.objects.filter(email=value).exists()
        return value

    def try_save(self, request: HttpRequest) -> tuple[Reader | None, HttpResponse | None]:
        """The new reader, or the answer that does not tell a known address from a new one."""
        if not self.account_already_exists:
            try:
                return self.save(request), None
            except AddressTaken:  # another one was quicker
                pass
        make_password(self.cleaned_data["password1"])  # the same work as for a new account
        return None, self._same_answer(request)

    def save(self, request: HttpRequest) -> Reader:
        """The new reader; raises `LinkSpent` when an invitation was used meanwhile."""
        data = self.cleaned_data
        return services.register(
            data["email"],
            data["password1"],
            name=data["name"],
            language=getattr(request, "LANGUAGE_CODE", ""),
            time_zone=data["time_zone"],
            region=locale.current().region,
            invitation=getattr(request, "invitation", None),
        )

    def _same_answer(self, request: HttpRequest) -> HttpResponse:
        email = self.cleaned_data["email"]
        reader = Reader.objects.get(email=email)
        if ratelimit.consume(request, action="confirm_email", key=email):
            letters.has_account(reader)
            get_adapter().add_message(
                request, messages.INFO, "account/messages/email_confirmation_sent.txt", {"email": email}
            )
        request.session.cycle_key()  # as signing in does, so that the cookies are alike as well
        rotate_token(request)
        return HttpResponseRedirect(get_login_redirect_url(request, signup=True))


class ResetForm(allauth_forms.ResetPasswordForm):  # type: ignore[misc]
    """Asks for the link to a new password."""

    email = AddressField()


class ChangeAddressForm(forms.Form):
    """Another e-mail address."""

    email = AddressField(label=_("New e-mail address"))


class PaperForm(forms.Form):
    """What the owner decides about the paper."""

    name = forms.CharField(label=_("Name of the paper"), max_length=services.NAME_LETTERS)
    language = forms.ChoiceField(label=_("Language of the paper"), choices=LANGUAGES, widget=forms.RadioSelect)
    registration = forms.ChoiceField(label=_("Who may open an account"), choices=Registration)
    public = forms.BooleanField(
        label=_("Visitors see the front page"),
        required=False,
        help_text=_("Headlines, summaries and links out; what readers have and do stays theirs."),
    )


class SetUpForm(forms.Form):
    """The owner's first form: account and paper."""

    email = AddressField(help_text=_("You sign in with it. It needs no confirmation."))
    password = PasswordField("new-password", help_text=_("At least 8 letters; 15 are better."))
    name = _name_field()
    paper_name = forms.CharField(label=_("Name of the paper"), max_length=services.NAME_LETTERS)
    language = forms.ChoiceField(label=_("Language of the paper"), choices=LANGUAGES, widget=forms.RadioSelect)
    registration = forms.ChoiceField(
        label=_("Who may open an account"), choices=Registration, initial=Registration.INVITED
    )
    public = forms.BooleanField(
        label=_("Visitors see the front page"),
        required=False,
        help_text=_("Headlines, summaries and links out; what readers have and do stays theirs."),
    )

    time_zone = ZoneField()

    def clean(self) -> dict[str, Any]:
        """Checks the password against address and name."""
        data = super().clean() or {}
        if "password" in data:
            person = Reader(email=data.get("email", ""), name=data.get("name", ""))
            try:
                services.check_password(data["password"], person)
            except BadPassword as error:
                self.add_error("password", str(error))
        return data


class PreferencesForm(forms.Form):
    """How a reader wants the pages: words, clock, digits, colours, letters."""

    name = _name_field()
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, widget=forms.RadioSelect)
    time_zone = forms.ChoiceField(label=_("Time zone"))
    digits = forms.ChoiceField(label=_("Digits"), choices=DIGITS, widget=forms.RadioSelect)
    region = forms.ChoiceField(label=_("Names of months"), required=False)
    hijri = forms.BooleanField(
        label=_("Hijri date beside the Gregorian"),
        required=False,
        help_text=_("By the Umm al-Qura calendar; the day changes at midnight on your clock."),
    )
    theme = forms.ChoiceField(label=_("Colours"), choices=THEMES, widget=forms.RadioSelect, required=False)
    text = forms.ChoiceField(label=_("Size of text"), choices=TEXT_SIZES, widget=forms.RadioSelect, required=False)
    personalise = forms.BooleanField(
        label=_("Choose and order the news for me"),
        required=False,
        help_text=_("Off: everything from your sources by time, and nothing is learned."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choices("time_zone", zones.choices(settings.TIME_ZONE, str(self.initial.get("time_zone", ""))))
        language = str(self.initial.get("language", ""))
        months = month_choices(language)
        if months:
            self._choices("region", months)
            self.initial["region"] = locale.custom_of(language, str(self.initial.get("region", "")))
        else:
            del self.fields["region"]

    def _choices(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def month_choices(language: str) -> list[tuple[str, str]]:
    """The customs of naming months in a language, each with a date that tells it from others; none to choose: []."""
    places = {
        "": _("Egypt, Sudan, Libya, Yemen, the Gulf"),
        "SY": _("Syria, Lebanon, Jordan, Palestine, Iraq"),
        locale.BOTH: _("both names"),
        "TN": _("Tunisia, Algeria"),
        "MA": _("Morocco"),
        "MR": _("Mauritania"),
    }
    customs = locale.CUSTOMS.get(language, ())
    examples = [locale.date(_TELLING, language=language, region=custom) for custom in customs]
    return [(custom, f"{example} · {places[custom]}") for custom, example in zip(customs, examples, strict=True)]


class InvitationForm(forms.Form):
    """An invitation for one person."""

    note = forms.CharField(
        label=_("For whom"), required=False, max_length=services.NAME_LETTERS, help_text=_("A note for yourself alone.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role, initial=Role.READER)
    days = forms.TypedChoiceField(
        label=_("Good for"),
        coerce=int,
        initial=14,
        choices=[(1, _("a day")), (7, _("a week")), (14, _("two weeks")), (60, _("two months"))],
    )


class RoleForm(forms.Form):
    """Another role for a reader."""

    role = forms.ChoiceField(choices=Role)


class DeletionForm(forms.Form):
    """Proves that the reader means it: the password, or the address typed out where there is no password."""

    password = PasswordField("current-password", required=False)
    email = forms.CharField(
        label=_("Your e-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "dir": "ltr"}),
    )

    def __init__(self, *args: Any, reader: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        unused = "email" if reader.has_usable_password() else "password"
        del self.fields[unused]
        for field in self.fields.values():
            field.required = True

    def clean_password(self) -> str:
        """Tries are limited as at sign-in."""
        password: str = self.cleaned_data["password"]
        if not get_adapter().reauthenticate(self.reader, password):
            raise forms.ValidationError(_("This is not your password."))
        return password

    def clean_email(self) -> str:
        """The address must be the account's."""
        email = same_address(self.cleaned_data["email"])
        if email != self.reader.email:
            raise forms.ValidationError(_("This is not the address of this account."))
        return email
