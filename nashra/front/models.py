"""What a reader said and did, what was learned from it, and the editions that were shown."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

READER = settings.AUTH_USER_MODEL


class Kind(models.TextChoices):
    """What a follow, mute or interest is about.

    `key` is a topic's key, a source's or story's id, folded words, an author's folded name, or a search as it reads
    when written out anew.
    """

    TOPIC = "topic"
    SOURCE = "source"
    WORD = "word"
    STORY = "story"
    AUTHOR = "author"
    SEARCH = "search"
    TERM = "term"  # of interests only: a word that what was read has in common


class Sense(models.TextChoices):
    """What followed or muted words name: which of their forms count (see `core.text.Follow`)."""

    GUESSED = "", _("As the words suggest")
    PLACE = "place", _("A place")
    NAME = "name", _("A person or an organisation")
    TOPIC = "topic", _("A subject")


class Follow(models.Model):
    """A topic, words, an author or a search that a reader follows (following a source is a subscription)."""

    reader = models.ForeignKey(READER, on_delete=models.CASCADE, related_name="follows")
    kind = models.CharField(max_length=8, choices=Kind)
    key = models.CharField(max_length=500)
    label = models.CharField(max_length=500)  # as the reader wrote it
    sense = models.CharField(max_length=8, choices=Sense, blank=True, default=Sense.GUESSED)  # of words
    language = models.CharField(max_length=10, blank=True)  # of the words; empty: by their script
    aliases = models.JSONField(default=list, blank=True)  # other names of the same, in any language: [str, …]
    feed_key = models.CharField(max_length=43, null=True, unique=True)  # secret in the address of a search's own feed
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "kind", "key"], name="one_follow")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.label}"


class Mute(models.Model):
    """What a reader does not want to be offered, for good or until a time."""

    reader = models.ForeignKey(READER, on_delete=models.CASCADE, related_name="mutes")
    kind = models.CharField(max_length=8, choices=Kind)
    key = models.CharField(max_length=200)
    label = models.CharField(max_length=200)
    sense = models.CharField(max_length=8, choices=Sense, blank=True, default=Sense.GUESSED)
    language = models.CharField(max_length=10, blank=True)
    aliases = models.JSONField(default=list, blank=True)
    at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "kind", "key"], name="one_mute")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.label}"


class Mark(models.Model):
    """How one article stands with one reader."""

    reader = models.ForeignKey(READER, on_delete=models.CASCADE, related_name="marks")
    article = models.ForeignKey("news.Article", on_delete=models.CASCADE, related_name="marks")
    read_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "article"], name="one_mark")]
        indexes = [models.Index(fields=["reader", "-read_at"])]

    def __str__(self) -> str:
        return f"{self.reader_id} {self.article_id}"


class Signal(models.Model):
    """Something a reader did with an article; `services.signal` is the only door."""

    class What(models.TextChoices):
        OPEN = "open"
        READ = "read"
        SAVE = "save"
        UNSAVE = "unsave"
        HIDE = "hide"
        UNHIDE = "unhide"
        MORE = "more"
        LESS = "less"
        UNDO = "undo"  # more or less, taken back
        FINISH = "finish"
        DWELL = "dwell"  # `value`: which of the buckets of time
        SHARE = "share"
        FOLLOW = "follow"  # something that the article is about, from its page
        SOURCE = "source"  # not interested in its source
        MAIL = "mail"  # opened from a letter, where the reader allows that to be noted

    reader = models.ForeignKey(READER, on_delete=models.CASCADE, related_name="signals")
    article = models.ForeignKey("news.Article", on_delete=models.CASCADE, related_name="signals")
    what = models.CharField(max_length=8, choices=What)
    value = models.SmallIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)
    counted = models.BooleanField(default=False)  # in the tallies
    edition = models.ForeignKey(
        "front.Edition", null=True, blank=True, on_delete=models.SET_NULL, related_name="signals"
    )
    slot = models.CharField(max_length=12, blank=True)
    position = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["reader", "-at"]),
            models.Index(fields=["at"], condition=models.Q(counted=False), name="signal_uncounted"),
        ]

    def __str__(self) -> str:
        return f"{self.reader_id} {self.what} {self.article_id}"


class Interest(models.Model):
    """One line of the profile: what the service thinks a reader cares about, and how it knows."""

    class State(models.TextChoices):
        NORMAL = "normal"
        MORE = "more"
        LESS = "less"
        PINNED = "pinned"  # always counts in full and never fades

    reader = models.ForeignKey(READER, on_delete=models.CASCADE, related_name="interests")
    kind = models.CharField(max_length=8, choices=Kind)
    key = models.CharField(max_length=200)
    label = models.CharField(max_length=200)
    weight = models.FloatField(default=0.0)  # learned, decayed to `at`
    opened = models.PositiveIntegerField(default=0)  # how many articles it was learned from
    passed = models.FloatField(default=0.0)  # pieces shown and passed by, as far as looked at; decayed to `at`
    state = models.CharField(max_length=8, choices=State, default=State.NORMAL)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "kind", "key"], name="one_interest")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.label} {self.weight:.2f}"


class Lesson(models.Model):
    """An article from which the profile was learned: what similar pieces are measured by. It outlives the article."""

    reader = models.ForeignKey(READER, on_delete=models.CASCADE, related_name="lessons")
    article = models.ForeignKey("news.Article", null=True, on_delete=models.SET_NULL, related_name="lessons")
    title = models.CharField(max_length=300)
    source = models.ForeignKey("news.Source", null=True, on_delete=models.SET_NULL, related_name="+")
    weight = models.FloatField(default=0.0)  # decayed to `at`; below zero: less like this
    terms = models.BinaryField(default=b"")  # see `core.rank.texts`
    acts = models.JSONField(default=dict)  # {what was done: its gain, decayed to `at`}; `weight` is their sum
    lines = models.JSONField(default=list)  # keys of the interests that it feeds
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "article"], name="one_lesson")]
        indexes = [models.Index(fields=["reader", "-at"])]

    def __str__(self) -> str:
        return f"{self.reader_id} {self.title} {self.weight:.2f}"


class Popularity(models.Model):
    """How many distinct readers were shown an article in one hour, as far as it was looked at, and how many opened it.

    Each reader counts once for an article. Rows are sums of editions and signals, and are counted down with them.
    """

    article = models.ForeignKey("news.Article", on_delete=models.CASCADE, related_name="popularity")
    hour = models.DateTimeField()
    shown = models.FloatField(default=0.0)
    opened = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "hour"], name="one_popularity")]
        indexes = [models.Index(fields=["hour"])]

    def __str__(self) -> str:
        return f"{self.article_id} {self.hour:%F %H} {self.opened}/{self.shown:.1f}"


class Weights(models.Model):
    """Weights of the score that were fitted on this installation's own editions, and how they did in a replay."""

    class State(models.TextChoices):
        CURRENT = "current"
        FORMER = "former"
        REFUSED = "refused"  # did not beat the current ones

    made_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=State)
    values = models.JSONField(default=dict)  # {signal's key: weight}
    replay = models.JSONField(default=dict)  # figures of the comparison with the weights before
    impressions = models.PositiveIntegerField(default=0)  # with a click, from which they were fitted

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=models.Q(state="current"), name="one_current_weights")
        ]

    def __str__(self) -> str:
        return f"{self.made_at:%F %T} {self.state}"


