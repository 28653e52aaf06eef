"""Django's entry for this app."""

from django.apps import AppConfig


class NewsroomConfig(AppConfig):
    """Registers the app with Django."""

    name = "nashra.newsroom"
    label = "newsroom"
