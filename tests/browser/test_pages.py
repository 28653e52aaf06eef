"""Every page, on a phone and on a wide screen, light and dark: accessible, never too wide, easy to touch."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from browser_audit import axe, open_panels, sideways, small_targets
from browser_helpers import DESK, PHONE, Judge, Nashra, link_in_mail, shoot
from browser_pages import ELSEWHERE, ROWS, Row, routes_to_look_at
from conftest import SignedIn
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
ENGLISH = ("sofia", "guest")
NOBODY = ("visitor", "guest")
LONGEST = "س" * 199  # one word that is wider than a phone
Places = dict[str, str]


class People:
    """Two browsers for each person: one as it is, one whose policy lets axe in. Both stay open for all pages."""

    def __init__(self, chromium: Browser, signed_in: SignedIn) -> None:
        self.chromium, self.signed_in = chromium, signed_in
        self.judge = Judge()
        self._pages: dict[str, tuple[Page, Page]] = {}

    def pages(self, who: str) -> tuple[Page, Page]:
        """The strict page and the audited one."""
        if who not in self._pages:
            cookies = {} if who in NOBODY else {"storage_state": self.signed_in(who)}
            self._pages[who] = self._page(who, **cookies), self._page(who, bypass_csp=True, **cookies)
            self.judge.watch(self._pages[who][0])
        return self._pages[who]

    def _page(self, who: str, **more: object) -> Page:
        language = "en" if who in ENGLISH else "ar"
        context = self.chromium.new_context(viewport=DESK, locale=language, reduced_motion="reduce", **more)  # type: ignore[arg-type]
        context.set_default_timeout(30_000)
        return context.new_page()

    def close(self) -> None:
        """Closes all of them."""
        for pair in self._pages.values():
            for page in pair:
                page.context.close()


@pytest.fixture(scope="session")
def people(chromium: Browser, signed_in: SignedIn) -> Iterator[People]:
    """Everybody's browsers, on the sample newspaper."""
    everybody = People(chromium, signed_in)
    yield everybody
    everybody.close()


@pytest.fixture(scope="session")
def places(people: People, demo: Nashra) -> Places:
    """Where things are on this run's sample newspaper."""
    page, _ = people.pages("layla")

    def first(path: str, selector: str) -> str:
        page.goto(demo.base + path)
        return page.locator(selector).first.get_attribute("href") or ""

    found = {
        "english": _number(first("/latest", "main .headline[lang=en] a")),
        "arabic": _number(first("/latest", "main .item:has(img) .headline:not([lang]) a")),
        "source": _number(first("/sources", "main .datarow h3 a")),
        "saved": _number(first("/saved?shelf=all", "main .libitem .headline a")),
        "why": first("/", "main .latest__w"),
        "edition": first("/editions", "main .followlist a"),
    }
    return (
        found
        | _letters(people, demo)
        | _invitation(people, demo)
        | _rule(people, demo)
        | _words(people, demo)
        | _searches(people, demo)
    )


def _number(path: str) -> str:
    return re.findall(r"\d+", path)[0]  # type: ignore[no-any-return]


def _letters(people: People, demo: Nashra) -> Places:
    """Layla's digest and the letter for a new password: the digest's page here, and the links in both."""
    page, _ = people.pages("layla")
    visitor, _ = people.pages("visitor")
    page.goto(f"{demo.base}/newsletters")
    page.click("[formaction$='/digest/now']")
    visitor.goto(f"{demo.base}/accounts/password/reset/")
    visitor.fill("main [name=email]", "karim@example.com")
    visitor.click("main form [type=submit]")
    wanted = {"mail_save": "mail/save/", "mail_less": "mail/less/", "unsubscribe": "unsubscribe/"}
    links = {name: link_in_mail(demo, "layla@", part) for name, part in wanted.items()}
    links["reset"] = link_in_mail(demo, "karim@", "password/reset/key/")
    page.goto(f"{demo.base}/mail")
    letter = page.locator("main .datarow h3 a").first.get_attribute("href") or ""
    return {name: link.removeprefix(demo.base) for name, link in links.items()} | {"letter": _number(letter)}


