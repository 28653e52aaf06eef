"""Django's entry for this app."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """Registers the app with Django."""

    name = "nashra.library"
    label = "library"

    def ready(self) -> None:
        """Hooks into the apps below: what is exported, which articles stay, what rules save; registers the tasks."""
        from nashra.library import tasks
        from nashra.library.services import exporting, filtering, finding
        from nashra.library.services.saving import saved_among
        from nashra.news import registry

        exporting.register()
        registry.keepers.append(saved_among)
        registry.filter_actions.update(filtering.ACTIONS)
        registry.search_filters.update(finding.FILTERS)
        assert tasks.archive_soon  # registered by its import
