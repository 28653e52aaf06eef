"""The mix of the page: what a reader wishes of it as a whole."""

from nashra.accounts.models import Reader
from nashra.core.rank.mix import Languages, Mix, mix_from
from nashra.front.services.signals import profile_changed

__all__ = ["Languages", "Mix", "mix_of", "set_mix"]


def mix_of(reader: Reader) -> Mix:
    """What this reader wishes of the page."""
    return mix_from(reader.mix if isinstance(reader.mix, dict) else {})


def set_mix(reader: Reader, mix: Mix) -> None:
    """Keeps the wishes; the next page follows them."""
    reader.mix = {"discover": mix.discover, "important": mix.important, "languages": int(mix.languages)}
    reader.save(update_fields=["mix"])
    profile_changed(reader)
