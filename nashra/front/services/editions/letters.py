"""The edition of a letter: frozen as a page's is, but no page of any half of a day."""

from collections.abc import Sequence
from datetime import datetime

from nashra.accounts.models import Reader
from nashra.core import rank
from nashra.core.rank import Context, Profile, Ranked, scoring
from nashra.core.rank.signals import REGISTRY
from nashra.front.models import Edition
from nashra.front.services.editions.halves import MAIL
from nashra.front.services.editions.rows import packed, stored


def freeze_letter(
    reader: Reader, ranked: Sequence[Ranked], profile: Profile, context: Context, *, now: datetime
) -> Edition:
    """The row of what a letter will hold, not stored yet. It counts as shown once a piece of it is opened, if ever."""
    used = scoring.weights(profile, context.weights, context.newest).tolist()
    return Edition(
        reader=reader, made_at=now, model=rank.MODEL, part=MAIL, items=stored(ranked), features=packed(ranked),
        weights=[[signal.key, round(weight, 5)] for signal, weight in zip(REGISTRY, used, strict=True)],
    )  # fmt: skip
