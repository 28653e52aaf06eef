"""Addresses of what a reader does with articles, and of the profile."""

from django.urls import path

from nashra.front import profile_pages, views

urlpatterns = [
    path("article/<int:article_id>/hide", views.hide, name="hide"),
    path("article/<int:article_id>/more", views.more_like, name="more_like"),
    path("article/<int:article_id>/less", views.less_like, name="less_like"),
    path("article/<int:article_id>/uninteresting", views.not_interested, name="not_interested"),
    path("refresh", views.refresh, name="refresh"),
    path("follow", views.follow, name="follow"),
    path("mute", views.mute, name="mute"),
    path("article/<int:article_id>/reading", profile_pages.reading, name="note_reading"),
    path("article/<int:article_id>/shared", profile_pages.shared, name="note_share"),
    path("profile", profile_pages.profile, name="profile"),
    path("profile/interest/<int:interest_id>", profile_pages.interest, name="interest"),
    path("profile/interest/add", profile_pages.interest_add, name="interest_add"),
    path("profile/lesson/<int:lesson_id>/forget", profile_pages.lesson_forget, name="lesson_forget"),
    path("profile/mix", profile_pages.profile_mix, name="profile_mix"),
    path("profile/privacy", profile_pages.profile_privacy, name="profile_privacy"),
    path("profile/export", profile_pages.profile_export, name="profile_export"),
    path("profile/restore", profile_pages.profile_restore, name="profile_restore"),
    path("profile/follow/<int:follow_id>", views.followed_words, name="followed_words"),
    path("profile/mute/<int:mute_id>", views.muted_words, name="muted_words"),
    path("profile/reset", profile_pages.profile_reset, name="profile_reset"),
]