class Pick(models.Model):
    """An article that an editor has set on the front page."""

    article = models.OneToOneField("news.Article", on_delete=models.CASCADE, related_name="pick")
    by = models.ForeignKey(READER, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.article_id} until {self.until:%F %T}"


class Embedding(models.Model):
    """An article's vector, made by an embedding model that the owner has set up."""

    article = models.ForeignKey("news.Article", on_delete=models.CASCADE, related_name="embeddings")
    model = models.CharField(max_length=120)
    vector = models.BinaryField()  # float16, of length 1

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "model"], name="one_embedding")]

    def __str__(self) -> str:
        return f"{self.article_id} {self.model}"


class Edition(models.Model):
    """What a reader was shown, frozen: an ordered list of items (see `editions.Item`)."""

    reader = models.ForeignKey(READER, on_delete=models.CASCADE, related_name="editions")
    made_at = models.DateTimeField(default=timezone.now)
    shown_at = models.DateTimeField(null=True, blank=True)  # when it was last found to be the newest there is
    stale = models.BooleanField(default=False)  # a profile edit made the next edition due
    model = models.CharField(max_length=40)  # version of the ranking model
    day = models.DateField(null=True)  # of the reader's calendar
    part = models.CharField(max_length=8, blank=True, default="")  # morning or evening
    features = models.BinaryField(null=True)  # values of the signals of each item, float16; kept for a short time
    weights = models.JSONField(default=list)  # [[signal's key, weight], …]: what `features` are, and what they counted
    counted = models.PositiveSmallIntegerField(default=0)  # 1: shown pieces are in the tallies; 2: the passed ones too
    items = models.JSONField(default=list)  # [[article id, slot, score, propensity, [[reason's fields], …]], …]

    class Meta:
        indexes = [
            models.Index(fields=["reader", "-made_at"]),
            models.Index(fields=["made_at"], condition=models.Q(counted__lt=2), name="edition_uncounted"),
        ]

    def __str__(self) -> str:
        return f"{self.reader_id} {self.made_at:%F %T}"
