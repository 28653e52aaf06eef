"""Addresses of newsletters, of the reader's mail, and of the links in letters."""

from django.urls import path

from nashra.newsletters import views

urlpatterns = [
    path("newsletters", views.newsletters, name="newsletters"),
    path("newsletters/digest", views.digest, name="digest"),
    path("newsletters/digest/now", views.digest_now, name="digest_now"),
    path("mail", views.mail, name="mail"),
    path("mail/<int:message_id>", views.mail_item, name="mail_item"),
    path("mail/view/<str:mark>", views.mail_view, name="mail_view"),
    path("mail/save/<str:token>", views.mail_save, name="mail_save"),
    path("mail/less/<str:token>", views.mail_less, name="mail_less"),
    path("unsubscribe/search/<str:token>", views.alert_stop, name="alert_stop"),
    path("unsubscribe/<str:token>", views.unsubscribe, name="unsubscribe"),
]
