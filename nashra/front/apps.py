"""Django's entry for this app."""

from django.apps import AppConfig


class FrontConfig(AppConfig):
    """Registers the app with Django."""

    name = "nashra.front"
    label = "front"

    def ready(self) -> None:
        """Counts unread articles for pages of the news app."""
        from nashra.front import services
        from nashra.news import registry

        registry.unread_counters.append(services.unread_by_source)
