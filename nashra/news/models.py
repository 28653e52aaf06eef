"""Sources, what came of fetching them, and the articles that they gave."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nashra.news.keys import host_of


class Visibility(models.TextChoices):
    """Who may read a source: the paper's own choice (visitors too), any reader, or its subscriber alone."""

    PAPER = "paper", _("Paper")
    LISTED = "listed", _("Listed")
    PRIVATE = "private", _("Private")


class Topic(models.Model):
    """A subject; `key` is the catalogue's (science) or the folded tag of feeds."""

    key = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=80)  # as first seen; catalogue topics are named by `services.topic_name`
    is_catalogue = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Source(models.Model):
    """A feed, or a page read like one. One row serves all readers, but a private one belongs to its `owner` alone."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        GONE = "gone", _("Gone")  # the server said 410: its articles stay

    class Kind(models.TextChoices):
        FEED = "feed", _("Feed")
        SITEMAP = "sitemap", _("News sitemap")
        PAGE = "page", _("Watched page")  # read by `selectors`

    kind = models.CharField(max_length=8, choices=Kind, default=Kind.FEED)
    url = models.CharField(max_length=2000)
    host = models.CharField(max_length=255, blank=True)  # of `url`: whose turn it is, see Host
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="private_sources"
    )
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.LISTED)
    is_own = models.BooleanField(default=False)  # the paper's own articles: visitors read the full text
    title = models.CharField(max_length=300, blank=True)
    site_url = models.CharField(max_length=2000, blank=True)
    language = models.CharField(max_length=10, blank=True)
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.SET_NULL)
    country = models.CharField(max_length=2, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.ACTIVE)
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    # the job: when it is due, who works on it, how often it failed in a row
    due_at = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    due_reason = models.JSONField(default=dict, blank=True)  # {"code": …, parameters}: why it is due then

    # what the last answers said
    etag = models.CharField(max_length=1000, blank=True)
    last_modified = models.CharField(max_length=200, blank=True)
    body_hash = models.CharField(max_length=64, blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True)
    ok_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=24, blank=True)  # the last fetch's, see Fetch
    moved_to = models.CharField(max_length=2000, blank=True)
    moved_times = models.PositiveSmallIntegerField(default=0)
    interval_s = models.PositiveIntegerField(default=3600)  # learnt from the feed: seconds between two fetches
    ttl_s = models.PositiveIntegerField(default=0)  # as the feed itself asks
    skip_hours = models.JSONField(default=list, blank=True)  # of UTC, in which the feed asks for silence
    skip_days = models.JSONField(default=list, blank=True)  # English names of days likewise
    hours = models.JSONField(default=list, blank=True)  # learnt: how much of its news came in each hour of UTC
    second_parser = models.BooleanField(default=False)  # which parser could read it last
    selectors = models.JSONField(default=dict, blank=True)  # of a watched page: CSS selectors by the field they give
    told_at = models.DateTimeField(null=True, blank=True)  # when people were told that it fails
    damaged = models.BooleanField(default=False)
    full_text = models.BooleanField(null=True, blank=True)  # fetch pages? None: decide by the feed's length

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["url"], condition=models.Q(owner=None), name="one_shared_source_per_url"),
            models.UniqueConstraint(
                fields=["url", "owner"], condition=~models.Q(owner=None), name="one_private_source_per_reader"
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"])]

    def __str__(self) -> str:
        return self.title or self.url

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saves; a new source learns its host from its address."""
        self.host = self.host or host_of(self.url)
        super().save(*args, **kwargs)


class Host(models.Model):
    """How politely a host wants to be asked; its row outlives restarts."""

    name = models.CharField(max_length=255, unique=True)
    next_at = models.DateTimeField(default=timezone.now)  # no request before
    gap_ms = models.PositiveIntegerField(default=1000)
    asked_to_wait = models.BooleanField(default=False)  # 429 or 503 with Retry-After

    def __str__(self) -> str:
        return self.name


