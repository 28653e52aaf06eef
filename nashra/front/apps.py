"""Django's entry for this app."""

from django.apps import AppConfig


class FrontConfig(AppConfig):
    """Registers the app with Django."""

    name = "nashra.front"
    label = "front"

    def ready(self) -> None:
        """Counts, hides and reads articles for the news app, exports a reader's rows, and starts its sweep."""
        from django.db.models import Exists

        from nashra.accounts.registry import deleters, export_model
        from nashra.front import models, muting, services, shelf, tasks  # noqa: F401 (its sweep registers itself)
        from nashra.front.services import filtering, finding, popularity
        from nashra.news import registry

        registry.after_ingest.append(shelf.came)
        registry.unread_counters.append(services.unread_by_source)
        registry.unmuted.append(muting.unmuted)
        registry.filter_actions.update(filtering.ACTIONS)
        registry.search_filters.update(finding.FILTERS)
        signals = models.Signal.objects
        registry.active_readers.append(lambda reader, since: Exists(signals.filter(reader=reader, at__gte=since)))
        deleters.append(popularity.uncount)
        export_model(models.Follow, leave_out=["feed_key"])
        for model in (models.Mute, models.Mark, models.Signal, models.Interest):
            export_model(model)
        export_model(models.Edition, leave_out=["features"])
        export_model(models.Lesson, leave_out=["terms"])
        export_model(models.Pick, path="by")
