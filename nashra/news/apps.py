"""Django's entry for this app."""

from django.apps import AppConfig


class NewsConfig(AppConfig):
    """Registers the app with Django."""

    name = "nashra.news"
    label = "news"

    def ready(self) -> None:
        """Registers the sweeps, rules at work on what comes in, and how a reader's sources are exported."""
        from nashra.accounts import registry
        from nashra.base import metrics
        from nashra.news import exports, tallies, tasks  # noqa: F401  (the sweeps register themselves)
        from nashra.news import registry as hooks
        from nashra.news.filters.applying import on_ingest
        from nashra.news.models import PendingImport, Rule, RuleHit, Subscription

        hooks.after_ingest.append(on_ingest)
        metrics.providers.append(tallies.families)
        registry.export_model(Subscription)
        registry.export_model(Rule)
        registry.export_model(RuleHit, path="rule__reader")
        registry.export_model(PendingImport, leave_out=["body"])
        registry.exporters["news.Source"] = exports.sources
        registry.file_exporters.append(exports.opml)
