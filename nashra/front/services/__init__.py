"""Verbs of the personal edition."""

from nashra.front.services.editions import (
    Account,
    Item,
    Kept,
    Line,
    Shown,
    account_of,
    accounts_of,
    edition_before,
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
from nashra.front.services.forgetting import (
    bring_back,
    forget,
    forget_article,
    forget_history,
    forget_since,
    picture_of,
    reset,
)
from nashra.front.services.lines import ProfileView, add_interest, lines_of, profile_of, set_interest
from nashra.front.services.mentioned import Mentioned, forget_shared_names, mentioned
from nashra.front.services.mixing import mix_of, set_mix
from nashra.front.services.muted import mute_of, mutes_over
from nashra.front.services.picks import PickError, pick, picked_now, picks_now, take_down
from nashra.front.services.profile import follow, follows_of, mute, unfollow, unmute
from nashra.front.services.said import read_of, said_of
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
    not_interested,
    opened,
    signal,
    undo,
    unhide,
    unread_by_source,
    unread_by_topic,
)

__all__ = [
    "Account", "FollowError", "Item", "Kept", "Line", "Mentioned", "PickError", "ProfileView", "Shown", "account_of",
    "accounts_of", "add_interest", "answers", "bring_back", "change_search", "close_feed", "edition_before",
    "edition_for", "follow", "follows_of", "forget", "forget_article", "forget_history", "forget_shared_names",
    "forget_since", "general_edition", "half_of", "hide", "kept_edition", "kept_editions", "last_edition", "less_like",
    "lines_of", "mark_all_read", "mark_unread", "marks_of", "mentioned", "mix_of", "more_like", "mute", "mute_of",
    "mutes_over", "not_interested", "open_feed", "opened", "pick", "picked_now", "picks_now", "picture_of",
    "profile_of", "read_of", "reasons_of", "refresh", "reopen_feed", "reset", "said_of", "search_followed",
    "searches_of", "set_interest", "set_mix", "signal", "take_down", "undo", "unfollow", "unhide", "unmute",
    "unread_by_source", "unread_by_topic",
]  # fmt: skip
