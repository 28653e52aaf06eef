"""Django's entry for this app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers the app with Django."""

    name = "nashra.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Wires what follows a change of password or factor, and what is exported and deleted."""
        from allauth.account import signals as account
        from allauth.mfa import signals as mfa

        from nashra.accounts import events, exports

        account.password_changed.connect(events.password_changed)
        account.password_set.connect(events.password_changed)
        account.password_reset.connect(events.password_reset)
        for signal in (mfa.authenticator_added, mfa.authenticator_removed, mfa.authenticator_reset):
            signal.connect(events.factor_changed)
        exports.register()
