"""Django's entry for this app."""

from django.apps import AppConfig


class NewslettersConfig(AppConfig):
    """Registers the app with Django."""

    name = "nashra.newsletters"
    label = "newsletters"
