"""The owner's page: readers and their roles, addresses that wait, invitations."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from nashra.accounts import letters, services
from nashra.accounts.access import current_reader, owner_required, reader_for_owner
from nashra.accounts.errors import AccountError
from nashra.accounts.forms import InvitationForm, RoleForm
from nashra.accounts.models import Reader, Role
from nashra.base import notices

PER_PAGE = 50


def _owner(request: HttpRequest) -> Reader:
    owner = current_reader(request)
    assert owner is not None
    return owner


def _page(request: HttpRequest, **more: Any) -> HttpResponse:
    """The page with its parts; `more` replaces a form that had errors, or adds the link just made."""
    readers = Paginator(services.list_readers(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "readers": readers,
        "roles": Role.choices,
        "waiting": services.waiting_confirmations(),
        "invitations": services.open_invitations(timezone.now()),
        "invitation_form": InvitationForm(),
    }
    return render(request, "accounts/people.html", {**context, **more})


@never_cache
@owner_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody and everything that waits."""
    return _page(request)


@never_cache
@owner_required
@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Makes an invitation and shows its link, this once: only a hash of it is kept."""
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _page(request, invitation_form=form)
    data = form.cleaned_data
    path = services.invite(_owner(request), data["role"], data["note"], data["days"])
    return _page(request, made_link=letters.absolute(path), made_note=data["note"])


@owner_required
@require_POST
def revoke(request: HttpRequest, link_id: int) -> HttpResponse:
    """Takes an invitation back."""
    if not services.revoke_invitation(link_id):
        raise Http404
    notices.say(request, _("The invitation does not work any more."))
    return redirect("people")


@owner_required
@require_POST
def confirm_address(request: HttpRequest, reader_id: int) -> HttpResponse:
    """The owner vouches for an address."""
    owner = _owner(request)
    try:
        address = services.confirm_address(owner, reader_for_owner(owner, reader_id))
    except AccountError as error:
        notices.say(request, str(error), level=messages.ERROR)
    else:
        notices.say(request, _("%(address)s is confirmed.") % {"address": address})
    return redirect("people")


@owner_required
@require_POST
def role(request: HttpRequest, reader_id: int) -> HttpResponse:
    """Gives a reader another role."""
    form = RoleForm(request.POST)
    reader = reader_for_owner(_owner(request), reader_id)
    if form.is_valid():
        try:
            services.change_role(reader, form.cleaned_data["role"])
        except AccountError as error:
            notices.say(request, str(error), level=messages.ERROR)
        else:
            notices.say(request, _("The role is changed."))
    return redirect("people")


@owner_required
@require_POST
def active(request: HttpRequest, reader_id: int) -> HttpResponse:
    """Closes an account's door (`on=0`) or opens it again (`on=1`); nothing is deleted."""
    reader = reader_for_owner(_owner(request), reader_id)
    try:
        if request.POST.get("on") == "1":
            services.reactivate(reader)
        else:
            services.deactivate(reader)
    except AccountError as error:
        notices.say(request, str(error), level=messages.ERROR)
    else:
        notices.say(request, _("Saved."))
    return redirect("people")
