"""Letters about an account: what each says. They go through `base.outbox` like all mail, in the reader's language."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from nashra.accounts.models import Reader
from nashra.accounts.services.paper import paper
from nashra.base import outbox

KIND = "account"
Action = tuple[str, str]


def absolute(path: str) -> str:
    """A path of this site under its public address; a request's Host header is never believed in a letter."""
    return f"{settings.NASHRA_URL}{path}"


def _send(to: str, reader: Reader | None, subject: str, paragraphs: list[str], action: Action | None = None) -> None:
    outbox.send_note(
        KIND,
        to=to,
        reader_id=reader.pk if reader else None,
        subject=subject,
        paragraphs=paragraphs,
        action=action,
        language=translation.get_language() or settings.LANGUAGE_CODE,
        paper_name=paper().name,
    )


def _not_you() -> str:
    return _("If this was not you, reset your password now and end the other sessions in the settings.")


def confirm_address(reader: Reader, address: str, path: str) -> None:
    """Asks whether this address is the reader's; the link in it changes nothing until its button is pressed."""
    with translation.override(reader.language):
        paragraphs = [
            _("Someone, most likely you, gave this address for an account here."),
            _("Press the button on the page that opens to confirm it. The link works for a day."),
            _("If it was not you, do nothing: no mail will follow."),
        ]
        action = (_("Confirm the address"), absolute(path))
        _send(address, reader, _("Confirm your e-mail address"), paragraphs, action)


def reset_password(reader: Reader, address: str, path: str) -> None:
    """The link to a new password."""
    with translation.override(reader.language):
        paragraphs = [
            _("Someone, most likely you, asked for a new password for this account."),
            _("The link works once, for an hour. The present password stays until you choose another."),
            _("If it was not you, do nothing."),
        ]
        action = (_("Choose a new password"), absolute(path))
        _send(address, reader, _("A new password"), paragraphs, action)


def has_account(reader: Reader) -> None:
    """Tells who signed up twice that there is an account, and tells nobody else."""
    with translation.override(reader.language):
        paragraphs = [
            _("Someone, most likely you, tried to open an account with this address. There is one already."),
            _("Sign in with it, or choose a new password if you forgot yours."),
        ]
        action = (_("Choose a new password"), absolute(reverse("account_reset_password")))
        _send(reader.email, reader, _("You have an account already"), paragraphs, action)


def no_account(address: str) -> None:
    """Tells who asked for a new password that this address has no account."""
    paragraphs = [
        _("Someone, most likely you, asked for a new password, but there is no account with this address."),
        _("Perhaps you signed up with another one. If it was not you, do nothing."),
    ]
    _send(address, None, _("No account with this address"), paragraphs)


def address_changed(reader: Reader, old: str) -> None:
    """Tells the old address that it is not the account's any more; the new one is not named in it."""
    with translation.override(reader.language):
        paragraphs = [_("Your account has another e-mail address now. Letters no longer come here."), _not_you()]
        _send(old, reader, _("Your e-mail address was changed"), paragraphs)


def password_changed(reader: Reader) -> None:
    """Tells that the password is another."""
    with translation.override(reader.language):
        paragraphs = [_("The password of your account was changed. All other sessions have ended."), _not_you()]
        _send(reader.email, reader, _("Your password was changed"), paragraphs)


def factors_changed(reader: Reader) -> None:
    """Tells that passkeys, the authenticator app or recovery codes changed."""
    with translation.override(reader.language):
        paragraphs = [
            _("The ways to sign in to your account were changed. All other sessions have ended."),
            _not_you(),
        ]
        _send(reader.email, reader, _("Your ways to sign in were changed"), paragraphs)
