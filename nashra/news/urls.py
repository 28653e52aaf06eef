"""Addresses of this app."""

from django.urls import path

from nashra.news import views

urlpatterns = [
    path("sources", views.sources, name="sources"),
    path("sources/add", views.source_add, name="source_add"),
    path("sources/import", views.opml_import, name="opml_import"),
    path("sources/export", views.opml_export, name="opml_export"),
    path("sources/<int:source_id>", views.source_edit, name="source_edit"),
    path("sources/<int:source_id>/follow", views.source_subscribe, name="source_subscribe"),
    path("sources/<int:source_id>/stop", views.source_unsubscribe, name="source_unsubscribe"),
    path("i/<str:token>", views.picture, name="picture"),
]
