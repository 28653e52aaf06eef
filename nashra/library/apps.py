"""Django's entry for this app."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """Registers the app with Django."""

    name = "nashra.library"
    label = "library"
