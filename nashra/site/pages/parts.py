"""The parts of an edition, as the pages that show one need them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from nashra.core.rank.signals import REGISTRY
from nashra.front.services import Item
from nashra.site.pages.cards import Card

SECTIONS = ("lead", "story", "for_you", "followed", "outside", "latest")


def parts_of(built: Sequence[Card], items: Sequence[Item]) -> dict[str, Any]:
    """The cards by part of the page, and whether anything on it was chosen for this reader rather than for all."""
    parts: dict[str, list[Card]] = defaultdict(list)
    for card in built:
        parts[card.slot].append(card)
    own = {signal.key for signal in REGISTRY if signal.personal}
    personal = any(reason.key in own for item in items for reason in item.reasons)
    return {name: parts[name] for name in SECTIONS} | {"is_empty": not built, "is_personal": personal}
