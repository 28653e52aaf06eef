"""Tags of pages that combine apps: article text, topic names, search snippets."""

from collections.abc import Mapping

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from nashra.base import locale
from nashra.core.text import Snippet
from nashra.front.models import Follow, Mute, Sense
from nashra.front.sayings import acts_in_words as _acts
from nashra.front.sayings import states
from nashra.front.words import kind_of
from nashra.news import catalogue

register = template.Library()


@register.filter
def safe_html(html: str) -> SafeString:
    """HTML that went through `core.extract.sanitise` when it was stored: the only text that is not escaped."""
    return mark_safe(html)  # noqa: S308


@register.filter
def topic_name(key: str, label: str) -> str:
    """A catalogue topic's name in the reader's language; other topics keep their label."""
    topic = catalogue.topic(key)
    return topic.name(locale.current().language) if topic else label


@register.filter
def kind_of_name(row: Follow | Mute) -> str:
    """What followed or muted words name, in words; as they suggest where the reader said nothing."""
    return str(Sense(kind_of(row)).label)


@register.filter
def acts_in_words(acts: Mapping[str, float]) -> str:
    """What was done with an article, as a list in words."""
    return _acts(acts)


@register.simple_tag
def profile_states() -> list[tuple[str, str]]:
    """What a reader can say of a line of the profile: state and button."""
    return states()


@register.simple_tag
def marked_snippet(snippets: Mapping[int, Snippet], article_id: int) -> SafeString:
    """A search result's snippet with `<mark>` on whole words; everything else is escaped."""
    snippet = snippets.get(article_id)
    return marked(snippet) if snippet is not None else SafeString("")


@register.simple_tag
def marked(snippet: Snippet) -> SafeString:
    """A piece of text with `<mark>` where its marks are; everything else is escaped."""
    parts, at = [], 0
    for start, end in snippet.marks:
        parts += [conditional_escape(snippet.text[at:start]), "<mark>", conditional_escape(snippet.text[start:end])]
        parts.append("</mark>")
        at = end
    parts.append(conditional_escape(snippet.text[at:]))
    return mark_safe("".join(parts))  # noqa: S308 (each piece was escaped above)
