"""What is measured on a page: axe-core's rules, sideways scroll, sizes of what a finger touches."""

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

WIDTHS = (320, 360, 390, 768, 900, 1024, 1280)
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

COLOURS = ("color-contrast", "link-in-text-block", "button-name")  # all that differs between light and dark

_AXE = """([type, values]) => axe.run(document, {runOnly: {type, values}, resultTypes: ['violations']})
    .then(found => found.violations.flatMap(rule => rule.nodes.map(node => [
        rule.id, rule.help, node.target.join(' '), node.html.slice(0, 200),
        node.any.concat(node.all).map(one => one.message).join('; ').slice(0, 200),
    ].join(' | '))))"""

# Whatever reaches beyond the page's edge without a scrolling ancestor of its own that keeps it.
_SIDEWAYS = """() => {
    const root = document.documentElement, over = root.scrollWidth - root.clientWidth;
    if (over <= 0) return [];
    const name = one => `${one.tagName.toLowerCase()}.${one.className}`.slice(0, 80);
    const out = [...document.querySelectorAll('body *')].filter(one => {
        const box = one.getBoundingClientRect();
        return box.width && (box.left < -1 || box.right > root.clientWidth + 1);
    });
    return [`${over}px too wide: ${out.slice(0, 6).map(name).join(', ')}`];
}"""

# 44 px for controls, 24 px for links that stand in a line of text (WCAG 2.5.8 and the design's own --tap).
_TARGETS = """() => {
    const seen = one => one.checkVisibility({visibilityProperty: true, opacityProperty: true});
    const clickable = 'a[href], button, summary, input:not([type=hidden]), select, textarea';
    // The box around a small control: its label carries the click.
    const box = one => (one.matches('input[type=checkbox], input[type=radio]') && one.closest('label')) || one;
    const inText = one => one.matches('a') && !one.matches('.btn, .iconbtn, .chip, nav a, .tabbar a, .menu__list a');
    const small = [];
    for (const one of document.querySelectorAll(clickable)) {
        const target = box(one), size = target.getBoundingClientRect();
        if (!seen(target) || !size.width || one.matches('.skip, [tabindex="-1"]')) continue;
        const least = inText(one) ? 24 : 44, line = inText(one) && one.closest('p, li, .prose, dd, td, th');
        const high = line ? Math.max(size.height, parseFloat(getComputedStyle(one).lineHeight) || 0) : size.height;
        const wide = inText(one) ? 24 : size.width;  // one word may be narrower than a finger; its line is not
        if (high < least - .5 || (wide < least - .5))
            small.push(`${one.outerHTML.slice(0, 110)} ${size.width.toFixed(0)}×${size.height.toFixed(0)}`);
    }
    return small;
}"""


@cache
def _axe_source() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def axe(page: Page, *, colours: bool = False) -> list[str]:
    """Violations of WCAG 2.0 to 2.2 (A, AA) and best practice, or of the rules about colours alone; the page's
    context must bypass its CSP.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe_source())
    found: list[str] = page.evaluate(_AXE, ["rule", list(COLOURS)] if colours else ["tag", list(RULES)])
    return found


def sideways(page: Page, widths: tuple[int, ...] = WIDTHS) -> list[str]:
    """Where the page scrolls sideways; the page is left at the last width."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width}: {text}" for text in page.evaluate(_SIDEWAYS)]
    return found


def small_targets(page: Page) -> list[str]:
    """Controls under 44 px and links in text under 24 px, at the page's present size."""
    found: list[str] = page.evaluate(_TARGETS)
    return found


def open_panels(page: Page) -> None:
    """Opens every reason line and other disclosure that stands in the text (menus lie over it, so they stay shut)."""
    page.evaluate("document.querySelectorAll('details:not(.menu)').forEach(one => { one.open = true; })")


def overflowing(page: Page, selector: str) -> list[Any]:
    """What is drawn outside the boxes that this selector names, by more than the
    overhang of a letter."""
    script = """selector => [...document.querySelectorAll(selector)].flatMap(frame => {
        const edge = frame.getBoundingClientRect();
        return [...frame.querySelectorAll('*')].filter(one => {
            const box = one.getBoundingClientRect(), style = getComputedStyle(one);
            if (!box.width || !box.height || one.closest('.visually-hidden')) return false;
            const out = box.left < edge.left - 8 || box.right > edge.right + 8 || box.top < edge.top - 8
                || box.bottom > edge.bottom + 8;
            return style.position === 'fixed' || (out && !scrolls(one.parentElement, frame));
        }).map(one => one.outerHTML.slice(0, 160));
        function scrolls(one, top) {
            for (; one && one !== top; one = one.parentElement)
                if (getComputedStyle(one).overflowX !== 'visible') return true;
            return getComputedStyle(top).overflowX !== 'visible';
        }
    })"""
    found: list[Any] = page.evaluate(script, selector)
    return found
