"""Verbs about sources, subscriptions, topics and the search."""

from nashra.news.errors import SourceError
from nashra.news.services.adding import AddResult, add_catalogue, add_source, watch_page
from nashra.news.services.changes import Change, changes_of
from nashra.news.services.health import Explanation, FetchLine, Health, explain, health
from nashra.news.services.moving import change_address
from nashra.news.services.opml import LARGEST as OPML_LARGEST
from nashra.news.services.opml import (
    OpmlPlan,
    OpmlReport,
    drop_opml,
    export_opml,
    follow_opml,
    import_opml,
    keep_opml,
    pending_opml,
    plan_opml,
    sweep_opml,
)
from nashra.news.services.searching import Before, Notes, SearchOrder, SearchResult, answering, search
from nashra.news.services.sources import fetch_now, pause, remove_source, resume, set_visibility
from nashra.news.services.subscriptions import (
    Folder,
    FollowedSource,
    by_tag,
    move_to_folder,
    rename,
    set_tags,
    sources_of,
    split_tags,
    subscribe,
    subscription_of,
    tagged,
    tags_in,
    unsubscribe,
    welcome_back,
)
from nashra.news.services.telling import long_failing
from nashra.news.services.topics import catalogue_topic, topic_name

__all__ = [
    "OPML_LARGEST",
    "AddResult",
    "Before",
    "Change",
    "Explanation",
    "FetchLine",
    "Folder",
    "FollowedSource",
    "Health",
    "Notes",
    "OpmlPlan",
    "OpmlReport",
    "SearchOrder",
    "SearchResult",
    "SourceError",
    "add_catalogue",
    "add_source",
    "answering",
    "by_tag",
    "catalogue_topic",
    "change_address",
    "changes_of",
    "drop_opml",
    "explain",
    "export_opml",
    "fetch_now",
    "follow_opml",
    "health",
    "import_opml",
    "keep_opml",
    "long_failing",
    "move_to_folder",
    "pause",
    "pending_opml",
    "plan_opml",
    "remove_source",
    "rename",
    "resume",
    "search",
    "set_tags",
    "set_visibility",
    "sources_of",
    "split_tags",
    "subscribe",
    "subscription_of",
    "sweep_opml",
    "tagged",
    "tags_in",
    "topic_name",
    "unsubscribe",
    "watch_page",
    "welcome_back",
]