class Fetch(models.Model):
    """One fetch of a source and what was decided; the last 50 of each source are kept."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="fetches")
    at = models.DateTimeField()
    took_ms = models.PositiveIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)
    size = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=24)  # new, unchanged, part, refused, waiting, failed, moved, gone …
    detail = models.JSONField(default=dict, blank=True)  # {"code": …, parameters} for the sentence shown
    added = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["source", "-at"])]

    def __str__(self) -> str:
        return f"{self.source_id} {self.at:%F %T} {self.outcome}"


class Subscription(models.Model):
    """A reader follows a source."""

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="subscriptions")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="subscriptions")
    folder = models.CharField(max_length=120, blank=True)
    tags = models.JSONField(default=list, blank=True)  # further names under which the reader keeps it
    title = models.CharField(max_length=300, blank=True)  # the reader's own name for it
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "source"], name="one_subscription")]

    def __str__(self) -> str:
        return f"{self.reader_id} → {self.source_id}"


class Story(models.Model):
    """One event across sources and languages; counts are made for each reader, from what they may see."""

    started_at = models.DateTimeField()
    moved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"story {self.pk}"


class Article(models.Model):
    """What lists and ranking need of one article; its text is in ArticleText."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="articles")
    guid = models.CharField(max_length=64)  # hash of the entry's id
    url = models.CharField(max_length=2000, blank=True)
    canonical_key = models.CharField(max_length=64, blank=True, db_index=True)  # hash of the comparable address
    title = models.CharField(max_length=1000)
    summary = models.CharField(max_length=600, blank=True)  # plain text
    author = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=10, blank=True)
    direction = models.CharField(max_length=3, default="rtl")
    image_url = models.CharField(max_length=2000, blank=True)
    image_width = models.PositiveIntegerField(default=0)
    image_height = models.PositiveIntegerField(default=0)
    minutes = models.PositiveSmallIntegerField(default=1)
    published_at = models.DateTimeField()  # never later than first_seen_at
    first_seen_at = models.DateTimeField(default=timezone.now)
    corrected_at = models.DateTimeField(null=True, blank=True)  # the last revision that a reader should see
    content_hash = models.CharField(max_length=64, blank=True)  # of the entry as the feed last gave it
    text_hash = models.CharField(max_length=64, blank=True)  # of its title and words alone, see keys.text_key
    duplicate_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="duplicates", db_index=False
    )
    duplicate_why = models.CharField(max_length=8, blank=True)  # "address" or "text": by what it is one
    story = models.ForeignKey(
        Story, null=True, blank=True, on_delete=models.SET_NULL, related_name="articles", db_index=False
    )
    topics = models.ManyToManyField(Topic, related_name="articles", blank=True)

    # the job that fetches the page of a short entry
    page_due_at = models.DateTimeField(null=True, blank=True)
    page_claimed_until = models.DateTimeField(null=True, blank=True)
    page_attempts = models.PositiveSmallIntegerField(default=0)
    page_outcome = models.CharField(max_length=24, blank=True)  # full, failed, paywall …

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "guid"], name="one_article_per_guid")]
        indexes = [
            models.Index(fields=["-published_at", "-id"]),
            models.Index(fields=["source", "-published_at"]),
            # SQLite uses these only where the condition is written so, not as the negation of a null
            models.Index(fields=["page_due_at"], condition=models.Q(page_due_at__isnull=False), name="page_awaited"),
            models.Index(
                fields=["duplicate_of"], condition=models.Q(duplicate_of__isnull=False), name="article_copies"
            ),
            models.Index(
                fields=["story", "-published_at", "source"],
                condition=models.Q(story__isnull=False),
                name="article_told",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ArticleText(models.Model):
    """The text of an article: sanitised HTML and plain text."""

    article = models.OneToOneField(Article, primary_key=True, on_delete=models.CASCADE, related_name="body")
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    folded = models.TextField(blank=True)  # what old articles are found by until `terms` has them; empty in others

    def __str__(self) -> str:
        return str(self.article_id)


class Revision(models.Model):
    """What an article said before a correction."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="revisions")
    at = models.DateTimeField()  # when the change was seen
    title = models.CharField(max_length=1000)
    html = models.TextField(blank=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.article_id} {self.at:%F %T}"


class Tombstone(models.Model):
    """An article that was let go; it does not come back while its feed still lists it."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="tombstones")
    guid = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "guid"], name="one_tombstone")]

    def __str__(self) -> str:
        return self.guid


class Hub(models.Model):
    """A WebSub subscription (W3C WebSub): a hub that sends what is new in a source, for as long as its lease runs."""

    class State(models.TextChoices):
        ASKED = "asked"  # our request is under way; the hub has not confirmed it yet
        ACTIVE = "active"
        FAILED = "failed"
        LEFT = "left"  # given up by us: unsubscribing, or unsubscribed

    source = models.OneToOneField(Source, on_delete=models.CASCADE, related_name="hub")
    url = models.CharField(max_length=2000)  # the hub's address
    topic = models.CharField(max_length=2000)  # what the hub calls the feed: its rel=self
    token = models.CharField(max_length=64, unique=True)  # the unguessable part of our callback's address
    secret = models.CharField(max_length=200)  # signs what is pushed (HMAC)
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    lease_until = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    pushed_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, default=timezone.now)  # the job: asking, renewing, leaving
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    detail = models.JSONField(default=dict, blank=True)  # {"code": …, parameters}: what came of it last

    class Meta:
        indexes = [models.Index(fields=["due_at"])]

    def __str__(self) -> str:
        return f"{self.source_id} {self.url} {self.state}"


class Rule(models.Model):
    """A reader's filter in the rule language of `core.text.rules`: when an article is such, then do that."""

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="rules")
    text = models.CharField(max_length=1000)
    position = models.PositiveIntegerField(default=0)
    enabled = models.BooleanField(default=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class RuleHit(models.Model):
    """An article on which a rule has acted, so that it acts once and can be taken back."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="hits")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="rule_hits")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "article"], name="one_hit")]
        indexes = [models.Index(fields=["rule", "-at"])]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.article_id}"


class PendingImport(models.Model):
    """A reader's file of subscriptions between its report and their word to follow it."""

    reader = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="pending_import")
    body = models.BinaryField()
    name = models.CharField(max_length=200, blank=True)
    private = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class Tally(models.Model):
    """A counter that only grows, for operators' graphs: what happened, under a label, how often or how much."""

    name = models.CharField(max_length=60)
    label = models.CharField(max_length=60, blank=True)
    value = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "label"], name="one_tally")]

    def __str__(self) -> str:
        return f"{self.name} {self.label} {self.value}"
