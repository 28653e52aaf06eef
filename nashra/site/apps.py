"""Django's entry for this app."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Registers the app with Django."""

    name = "nashra.site"
    label = "nashra_site"

    def ready(self) -> None:
        """The worker's heartbeat is a sweep; importing it registers it."""
        from nashra.site.health import beat  # noqa: F401
