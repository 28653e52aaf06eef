"""Addresses of this app."""

from django.urls import path

from nashra.news.views import filters, opml, pictures, sources, watching, websub

urlpatterns = [
    path("sources", sources.sources, name="sources"),
    path("sources/add", sources.source_add, name="source_add"),
    path("sources/import", opml.opml_import, name="opml_import"),
    path("sources/import/follow", opml.opml_follow, name="opml_follow"),
    path("sources/import/cancel", opml.opml_cancel, name="opml_cancel"),
    path("sources/export", opml.opml_export, name="opml_export"),
    path("sources/watch", watching.source_watch, name="source_watch"),
    path("sources/<int:source_id>/watch", watching.source_selectors, name="source_selectors"),
    path("sources/<int:source_id>", sources.source_edit, name="source_edit"),
    path("sources/<int:source_id>/address", sources.source_address, name="source_address"),
    path("sources/<int:source_id>/follow", sources.source_subscribe, name="source_subscribe"),
    path("sources/<int:source_id>/stop", sources.source_unsubscribe, name="source_unsubscribe"),
    path("filters", filters.filters, name="filters"),
    path("filters/new", filters.filter_new, name="filter_new"),
    path("filters/<int:rule_id>", filters.filter_edit, name="filter_edit"),
    path("filters/<int:rule_id>/switch", filters.filter_switch, name="filter_switch"),
    path("filters/<int:rule_id>/delete", filters.filter_delete, name="filter_delete"),
    path("filters/<int:rule_id>/back", filters.filter_take_back, name="filter_take_back"),
    path("i/<str:token>", pictures.picture, name="picture"),
    path("websub/<str:token>", websub.callback, name="websub"),
]
