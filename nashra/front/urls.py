"""Addresses of what a reader does with articles, and of the profile."""

from django.urls import path

from nashra.front import views

urlpatterns = [
    path("article/<int:article_id>/hide", views.hide, name="hide"),
    path("article/<int:article_id>/more", views.more_like, name="more_like"),
    path("article/<int:article_id>/less", views.less_like, name="less_like"),
    path("refresh", views.refresh, name="refresh"),
    path("follow", views.follow, name="follow"),
    path("mute", views.mute, name="mute"),
    path("profile", views.profile, name="profile"),
    path("profile/interest/<int:interest_id>", views.interest, name="interest"),
    path("profile/follow/<int:follow_id>", views.followed_words, name="followed_words"),
    path("profile/mute/<int:mute_id>", views.muted_words, name="muted_words"),
    path("profile/reset", views.profile_reset, name="profile_reset"),
]
