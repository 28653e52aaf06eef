"""Writing a list of subscriptions as OPML 2.0, with what that has no words for in a namespace of our own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from nashra.core.feeds import repair
from nashra.core.feeds.opml.model import NAMESPACE, Outline


def write(outlines: Iterable[Outline], *, title: str, now: datetime, rules: Sequence[str] = ()) -> bytes:
    """An OPML 2.0 file in UTF-8 with the outlines in their folders; `now` is aware and becomes dateCreated."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<opml version="2.0" xmlns:nashra="{NAMESPACE}">',
        f"<head><title>{_text(title)}</title><dateCreated>{format_datetime(now)}</dateCreated>",
        *_rules(rules),
        "</head>",
        "<body>",
    ]
    open_folders: tuple[str, ...] = ()
    for outline in sorted(outlines, key=lambda one: one.folders):
        lines += _steps(open_folders, outline.folders)
        lines.append(_written(outline))
        open_folders = outline.folders
    lines += [*_steps(open_folders, ()), "</body>", "</opml>", ""]
    return "\n".join(lines).encode("utf-8")


def _rules(rules: Sequence[str]) -> Iterator[str]:
    if rules:
        yield "<nashra:rules>"
        yield from (f"<nashra:rule>{_text(rule)}</nashra:rule>" for rule in rules)
        yield "</nashra:rules>"


def _steps(old: tuple[str, ...], new: tuple[str, ...]) -> list[str]:
    """The end and start tags between two places in the tree of folders."""
    common = 0
    while common < min(len(old), len(new)) and old[common] == new[common]:
        common += 1
    opened = [f"<outline text={_quoted(folder)} title={_quoted(folder)}>" for folder in new[common:]]
    return ["</outline>"] * (len(old) - common) + opened


def _written(outline: Outline) -> str:
    name = _quoted(outline.title)
    feed = outline.reads == "feed"
    # What is no feed is a link to other programs, which would find nothing to read there.
    parts = [f"type={_quoted(outline.kind if feed else 'link')}", f"text={name}", f"title={name}"]
    parts.append(f"{'xmlUrl' if feed else 'url'}={_quoted(outline.xml_url)}")
    if outline.html_url:
        parts.append(f"htmlUrl={_quoted(outline.html_url)}")
    parts += [*_categories(outline.tags), *_own(outline)]
    return f"<outline {' '.join(parts)}/>"


def _categories(tags: tuple[str, ...]) -> Iterator[str]:
    """The tags as OPML's `category`; where a slash in one would be taken for nesting, word for word as well."""
    if tags:
        yield f"category={_quoted(','.join(tags))}"
    if any("/" in tag for tag in tags):
        yield f"nashra:tags={_quoted(','.join(tags))}"


def _own(outline: Outline) -> Iterator[str]:
    if outline.feed_title:
        yield f"nashra:title={_quoted(outline.feed_title)}"
    if outline.private:
        yield 'nashra:private="true"'
    if outline.reads != "feed":
        yield f"nashra:reads={_quoted(outline.reads)}"
    if outline.selectors:
        yield f"nashra:selectors={_quoted(outline.selectors)}"


def _quoted(value: str) -> str:
    return quoteattr(repair.BAD_CHARACTERS.sub("", value))


def _text(value: str) -> str:
    return escape(repair.BAD_CHARACTERS.sub("", value))
