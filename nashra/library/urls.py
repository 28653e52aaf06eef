"""Addresses of the library."""

from django.urls import path, re_path

from nashra.library import views

urlpatterns = [
    path("article/<int:article_id>/save", views.save, name="save"),
    path("saved", views.saved, name="saved"),
    path("saved/add", views.save_url, name="save_url"),
    path("saved/bulk", views.saved_bulk, name="saved_bulk"),
    path("saved/<int:item_id>", views.saved_item, name="saved_item"),
    path("saved/<int:item_id>/state", views.saved_state, name="saved_state"),
    path("saved/<int:item_id>/edit", views.saved_edit, name="saved_edit"),
    path("saved/<int:item_id>/tags", views.saved_tags, name="saved_tags"),
    path("saved/<int:item_id>/retry", views.saved_retry, name="saved_retry"),
    re_path(r"^media/(?P<key>[0-9a-f]{64})$", views.media, name="media"),
]
