"""Addresses of this app. Those under `accounts/` stand before allauth's and replace them."""

from django.urls import path

from nashra.accounts.views import door, mine, people

urlpatterns = [
    path("setup/<str:secret>", door.setup, name="setup"),
    path("invite/<str:secret>", door.InvitationView.as_view(), name="invite"),
    path("accounts/email/", door.email, name="account_email"),
    path("accounts/sessions/<int:session_id>/end", mine.session_end, name="session_end"),
    path("settings", mine.settings, name="settings"),
    path("settings/example", mine.settings_example, name="settings_example"),
    path("settings/export", mine.account_export, name="account_export"),
    path("settings/delete", mine.account_delete, name="account_delete"),
    path("language", mine.language, name="language"),
    path("theme", mine.theme, name="theme"),
    path("operation/people", people.people, name="people"),
    path("operation/people/invite", people.invite, name="people_invite"),
    path("operation/people/revoke/<int:link_id>", people.revoke, name="people_revoke"),
    path("operation/people/<int:reader_id>/confirm", people.confirm_address, name="people_confirm"),
    path("operation/people/<int:reader_id>/role", people.role, name="people_role"),
    path("operation/people/<int:reader_id>/active", people.active, name="people_active"),
]
