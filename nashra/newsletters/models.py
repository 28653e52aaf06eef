"""Digests: a reader's own edition by e-mail, at their hour."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Digest(models.Model):
    """When a reader wants their edition by e-mail. One for each reader for now."""

    reader = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digest")
    name = models.CharField(max_length=60, blank=True)  # the reader's own; else by its hour
    is_on = models.BooleanField(default=False)
    hour = models.PositiveSmallIntegerField(default=7)
    minute = models.PositiveSmallIntegerField(default=0)
    days = models.PositiveSmallIntegerField(default=127)  # bit 0 is Saturday
    length = models.PositiveSmallIntegerField(default=8)  # articles at most
    quiet = models.BooleanField(default=True)  # no letter when nothing is new
    turned_on_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)  # when it was last turned off; empty while it is on

    due_at = models.DateTimeField(null=True, blank=True)  # the next one, UTC
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    edition = models.ForeignKey(  # what the next one will hold, chosen shortly before it is due
        "front.Edition", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    prepare_until = models.DateTimeField(null=True, blank=True)  # the claim of choosing it
    prepare_attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=~models.Q(due_at=None), name="digest_due")]

    def __str__(self) -> str:
        return f"digest of {self.reader_id}"


class Issue(models.Model):
    """One digest of one local date: unique, so it cannot be sent twice. Those asked for beside it have a number."""

    class Outcome(models.TextChoices):
        SENT = "sent"
        QUIET = "quiet"  # nothing was new, so no letter

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="issues")
    for_date = models.DateField()  # in the reader's time zone
    extra = models.PositiveSmallIntegerField(default=0)  # 0: the one of its date; 1 and on: asked for at once
    made_at = models.DateTimeField(default=timezone.now)
    subject = models.CharField(max_length=300, blank=True)
    article_ids = models.JSONField(default=list)
    story_ids = models.JSONField(default=list)
    outcome = models.CharField(max_length=12, choices=Outcome, default=Outcome.SENT)
    message = models.ForeignKey("base.Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "for_date", "extra"], name="one_issue_a_day")]
        ordering = ["-for_date", "-extra"]

    def __str__(self) -> str:
        return f"{self.digest_id} {self.for_date}"


class Alert(models.Model):
    """A reader's wish to hear by mail when something new answers a search that they follow.

    The row is claimed as a digest's is; what was told is never told again: `told_until` moves in the same transaction
    in which the letter enters the outbox.
    """

    follow = models.OneToOneField("front.Follow", on_delete=models.CASCADE, related_name="alert")
    told_until = models.DateTimeField(default=timezone.now)  # articles that came (`first_seen_at`) later are news
    due_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=~models.Q(due_at=None), name="alert_due")]

    def __str__(self) -> str:
        return f"alert for {self.follow_id}"
