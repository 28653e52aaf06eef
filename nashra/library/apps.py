"""Django's entry for this app."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """Registers the app with Django."""

    name = "nashra.library"
    label = "library"

    def ready(self) -> None:
        """Hooks into the apps below: what is exported, which old articles stay; and registers the tasks."""
        from nashra.library import tasks
        from nashra.library.services import exporting
        from nashra.library.services.saving import saved_among
        from nashra.news import registry

        exporting.register()
        registry.keepers.append(saved_among)
        assert tasks.archive_soon  # registered by its import
