"""Readers and the paper that they read."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from nashra.base import locale


class Role(models.TextChoices):
    """What a reader may do: read, publish, or run the paper."""

    READER = "reader", _("Reader")
    EDITOR = "editor", _("Editor")
    OWNER = "owner", _("Owner")


class ReaderManager(BaseUserManager["Reader"]):
    """Makes readers; the e-mail address is the name under which one signs in."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "Reader":
        """A new reader with this address; without a password only a reset link or a passkey signs in."""
        reader = self.model(email=email.lower(), **fields)
        reader.set_password(password)
        reader.save(using=self._db)
        return reader


class Reader(AbstractBaseUser):
    """A person with an account. What they may do follows from the role alone; there are no other permissions."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    role = models.CharField(max_length=10, choices=Role, default=Role.READER)
    language = models.CharField(_("language"), max_length=10, default="ar")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    digits = models.CharField(_("digits"), max_length=4, default="latn")  # latn: 123, arab: ١٢٣
    region = models.CharField(_("names of months"), max_length=2, blank=True)  # a key of locale.CUSTOMS
    hijri = models.BooleanField(_("Hijri date beside the Gregorian"), default=False)
    personalise = models.BooleanField(default=True)
    learns = models.BooleanField(default=True)  # off: what is known is used, nothing is added
    measures_reading = models.BooleanField(default=False)  # how far and how long is noted, in coarse steps
    counts_mail = models.BooleanField(default=False)  # a piece opened from a letter is noted as such
    keeps_days = models.PositiveSmallIntegerField(default=90)  # how long signals are kept
    mix = models.JSONField(default=dict, blank=True)  # wishes for the page, see `core.rank.mix`
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)
    welcomed_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)  # start of the visit before the present one
    visit_at = models.DateTimeField(null=True, blank=True)  # start of the present visit

    objects: ClassVar[ReaderManager] = ReaderManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_editor(self) -> bool:
        """May publish and curate; owners may too."""
        return self.role in (Role.EDITOR, Role.OWNER)

    @property
    def is_owner(self) -> bool:
        """May run the paper."""
        return self.role == Role.OWNER

    @property
    def preferences(self) -> locale.Preferences:
        """How this reader wants dates, numbers and words written: for `locale.using`, in pages and letters alike."""
        return locale.Preferences(
            language=self.language,
            digits="arab" if self.digits == "arab" else "latn",
            time_zone=self.time_zone,
            region=self.region,
            hijri=self.hijri,
        )

    @cached_property
    def is_confirmed(self) -> bool:
        """Has shown, or the owner has vouched, that the address is theirs; without that no digest is sent."""
        from allauth.account.models import EmailAddress  # its models import this one

        return bool(EmailAddress.objects.filter(user_id=self.pk, email=self.email, verified=True).exists())


class Registration(models.TextChoices):
    """Who may open an account."""

    OPEN = "open", _("Open: anyone may make an account")
    INVITED = "invited", _("Invited: whoever has a link from the owner")
    CLOSED = "closed", _("Closed: only the owner makes accounts")


class Paper(models.Model):
    """The installation as its readers know it: one row."""

    name = models.CharField(_("name of the paper"), max_length=120, default="نشرة")
    language = models.CharField(_("language"), max_length=10, default="ar")
    registration = models.CharField(
        _("registration"), max_length=10, choices=Registration, default=Registration.INVITED
    )
    public = models.BooleanField(_("visitors see the front page"), default=False)
    set_up_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Link(models.Model):
    """A one-time link: the owner's set-up or an invitation. Only a hash of its secret is kept."""

    class Purpose(models.TextChoices):
        SETUP = "setup"
        INVITATION = "invitation"

    purpose = models.CharField(max_length=12, choices=Purpose)
    secret_hash = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=10, choices=Role, default=Role.READER)
    note = models.CharField(max_length=120, blank=True)
    made_by = models.ForeignKey(Reader, null=True, on_delete=models.CASCADE, related_name="links_made")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_by = models.ForeignKey(Reader, null=True, on_delete=models.SET_NULL, related_name="+")
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"
