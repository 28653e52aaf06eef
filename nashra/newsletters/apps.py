"""Django's entry for this app."""

from typing import Any

from django.apps import AppConfig


class NewslettersConfig(AppConfig):
    """Registers the app with Django."""

    name = "nashra.newsletters"
    label = "newsletters"

    def ready(self) -> None:
        """Registers the sweeps, what stops a letter at the last moment, and what is exported of a reader."""
        from django.db.models import Exists
        from django.db.models.signals import post_save

        from nashra.accounts import registry
        from nashra.accounts.models import Reader
        from nashra.base import outbox
        from nashra.news.registry import active_readers
        from nashra.newsletters import tasks  # noqa: F401  (the sweeps register themselves)
        from nashra.newsletters.delivery import alerting, issuing
        from nashra.newsletters.models import Alert, Digest, Issue

        active_readers.append(lambda reader, _since: Exists(Digest.objects.filter(reader=reader, is_on=True)))
        told = Alert.objects.exclude(due_at=None)
        active_readers.append(lambda reader, _since: Exists(told.filter(follow__reader=reader)))
        outbox.stopped[issuing.KIND] = issuing.is_stopped
        outbox.stopped[alerting.KIND] = alerting.is_stopped
        registry.export_model(Digest)
        registry.export_model(Issue, path="digest__reader")
        registry.export_model(Alert, path="follow__reader")
        post_save.connect(_reader_saved, sender=Reader, dispatch_uid="newsletters.reader_saved")


def _reader_saved(sender: object, instance: Any, created: bool, update_fields: Any, **_more: Any) -> None:
    """Another time zone moves the next digest."""
    from django.utils import timezone

    from nashra.newsletters import services

    if not created and (update_fields is None or "time_zone" in update_fields):
        services.reschedule(instance, timezone.now())
