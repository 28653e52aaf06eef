"""Verbs about sources, subscriptions, topics and the search."""

from nashra.news.errors import SourceError
from nashra.news.services.adding import AddResult, add_catalogue, add_source
from nashra.news.services.health import Explanation, FetchLine, Health, explain, health
from nashra.news.services.moving import change_address
from nashra.news.services.opml import LARGEST as OPML_LARGEST
from nashra.news.services.opml import OpmlReport, export_opml, import_opml
from nashra.news.services.searching import SearchResult, search
from nashra.news.services.sources import fetch_now, pause, remove_source, resume, set_visibility
from nashra.news.services.subscriptions import (
    Folder,
    FollowedSource,
    move_to_folder,
    rename,
    sources_of,
    subscribe,
    subscription_of,
    unsubscribe,
    welcome_back,
)
from nashra.news.services.telling import long_failing
from nashra.news.services.topics import catalogue_topic, topic_name

__all__ = [
    "OPML_LARGEST",
    "AddResult",
    "Explanation",
    "FetchLine",
    "Folder",
    "FollowedSource",
    "Health",
    "OpmlReport",
    "SearchResult",
    "SourceError",
    "add_catalogue",
    "add_source",
    "catalogue_topic",
    "change_address",
    "explain",
    "export_opml",
    "fetch_now",
    "health",
    "import_opml",
    "long_failing",
    "move_to_folder",
    "pause",
    "remove_source",
    "rename",
    "resume",
    "search",
    "set_visibility",
    "sources_of",
    "subscribe",
    "subscription_of",
    "topic_name",
    "unsubscribe",
    "welcome_back",
]
