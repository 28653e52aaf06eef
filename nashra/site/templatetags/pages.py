"""Tags of pages that combine apps: article text, topic names, search snippets."""

from collections.abc import Mapping
from functools import lru_cache
from types import SimpleNamespace

from django import template
from django.conf import settings
from django.template.context import Context
from django.template.loader import get_template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from nashra.base import locale
from nashra.base.templatetags.nashra import icon
from nashra.core.text import Snippet
from nashra.front.models import Follow, Mute, Sense
from nashra.front.sayings import acts_in_words as _acts
from nashra.front.sayings import states
from nashra.front.words import kind_of
from nashra.news import catalogue
from nashra.site.pages.cards import Card

register = template.Library()
_ID, _PLACE, _TOPIC = 777_000_111_000_777, "?e=place-of-a-piece", "topic-of-a-piece"  # stand where a piece's own come


@register.simple_tag(takes_context=True)
def stamped(context: Context, name: str, card: Card) -> SafeString:
    """A partial of the components that shows of a piece no more than its number, place, topic and state: made once for
    all pieces of one kind and stamped with what is a piece's own. A page has forty of them, nearly alike.
    """
    reader = context["reader"]
    if card.said:
        return mark_safe(get_template(f"components/{name}.html").render({"card": card, "reader": reader}))  # noqa: S308
    kind = (bool(card.topic), card.is_saved, bool(card.reasons), reader.is_editor and card.is_paper)
    made = _stamp(name, kind, locale.current().language, icon("why"), settings.ROOT_URLCONF)
    own = {str(_ID): str(card.id), _PLACE: card.place, _TOPIC: card.topic[0] if card.topic else ""}
    for mark, value in own.items():
        made = made.replace(mark, conditional_escape(value))
    return mark_safe(made)  # noqa: S308


@lru_cache(maxsize=256)
def _stamp(name: str, kind: tuple[bool, ...], _language: str, _icons: str, _routes: str) -> str:
    """A partial with marks where a piece's own values come; it hangs on the language and addresses."""
    has_topic, is_saved, has_reasons, may_pick = kind
    card = SimpleNamespace(
        id=_ID, place=_PLACE, topic=(_TOPIC, "", "") if has_topic else None, is_saved=is_saved, said=frozenset(),
        reasons=["-"] if has_reasons else [], is_paper=may_pick,
    )  # fmt: skip
    reader = {"is_authenticated": True, "is_editor": may_pick}
    return get_template(f"components/{name}.html").render({"card": card, "reader": reader})


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
