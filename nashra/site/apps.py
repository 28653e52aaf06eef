"""Django's entry for this app."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Registers the app with Django."""

    name = "nashra.site"
    label = "nashra_site"

    def ready(self) -> None:
        """The worker's heartbeat and the ping to our own feeds' hub are sweeps; importing registers them."""
        from nashra.site import announcing  # noqa: F401
        from nashra.site.health import beat  # noqa: F401
