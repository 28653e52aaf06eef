"""Pictures that their sites no longer have: the page closes over them instead of showing a broken sign."""

import pytest
from browser_helpers import DESK, PHONE, Judge, Nashra
from conftest import Open, SignedIn
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(request: pytest.FixtureRequest, demo: Nashra, browser_page: Open, signed_in: SignedIn, judge: Judge) -> Page:
    """Layla's browser, to which no picture comes."""
    judge.allowed.append(r"404: http://localhost:\d+/i/")
    page = browser_page(size=request.param, storage_state=signed_in("layla"))

    def nothing(route: Route) -> None:
        route.fulfill(status=404, content_type="text/plain", body="There is no such picture.")

    page.route("**/i/*", nothing)
    return page


def test_a_front_page_without_its_pictures_shows_no_broken_sign(demo: Nashra, page: Page) -> None:
    page.goto(demo.base)
    pictures = page.locator("main .picture img")
    assert pictures.count() > 2
    for place in range(pictures.count()):
        pictures.nth(place).evaluate("image => image.scrollIntoView()")
    expect(page.locator("main .picture:visible")).to_have_count(0)
    assert page.locator("main .item--thumb").count() == 0  # the words take the room
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_a_picture_shows_is_still_said_where_it_is_lost(demo: Nashra, page: Page) -> None:
    page.goto(demo.base)
    page.evaluate("""() => {
        const image = document.createElement('img');
        image.alt = 'A harbour'; image.src = '/i/lost'; image.id = 'told';
        document.querySelector('main').prepend(image);
    }""")
    expect(page.locator("#told")).to_have_js_property("complete", True)
    expect(page.locator("#told")).to_be_visible()
