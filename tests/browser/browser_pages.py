"""The table of pages: which routes there are, whose page each is, and where it is on the sample newspaper."""

from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Row:
    """One page: the route it shows, who looks, and its path with names of `Places` in braces."""

    route: str
    who: str
    path: str
    status: int = 200

    def __str__(self) -> str:
        return f"{self.who} {self.path}"


# "visitor" and "guest" are nobody, in an Arabic and in an English browser.
ROWS = [
    Row("front", "visitor", "/"),
    Row("front", "guest", "/"),
    Row("front", "layla", "/"),
    Row("front", "karim", "/"),
    Row("front", "sofia", "/"),
    Row("editions", "layla", "/editions"),
    Row("editions", "sofia", "/editions"),
    Row("edition", "layla", "{edition}"),
    Row("why", "layla", "{why}"),
    Row("why", "sofia", "/article/{english}/why"),
    Row("picks", "nadia", "/picks"),
    Row("latest", "layla", "/latest"),
    Row("latest", "visitor", "/latest?page=2"),
    Row("article", "layla", "/article/{arabic}"),
    Row("article", "karim", "/article/{english}"),
    Row("article", "sofia", "/article/{english}"),
    Row("article_changes", "sofia", "/article/{english}/changes"),
    Row("source", "layla", "/source/{source}"),
    Row("source", "visitor", "/source/{source}"),
    Row("topic", "layla", "/topic/science"),
    Row("history", "layla", "/history"),
    Row("search", "layla", "/search"),
    Row("search", "layla", "/search?q=%D8%A7%D9%84%D8%A8%D8%AD%D8%B1"),
    Row("search", "sofia", "/search?q=zzqqxx"),
    Row("search", "sofia", f"/search?q=water%20source:{'x' * 100}"),
    Row("search", "sofia", "/search?q=-water"),
    Row("search", "sofia", "/search?q=%22tank%20the%20water%22%20since:3m%20colour:red"),
    Row("search", "layla", "/search?in=library&q=%D8%AD%D8%A7%D9%84%D8%A9:%D9%85%D8%AD%D9%81%D9%88%D8%B8"),
    Row("welcome", "layla", "/welcome"),
    Row("welcome", "sofia", "/welcome"),
    Row("saved", "layla", "/saved?shelf=all"),
    Row("saved", "layla", "/saved?shelf=all&edit=1"),
    Row("saved", "sofia", "/saved?q=zzqqxx"),
    Row("saved_item", "layla", "/saved/{saved}"),
    Row("save_url", "layla", "/saved/add"),
    Row("newsletters", "layla", "/newsletters"),
    Row("newsletters", "sofia", "/newsletters"),
    Row("mail", "layla", "/mail"),
    Row("mail", "sofia", "/mail"),
    Row("mail_item", "layla", "/mail/{letter}"),
    Row("mail_save", "visitor", "{mail_save}"),
    Row("mail_less", "visitor", "{mail_less}"),
    Row("unsubscribe", "visitor", "{unsubscribe}"),
    Row("profile", "layla", "/profile"),
    Row("profile", "sofia", "/profile"),
    Row("interest", "layla", "/profile/interest/{interest}"),
    Row("followed_words", "layla", "/profile/follow/{followed}"),
    Row("muted_words", "layla", "/profile/mute/{muted}"),
    Row("followed_search", "layla", "/following/{search}"),
    Row("followed_search", "sofia", "/following/{search_en}"),
    Row("sources", "layla", "/sources"),
    Row("source_edit", "layla", "/sources/{source}"),
    Row("filters", "layla", "/filters"),
    Row("filters", "sofia", "/filters"),
    Row("filter_new", "layla", "/filters/new"),
    Row("filter_new", "sofia", "/filters/new?article={english}"),
    Row("filter_edit", "layla", "/filters/{rule}"),
    Row("filter_delete", "layla", "/filters/{rule}/delete"),
    Row("settings", "layla", "/settings"),
    Row("settings", "sofia", "/settings"),
    Row("account_export", "layla", "/settings/export"),
    Row("account_delete", "layla", "/settings/delete"),
    Row("account_email", "layla", "/accounts/email/"),
    Row("account_change_password", "layla", "/accounts/password/change/"),
    Row("usersessions_list", "layla", "/accounts/sessions/"),
    Row("mfa_index", "layla", "/accounts/2fa/"),
    Row("mfa_activate_totp", "layla", "/accounts/2fa/totp/activate/"),
    Row("mfa_list_webauthn", "layla", "/accounts/2fa/webauthn/"),
    Row("mfa_add_webauthn", "layla", "/accounts/2fa/webauthn/add/"),
    Row("account_logout", "layla", "/accounts/logout/"),
    Row("account_login", "visitor", "/accounts/login/"),
    Row("account_login", "guest", "/accounts/login/?next=/saved"),
    Row("account_signup", "visitor", "/accounts/signup/"),
    Row("account_signup", "guest", "/accounts/signup/"),
    Row("account_reset_password", "visitor", "/accounts/password/reset/"),
    Row("account_reset_password_done", "visitor", "/accounts/password/reset/done/"),
    Row("account_reset_password_from_key", "visitor", "{reset}"),
    Row("account_reset_password_from_key_done", "visitor", "/accounts/password/reset/key/done/"),
    Row("account_confirm_email", "visitor", "/accounts/confirm-email/nonsense/"),
    Row("account_email_verification_sent", "visitor", "/accounts/confirm-email/"),
    Row("account_inactive", "visitor", "/accounts/inactive/"),
    Row("setup", "visitor", "/setup/used-up", 404),
    Row("invite", "visitor", "{invitation}"),
    Row("invite", "guest", "/invite/used-up", 404),
    Row("operation", "omar", "/operation"),
    Row("operation_sources", "omar", "/operation/sources"),
    Row("operation_sources", "nadia", "/operation/sources"),
    Row("operation_source", "omar", "/operation/sources/{source}"),
    Row("operation_mail", "omar", "/operation/mail"),
    Row("operation_jobs", "omar", "/operation/jobs"),
    Row("operation_ranking", "omar", "/operation/ranking"),
    Row("operation_paper", "omar", "/operation/paper"),
    Row("people", "omar", "/operation/people"),
    Row("", "layla", "/nowhere", 404),
    Row("", "guest", "/nowhere", 404),
]