def _rule(people: People, demo: Nashra) -> Places:
    """A rule of Layla's that acted on the last seven days."""
    page, _ = people.pages("layla")
    page.goto(f"{demo.base}/filters/new")
    page.fill("[name=written]", 'when text:البحر -title:"مرسى النخيل" then read, tag:بحر')
    page.click("[name=do][value=apply]")
    return {"rule": _number(page.locator("main .datarow h3 a").first.get_attribute("href") or "")}


def _words(people: People, demo: Nashra) -> Places:
    """Words that Layla follows, one of them very long, and others that she muted."""
    page, _ = people.pages("layla")
    for form, word in (("follow", LONGEST), ("follow", "التحلية"), ("mute", "الأرصاد")):
        page.goto(f"{demo.base}/profile")
        page.fill(f"#{form}-word", word)
        page.click(f"main form[action$='/{form}'] .btn")
    followed = page.locator("main .datarow h3 a[href*='/profile/follow/']").first.get_attribute("href") or ""
    muted = page.locator("main .datarow h3 a[href*='/profile/mute/']").first.get_attribute("href") or ""
    line = page.locator("main .interest h3 a").first.get_attribute("href") or ""
    return {"followed": _number(followed), "muted": _number(muted), "interest": _number(line)}


def _searches(people: People, demo: Nashra) -> Places:
    """A search that Layla follows with feed and letters, and one that Sofia just follows."""
    found = {}
    for who, name, words in (("layla", "search", "البحر"), ("sofia", "search_en", "water -rain")):
        page, _ = people.pages(who)
        page.goto(f"{demo.base}/search?q={quote(words)}")
        page.click("main [name=do][value=feed]" if who == "layla" else "main form[action='/following'] button >> nth=0")
        page.goto(f"{demo.base}/profile")
        found[name] = _number(page.locator("main .datarow h3 a[href^='/following/']").first.get_attribute("href") or "")
        if who == "layla":
            page.click(f"main [formaction='/following/{found[name]}/mail']")
    return found


def _invitation(people: People, demo: Nashra) -> Places:
    page, _ = people.pages("omar")
    page.goto(f"{demo.base}/operation/people")
    page.click("form[action$='/people/invite'] [type=submit]")
    return {"invitation": page.locator("#made").input_value().removeprefix(demo.base)}


def test_every_page_has_a_row() -> None:
    rows = {row.route for row in ROWS if row.route}
    routes = routes_to_look_at()
    assert routes - rows - ELSEWHERE.keys() == set(), "pages that nobody looks at"
    assert (rows | ELSEWHERE.keys()) - routes == set(), "rows without a page"
    assert rows & ELSEWHERE.keys() == set()


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_page_is_accessible_fits_and_keeps_its_policy(row: Row, people: People, places: Places, demo: Nashra) -> None:
    strict, audited = people.pages(row.who)
    address = demo.base + row.path.format(**places)
    people.judge.complaints.clear()
    faults = _as_it_is(strict, address, row)
    faults |= _audited(audited, address)
    people.judge.verdict()
    assert not faults, "\n".join(f"{fault}  {sorted(where)}" for fault, where in faults.items())


def _as_it_is(page: Page, address: str, row: Row) -> dict[str, set[str]]:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == row.status
    faults: dict[str, set[str]] = {}
    for size in (PHONE, DESK):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for fault in small_targets(page):
            faults.setdefault(f"small: {fault}", set()).add(str(size["width"]))
        name = re.sub(r"\W+", "-", f"{row.who}-{row.path}")
        shoot(page, f"{name}-{size['width']}")
    open_panels(page)
    return faults | {f"wide: {fault}": {"open"} for fault in sideways(page)}


def _audited(page: Page, address: str) -> dict[str, set[str]]:
    faults: dict[str, set[str]] = {}
    page.goto(address)
    open_panels(page)
    for size in (PHONE, DESK):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            for fault in axe(page, colours=scheme == "dark"):
                faults.setdefault(fault, set()).add(f"{size['width']} {scheme}")
    return faults
