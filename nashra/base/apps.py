"""Django's entry for this app."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    """Registers the app with Django."""

    name = "nashra.base"
    label = "base"