ELSEWHERE = {
    "arriving": "a fragment of the front page, in test_first_day",
    "settings_example": "one line of text for the settings, in test_dates_and_digits",
    "saved_state": "a fragment of a saved page, in test_first_day",
    "healthz": "for programs",
    "metrics": "for programs",
    "feed_atom": "a feed",
    "feed_json": "a feed",
    "search_suggest": "for the script",
    "search_atom": "a feed",
    "search_json": "a feed",
    "alert_stop": "the link of a letter that takes minutes to come; it looks like unsubscribe",
    "websub": "for hubs",
    "opml_export": "a file",
    "profile_export": "a file",
    "picture": "a picture",
    "media": "a picture",
    "source_add": "looking leads to the sources",
    "source_watch": "answers a form; in test_watching_a_page",
    "source_selectors": "of a watched page; in test_watching_a_page",
    "opml_import": "looking leads to the sources",
    "mail_view": "leads to the letter",
    "account_set_password": "leads away: everybody has a password",
    "account_confirm_login_code": "leads away: no codes are sent",
    "account_reauthenticate": "leads away right after a sign-in; in test_passkey",
    "mfa_authenticate": "after the password of somebody with a second step; in test_passkey",
    "mfa_reauthenticate": "in test_passkey",
    "mfa_reauthenticate_webauthn": "in test_passkey",
    "mfa_deactivate_totp": "needs the app turned on; in test_passkey",
    "mfa_view_recovery_codes": "in test_passkey",
    "mfa_generate_recovery_codes": "in test_passkey",
    "mfa_download_recovery_codes": "a file",
    "mfa_remove_webauthn": "in test_passkey",
    "mfa_edit_webauthn": "in test_passkey",
    "mfa_login_webauthn": "for the script",
}


def routes_to_look_at() -> set[str]:
    """The names of all routes that answer to GET."""
    return {name for name, view in _walk(get_resolver().url_patterns) if name and "GET" in _methods(view)}


def _walk(patterns: list[URLPattern | URLResolver]) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for one in patterns:
        if isinstance(one, URLResolver):
            found += _walk(one.url_patterns)
        else:
            found.append((one.name or "", one.callback))
    return found


def _methods(view: object) -> set[str]:
    """What Django's `require_http_methods` around a view allows; everything when there is none."""
    todo, seen = [view], set()
    while todo:
        part = todo.pop()
        seen.add(id(part))
        for cell in getattr(part, "__closure__", None) or ():
            kept = cell.cell_contents
            if isinstance(kept, list | tuple) and kept and all(m in ("GET", "HEAD", "POST") for m in kept):
                return set(kept)
            if callable(kept) and id(kept) not in seen:
                todo.append(kept)
    return {"GET", "POST"}
