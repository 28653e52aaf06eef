"""Saved articles: a copy of text and pictures that outlives its source."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class Tag(models.Model):
    """A reader's own label."""

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tags")
    key = models.CharField(max_length=120)  # folded name: one tag however it is spelled
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "key"], name="one_tag")]

    def __str__(self) -> str:
        return self.name


class PresentItems(models.Manager["SavedItem"]):
    """Saved items without those that were removed and wait for the sweep."""

    def get_queryset(self) -> "models.QuerySet[SavedItem]":
        """What the reader has in the library."""
        return super().get_queryset().filter(removed_at=None)


class SavedItem(models.Model):
    """One saved article or address, with its archived copy."""

    class Archive(models.TextChoices):
        WAITING = "waiting"  # the copy is being made
        KEPT = "kept"  # text and pictures are here
        PART = "part"  # text is here, some pictures could not be had
        FAILED = "failed"  # the page could not be had; the address is kept

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved")
    article = models.ForeignKey("news.Article", null=True, blank=True, on_delete=models.SET_NULL, related_name="saves")
    url = models.CharField(max_length=2000)
    url_key = models.CharField(max_length=64)  # hash of the comparable address
    title = models.CharField(max_length=1000)
    author = models.CharField(max_length=300, blank=True)
    source_name = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=10, blank=True)
    direction = models.CharField(max_length=3, default="rtl")
    excerpt = models.CharField(max_length=600, blank=True)
    html = models.TextField(blank=True)  # sanitised; pictures keep their own addresses, see SavedPicture
    text = models.TextField(blank=True)
    folded = models.TextField(blank=True)  # what old items are found by until `terms` has them; empty in others
    minutes = models.PositiveSmallIntegerField(default=1)
    published_at = models.DateTimeField(null=True, blank=True)
    saved_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)  # taken out; can be taken back until the sweep
    is_archived = models.BooleanField(default=False)  # put away by the reader
    is_favourite = models.BooleanField(default=False)
    image_url = models.CharField(max_length=2000, blank=True)  # of the lead picture
    image = models.CharField(max_length=64, blank=True)  # blob key of the lead picture
    page = models.CharField(max_length=64, blank=True)  # blob key of the page as it came, gzipped
    tags = models.ManyToManyField(Tag, related_name="items", blank=True)

    # the job that makes the copy
    archive = models.CharField(max_length=8, choices=Archive, default=Archive.WAITING)
    archive_detail = models.JSONField(default=dict, blank=True)  # {"code": …, parameters, "missing": pictures}
    due_at = models.DateTimeField(null=True, blank=True, default=timezone.now)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    every: ClassVar[models.Manager["SavedItem"]] = models.Manager()  # the removed ones too
    objects: ClassVar[PresentItems] = PresentItems()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "url_key"], name="saved_once")]
        indexes = [
            models.Index(fields=["reader", "-saved_at"]),
            models.Index(fields=["due_at"], condition=~models.Q(due_at=None), name="archive_due"),
            models.Index(fields=["removed_at"], condition=~models.Q(removed_at=None), name="removed_items"),
            models.Index(fields=["page"], condition=~models.Q(page=""), name="kept_pages"),
        ]

    def __str__(self) -> str:
        return self.title


class SavedPicture(models.Model):
    """A picture of a saved item; the bytes are a blob that items share."""

    item = models.ForeignKey(SavedItem, on_delete=models.CASCADE, related_name="pictures")
    url = models.CharField(max_length=2000)
    key = models.CharField(max_length=64, db_index=True)  # blob key
    content_type = models.CharField(max_length=40)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "url"], name="one_picture_per_url")]

    def __str__(self) -> str:
        return self.key
