"""Where allauth asks this project: who may sign up, what is a good address or password, how account mail is sent."""

from typing import Any

import qrcode  # type: ignore[import-untyped]
import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from qrcode.image.svg import SvgPathFillImage  # type: ignore[import-untyped]

from nashra.accounts import letters, services
from nashra.accounts.addresses import clean_address
from nashra.accounts.errors import AccountError, BadAddress, BadPassword
from nashra.accounts.models import Reader, Registration

log = structlog.get_logger(__name__)
_PASSWORD_LETTERS = ("account/email/password_changed", "account/email/password_set", "account/email/password_reset")


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """The project's answers to allauth's questions."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether this visitor may open an account: registration is open, or an invitation is at hand."""
        row = services.paper()
        return row.set_up_at is not None and (
            row.registration == Registration.OPEN or getattr(request, "invitation", None) is not None
        )

    def clean_email(self, email: str) -> str:
        """The address as it is kept."""
        try:
            return clean_address(email)
        except BadAddress as error:
            raise ValidationError(str(error)) from None

    def clean_password(self, password: str, user: Any = None) -> str:
        """A new password that is good enough."""
        try:
            services.check_password(password, user or Reader())
        except BadPassword as error:
            raise ValidationError(str(error)) from None
        return password

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """A confirmation link's button was pressed."""
        try:
            services.confirm(email_address)
        except AccountError as error:
            self.add_message(request, messages.ERROR, message=str(error))
            return False
        self.add_message(
            request, messages.SUCCESS, "account/messages/email_confirmed.txt", {"email": email_address.email}
        )
        return True

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        """The letter that asks whether an address is the reader's."""
        row = emailconfirmation.email_address
        letters.confirm_address(row.user, row.email, reverse("account_confirm_email", args=[emailconfirmation.key]))

    def send_password_reset_mail(self, user: Reader, email: str, context: dict[str, Any]) -> None:
        """The letter with the link to a new password."""
        path = reverse("account_reset_password_from_key", args=[context["uid"], context["key"]])
        letters.reset_password(user, email, path)

    def send_notification_mail(
        self, template_prefix: str, user: Reader, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tells the reader that password or factors changed."""
        self.send_mail(template_prefix, email or user.email, {"user": user})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Our own short letter in place of allauth's template of that name."""
        if template_prefix == "account/email/unknown_account":
            letters.no_account(email)
        elif template_prefix in _PASSWORD_LETTERS:
            letters.password_changed(context["user"])
        elif template_prefix.startswith("mfa/email/"):
            letters.factors_changed(context["user"])
        else:
            log.warning("accounts.letter_without_text", letter=template_prefix)


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What authenticator apps and passkeys call this paper, and the picture of a key."""

    def get_totp_issuer(self) -> str:
        """The paper's name."""
        return services.paper().name

    def _get_site_name(self) -> str:
        return services.paper().name

    def build_totp_svg(self, url: str) -> str:
        """The picture as it stands in a page, black on white in the dark too (the policy refuses `data:` pictures)."""
        return str(qrcode.make(url, image_factory=SvgPathFillImage).to_string(encoding="unicode"))
