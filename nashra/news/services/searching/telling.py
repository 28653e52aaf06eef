"""What a search could not do as it was typed, in sentences for its reader."""

from collections.abc import Iterable

from django.utils.translation import gettext, ngettext

from nashra.base import locale
from nashra.core.text.asking import Note
from nashra.core.text.asking.parsing import MOST_FILTERS, MOST_WORDS


def error_sentence(error: str | None) -> str:
    """Why nothing was looked for; empty when something was."""
    return {
        "empty": gettext("There is no word to look for: type at least one letter or digit."),
        "only_excluded": gettext("A search needs a word to find, beside those to leave out."),
    }.get(error or "", "")


def note_sentences(notes: Iterable[Note]) -> list[str]:
    """One sentence for each note, none twice."""
    return list(dict.fromkeys(_sentence(note) for note in notes))


def _sentence(note: Note) -> str:
    if note.code == "many":
        return _too_many()
    if note.code == "unknown":
        return _unknown(*note.word.partition(":")[::2])
    text = {
        "field": gettext("There is no filter “%(word)s:”, so it was looked for as a word."),
        "value": gettext("“%(word)s” was left out: one can ask for is:saved, is:unread, is:read and has:highlight."),
        "language": gettext("“%(word)s” was left out: it names no language. Write lang:ar, or lang:Arabic."),
        "date": gettext("“%(word)s” was left out: it is no date. Write 2026-11-01, 2026-11, 7d, 2w or yesterday."),
        "name": gettext("“%(word)s” was left out: it has no letter or digit."),
        "quote": gettext("A quotation mark was not closed: everything behind it was read as one phrase."),
        "bracket": gettext("A bracket was not closed or not opened: the search was read as if it were."),
        "prefix": gettext("“%(word)s” is too short for the star: at least two letters must stand before it."),
        "deep": gettext("There are too many brackets inside one another: the innermost ones were passed over."),
        "long": gettext("The search was too long: its beginning was read."),
    }[note.code]
    return text % {"word": locale.apart(note.word)}


def _too_many() -> str:
    words = ngettext(
        "Only the first %(words)s word and %(filters)s filters were looked for.",
        "Only the first %(words)s words and %(filters)s filters were looked for.",
        MOST_WORDS,
    )
    return words % {"words": locale.number(MOST_WORDS), "filters": locale.number(MOST_FILTERS)}


def _unknown(name: str, value: str) -> str:
    text = gettext("No source is called “%(name)s”.") if name == "source" else gettext("No topic is called “%(name)s”.")
    return text % {"name": locale.apart(value)}
