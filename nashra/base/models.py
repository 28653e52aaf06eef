"""Rows that every app may use: mail that waits, and periodic jobs."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Message(models.Model):
    """One letter to one address, from the moment it is promised; see `outbox`."""

    class State(models.TextChoices):
        QUEUED = "queued"
        INFLIGHT = "inflight"  # the last line of its body may have been sent
        SENT = "sent"  # the relay accepted it, or it was written into the folder
        REFUSED = "refused"  # for good
        SUPPRESSED = "suppressed"  # the reader stopped it before it left
        EXPIRED = "expired"
        DOUBT = "doubt"  # sent again once after a crash, and lost sight of again

    key = models.CharField(max_length=200, unique=True)  # what it is for: the same key is never sent twice
    kind = models.CharField(max_length=20)  # digest, account …
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="mail"
    )
    to = models.CharField(max_length=320)
    subject = models.CharField(max_length=500)
    message_id = models.CharField(max_length=200, unique=True)
    body = models.BinaryField()  # the whole message, as it goes out
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    reply = models.CharField(max_length=500, blank=True)
    doubts = models.PositiveSmallIntegerField(default=0)  # times it was sent again after being lost in flight
    made_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()

    due_at = models.DateTimeField(null=True, blank=True, default=timezone.now)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=~models.Q(due_at=None), name="mail_due"),
            models.Index(fields=["reader", "-made_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Suppression(models.Model):
    """An address that gets no mail of a kind any more; only its hash is kept."""

    address_hash = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["address_hash", "kind"], name="one_suppression")]

    def __str__(self) -> str:
        return f"{self.kind} {self.address_hash[:8]}"


class Periodic(models.Model):
    """A job that runs every so often on one node of many: claimed like any other row."""

    name = models.CharField(max_length=80, primary_key=True)
    due_at = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    ran_at = models.DateTimeField(null=True, blank=True)
    took_ms = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return self.name


class TermIndex(models.Model):
    """How far the rows of one table are analysed for search, by which version of the analysis.

    Rows are analysed from the newest to the oldest; new ones at once. Those below `below` still wait.
    """

    name = models.CharField(max_length=40, unique=True)  # news, library
    version = models.PositiveSmallIntegerField()  # of the analysis of rows from `below` on
    below = models.PositiveBigIntegerField(default=0)  # rows with a smaller id still wait; 0: none
    total = models.PositiveIntegerField(default=0)  # rows that waited when it began
    left = models.PositiveIntegerField(default=0)  # of them still to do
    started_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
