"""Django's entry for this app."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Registers the app with Django."""

    name = "nashra.site"
    label = "nashra_site"
