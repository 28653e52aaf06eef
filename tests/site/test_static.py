"""The look keeps its promises: one stylesheet, logical properties, no inline style or script, fonts with licences."""

import gzip
import re
from pathlib import Path

import pytest

import nashra.site

SITE = Path(nashra.site.__file__).parent
STATIC, TEMPLATES = SITE / "static", SITE / "templates"
CSS = (STATIC / "nashra.css").read_text("utf-8")
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "mail" not in path.relative_to(TEMPLATES).parts)
COMMENT = re.compile(r"\{%\s*comment\s*%\}.*?\{%\s*endcomment\s*%\}|\{#.*?#\}|<!--.*?-->", re.DOTALL)


def markup(page: Path) -> str:
    """A template without its comments."""
    return COMMENT.sub("", page.read_text("utf-8"))


def name(page: Path) -> str:
    """A template's name as `include` says it."""
    return str(page.relative_to(TEMPLATES))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_page_has_an_inline_style_script_or_handler(page: Path) -> None:
    text = markup(page)
    assert not re.search(r"\sstyle\s*=", text), "style attribute"
    assert not re.search(r"<style\b", text), "style element"
    assert not re.search(r"\son[a-z]+\s*=", text), "event handler attribute"
    assert not re.search(r"javascript:", text, re.IGNORECASE)
    assert not [
        tag for tag in re.findall(r"<script\b[^>]*>", text) if "src=" not in tag and "application/json" not in tag
    ], "inline script"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_page_loads_anything_from_elsewhere(page: Path) -> None:
    loads = re.findall(r"<(?:link|script|img|iframe|source)\b[^>]*?\b(?:src|href)=\"([^\"]*)\"", markup(page))
    assert not [address for address in loads if re.match(r"(https?:)?//", address)]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_icon_a_page_names_is_drawn(page: Path) -> None:
    drawn = set(re.findall(r'<symbol id="i-([a-z]+)"', (STATIC / "icons.svg").read_text("utf-8")))
    used = set(re.findall(r"\{%\s*icon\s+[\"']([^\"']+)[\"']", markup(page)))
    used |= set(re.findall(r"icon_name=[\"']([^\"']+)[\"']", markup(page)))
    assert used <= drawn, f"not in icons.svg: {sorted(used - drawn)}"


def test_every_component_says_at_its_top_what_it_takes() -> None:
    silent = [
        name(page)
        for page in PAGES
        if page.parent.name == "components" and "{% comment %}" not in page.read_text("utf-8")
    ]
    assert not silent


def test_there_is_one_stylesheet_and_it_names_no_other() -> None:
    assert [path.name for path in STATIC.rglob("*.css")] == ["nashra.css"]
    assert "@import" not in CSS
    assert "http" not in re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)


def test_the_stylesheet_has_logical_properties_only_but_for_the_two_marked_rules() -> None:
    declarations = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
    physical = re.compile(
        r"(?<![-\w])(?:(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right|top|bottom)"
        r"|left|right|top|bottom|(?:min-|max-)?(?:width|height)|float|clear)\s*:"
        r"|text-align\s*:\s*(?:left|right)"
    )
    media = re.compile(r"@media[^{]*\{")  # conditions on the window's width are not properties
    found = physical.findall(media.sub("", declarations))
    assert not found, found
    assert CSS.count("physical:") == 2, "each exception is marked"
    assert len(re.findall(r":dir\(ltr\)", declarations)) == 3, "two exceptions and the mirrored icons"


def test_colours_have_values_where_light_dark_is_unknown() -> None:
    tokens = set(re.findall(r"(--[a-z0-9-]+):\s*light-dark\(", CSS))
    block = re.search(r"@supports not \(color: light-dark\(#000, #fff\)\) \{\s*:root \{(.*?)\}", CSS, re.DOTALL)
    assert block
    assert tokens
    assert tokens == set(re.findall(r"(--[a-z0-9-]+):", block[1]))


def test_the_scripts_are_under_twenty_kilobytes_compressed() -> None:
    scripts = list(STATIC.rglob("*.js"))
    assert scripts
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts) <= 20 * 1024


def test_the_script_never_writes_markup_or_style_that_the_policy_forbids() -> None:
    code = (STATIC / "nashra.js").read_text("utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\.style\b|cssText", code
    )


def test_every_font_the_stylesheet_names_is_here_with_its_licence() -> None:
    named = set(re.findall(r"url\((fonts/[^)]+)\)", CSS))
    files = {f"fonts/{path.name}" for path in (STATIC / "fonts").glob("*.woff2")}
    assert named
    assert named == files
    licence = (STATIC / "fonts" / "LICENSES.md").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE" in licence
    assert "PERMISSION & CONDITIONS" in licence
    for family in ("markazi", "naskh", "serif", "plex"):
        assert f"`{family}" in licence


def test_every_class_that_components_use_is_styled() -> None:
    styled = set(re.findall(r"\.([a-zA-Z][\w-]*)", CSS))
    hooks = {"label", "stack-s", "outside__pic", "foot__links"}  # for scripts and selectors of their parents
    unknown = set()
    for page in PAGES:
        if page.parent.name == "components":
            for value in re.findall(r'class="([^"]*)"', markup(page)):
                words = re.sub(r"\{%.*?%\}", " ", re.sub(r"\{\{.*?\}\}", "@", value)).split()
                unknown |= {word for word in words if "@" not in word}
    assert unknown - styled - hooks == set()
