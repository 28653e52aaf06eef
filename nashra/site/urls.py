"""The address table: each app brings its own; pages that combine apps come from `pages`."""

from django.urls import include, path

urlpatterns = [
    path("", include("nashra.site.pages.urls")),
    path("", include("nashra.accounts.urls")),
    path("", include("nashra.news.urls")),
    path("", include("nashra.front.urls")),
    path("", include("nashra.library.urls")),
    path("", include("nashra.newsletters.urls")),
    path("accounts/", include("allauth.urls")),
]

handler400 = "nashra.site.pages.errors.bad_request"
handler403 = "nashra.site.pages.errors.forbidden"
handler404 = "nashra.site.pages.errors.not_found"
handler500 = "nashra.site.pages.errors.failed"
