"""Pages at the door: the owner's set-up, invitations, another e-mail address. Looking at a link never spends it."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.utils import perform_login
from allauth.account.views import SignupView
from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from nashra.accounts import letters, services
from nashra.accounts.access import current_reader, reader_required
from nashra.accounts.errors import AccountError, LinkSpent
from nashra.accounts.forms import ChangeAddressForm, SetUpForm
from nashra.base import locale, notices


def link_gone(request: HttpRequest) -> HttpResponse:
    """A one-time link that does not work (any more): says so, and what to do."""
    return render(request, "accounts/link_gone.html", status=404)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest, secret: str) -> HttpResponseBase:
    """The owner's set-up, opened by the one-time link that the terminal printed."""
    if services.setup_link(secret, timezone.now()) is None:
        return link_gone(request)
    initial = {"language": getattr(request, "LANGUAGE_CODE", ""), "paper_name": services.paper().name}
    form = SetUpForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            region = locale.current().region
            owner = services.set_up(secret, **form.cleaned_data, region=region, now=timezone.now())
        except LinkSpent:
            return link_gone(request)
        except AccountError as error:
            form.add_error(None, str(error))
        else:
            return perform_login(request, owner, email_verification="none", redirect_url=reverse("front"))  # type: ignore[no-any-return]
    return render(request, "accounts/setup.html", {"form": form})


class InvitationView(SignupView):  # type: ignore[misc]  # allauth has no types
    """The sign-up form for one person with an invitation; sending it spends the invitation."""

    def dispatch(self, request: HttpRequest, secret: str, **kwargs: Any) -> HttpResponseBase:
        """Whoever is signed in already keeps the invitation for another person."""
        request.invitation = services.invitation(secret, timezone.now())  # type: ignore[attr-defined]
        if request.invitation is None:  # type: ignore[attr-defined]
            return link_gone(request)
        if request.user.is_authenticated:
            return render(request, "accounts/invited_already.html")
        try:
            answer: HttpResponseBase = super().dispatch(request, **kwargs)
        except LinkSpent:
            return link_gone(request)
        return answer


@never_cache
@reader_required
@require_http_methods(["GET", "HEAD", "POST"])
def email(request: HttpRequest) -> HttpResponseBase:
    """The reader's address: what it is, whether it is confirmed, another one, the confirming letter once more."""
    reader = current_reader(request)
    assert reader is not None
    form = ChangeAddressForm(request.POST if "change" in request.POST else None)
    if request.method == "POST":
        if "change" not in request.POST:
            return _about_waiting(request)
        if form.is_valid():
            refused = ratelimit.consume_or_429(request, action="manage_email")
            return refused or _change(request, form.cleaned_data["email"])
    waiting = services.waiting_address(reader)
    return render(request, "account/email.html", {"form": form, "waiting": waiting})


def _change(request: HttpRequest, address: str) -> HttpResponse:
    """Asks for the new address; somebody else's address gets a letter, and its asker the same answer."""
    reader = current_reader(request)
    assert reader is not None
    row = services.ask_address_change(reader, address)
    holder = services.find_reader(address)
    if row.verified:
        notices.say(request, _("This is your address already."))
    elif holder is None or holder == reader:
        send_verification_email_to_address(request, row)
    elif ratelimit.consume(request, action="confirm_email", key=address):
        letters.has_account(holder)
        get_adapter().add_message(
            request, messages.INFO, "account/messages/email_confirmation_sent.txt", {"email": address}
        )
    return redirect("account_email")


def _about_waiting(request: HttpRequest) -> HttpResponse:
    """Sends the letter again, or keeps the present address after all."""
    reader = current_reader(request)
    assert reader is not None
    row = services.waiting_address(reader)
    if "forget" in request.POST:
        services.forget_address_change(reader)
        notices.say(request, _("Your address stays as it is."))
    elif "again" in request.POST and row is not None:
        holder = services.find_reader(row.email)
        if holder in (None, reader):
            send_verification_email_to_address(request, row)
    return redirect("account_email")
