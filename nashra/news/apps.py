"""Django's entry for this app."""

from django.apps import AppConfig


class NewsConfig(AppConfig):
    """Registers the app with Django."""

    name = "nashra.news"
    label = "news"
