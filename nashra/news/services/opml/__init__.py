"""Lists of subscriptions in and out. An import makes rows only; the worker fetches them, each host at its own pace."""

from nashra.news.services.opml.exporting import export_opml
from nashra.news.services.opml.following import OpmlReport, follow_opml, import_opml
from nashra.news.services.opml.pending import drop_opml, keep_opml, pending_opml, sweep_opml
from nashra.news.services.opml.planning import LARGEST, OpmlPlan, Refused, folder_of, plan_opml, tags_of

__all__ = [
    "LARGEST",
    "OpmlPlan",
    "OpmlReport",
    "Refused",
    "drop_opml",
    "export_opml",
    "folder_of",
    "follow_opml",
    "import_opml",
    "keep_opml",
    "pending_opml",
    "plan_opml",
    "sweep_opml",
    "tags_of",
]
