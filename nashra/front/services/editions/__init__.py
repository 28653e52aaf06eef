"""Editions: what a reader was shown, frozen; and the general one that visitors see.

The rule. A row never changes. Going back shows the same one; what is muted, hidden or deleted leaves it at once. The
next one is made at a visit half an hour after the last look, when the reader asks for it, or at once after a change of
the profile; in it, what was surely seen keeps its order among itself within its part of the page (see
`making.in_seen_order`), and what was read stands there no more. Each morning and each evening the last one is kept for
a week at an address of its own.
"""

from nashra.front.services.editions.account import Account, Line, account_of, accounts_of, editions_of, reasons_of
from nashra.front.services.editions.halves import EVENING, MORNING, PARTS, half_of
from nashra.front.services.editions.kept import Kept, edition_before, forget_old, kept_edition, kept_editions
from nashra.front.services.editions.making import edition_for, general_edition, last_edition, refresh
from nashra.front.services.editions.rows import Item, Shown, features_of, items_of

__all__ = [
    "EVENING", "MORNING", "PARTS", "Account", "Item", "Kept", "Line", "Shown", "account_of", "accounts_of",
    "edition_before",
    "edition_for", "editions_of", "features_of", "forget_old", "general_edition", "half_of", "items_of", "kept_edition",
    "kept_editions", "last_edition", "reasons_of", "refresh",
]  # fmt: skip
