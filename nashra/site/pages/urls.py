"""Addresses of the pages that combine apps."""

from django.urls import path

from nashra.site.pages import article, feeds, front, healthz, lists, metrics, operation, sources, welcome

urlpatterns = [
    path("", front.front, name="front"),
    path("arriving", front.arriving, name="arriving"),
    path("latest", lists.latest, name="latest"),
    path("article/<int:article_id>", article.article, name="article"),
    path("article/<int:article_id>/changes", article.changes, name="article_changes"),
    path("article/<int:article_id>/read", article.mark_read, name="mark_read"),
    path("source/<int:source_id>", lists.source, name="source"),
    path("topic/<path:key>", lists.topic, name="topic"),
    path("read", lists.mark_all_read, name="mark_all_read"),
    path("history", lists.history, name="history"),
    path("search", lists.search, name="search"),
    path("welcome", welcome.welcome, name="welcome"),
    path("operation", operation.overview, name="operation"),
    path("operation/sources", sources.sources, name="operation_sources"),
    path("operation/sources/<int:source_id>", sources.source, name="operation_source"),
    path("operation/sources/<int:source_id>/edit", sources.source_edit, name="operation_source_edit"),
    path("operation/mail", operation.mail, name="operation_mail"),
    path("operation/jobs", operation.jobs, name="operation_jobs"),
    path("operation/jobs/again", operation.run_again, name="operation_run_again"),
    path("operation/paper", operation.paper, name="operation_paper"),
    path("metrics", metrics.metrics, name="metrics"),
    path("feed.atom", feeds.atom, name="feed_atom"),
    path("feed.json", feeds.json_feed, name="feed_json"),
    path("healthz", healthz.healthz, name="healthz"),
]
