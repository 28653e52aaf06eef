"""Verbs of the personal edition."""

from nashra.front.services.editions import (
    Account,
    Item,
    Kept,
    Line,
    Shown,
    account_of,
    edition_for,
    general_edition,
    half_of,
    kept_edition,
    kept_editions,
    last_edition,
    reasons_of,
    refresh,
)
from nashra.front.services.errors import FollowError
from nashra.front.services.mentioned import Mentioned, forget_shared_names, mentioned
from nashra.front.services.muted import mute_of, mutes_over
from nashra.front.services.profile import (
    ProfileView,
    follow,
    follows_of,
    forget,
    forget_history,
    mute,
    profile_of,
    reset,
    set_interest,
    unfollow,
    unmute,
)
from nashra.front.services.searches import (
    answers,
    change_search,
    close_feed,
    open_feed,
    reopen_feed,
    search_followed,
    searches_of,
)
from nashra.front.services.signals import (
    hide,
    less_like,
    mark_all_read,
    mark_unread,
    marks_of,
    more_like,
    opened,
    signal,
    unhide,
    unread_by_source,
    unread_by_topic,
)

__all__ = [
    "Account", "FollowError", "Item", "Kept", "Line", "Mentioned", "ProfileView", "Shown", "account_of", "answers",
    "change_search", "close_feed", "edition_for", "follow", "follows_of", "forget", "forget_history",
    "forget_shared_names", "general_edition", "half_of", "hide", "kept_edition", "kept_editions", "last_edition",
    "less_like", "mark_all_read", "mark_unread", "marks_of", "mentioned", "more_like", "mute", "mute_of", "mutes_over",
    "open_feed", "opened", "profile_of", "reasons_of", "refresh", "reopen_feed", "reset", "search_followed",
    "searches_of", "set_interest", "signal", "unfollow", "unhide", "unmute", "unread_by_source", "unread_by_topic",
]  # fmt: skip
