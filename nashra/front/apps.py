"""Django's entry for this app."""

from django.apps import AppConfig


class FrontConfig(AppConfig):
    """Registers the app with Django."""

    name = "nashra.front"
    label = "front"
