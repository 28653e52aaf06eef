"""What is looked for and what was found, as values."""

from dataclasses import dataclass, field
from typing import NamedTuple, get_args

from ..forms import Kind, Rule

__all__ = ["RULES", "Follow", "Hit", "Kind"]

RULES: tuple[Rule, ...] = get_args(Rule)


@dataclass(frozen=True, slots=True)
class Follow:
    """What a reader follows or mutes.

    ``kind`` says which forms count: a place also by its relation and its people, a topic by its plurals and
    possessives, a name mostly as it stands. ``language`` is that of the name; empty: any that its letters may be.
    ``aliases`` are other names of the same, in any language; a final ``*`` adds an alias's relations (أفغان*).

    ``broad`` is for mutes: whatever the text's language, every form that any kind has, with or without an article,
    in any case, words of a name also across signs. Nothing that a muted word names slips through.
    """

    name: str
    kind: Kind = field(kw_only=True)
    language: str = field(kw_only=True)
    aliases: tuple[str, ...] = field(default=(), kw_only=True)
    broad: bool = field(default=False, kw_only=True)


class Hit(NamedTuple):
    """A follow found: positions in the text, the words as written, and the rule that made them match. A tuple rather
    than a dataclass: an article may have hundreds. ``rule`` is

    - ``exact``: the name, with what is glued to it («وبمصر»), in any case or with its case ending;
    - ``spelling``: the name written otherwise («جوجل» for «غوغل», «عبدالله», «أبي ظبي»);
    - ``relation``: the adjective of it («الكازاخستاني» of «كازاخستان»);
    - ``people``: its people («الروس» of «روسيا»);
    - ``plural``: its plural, dual or singular («لاجئ» of «اللاجئين»);
    - ``possessive``: it with a possessor or case («نفطها», «قمحا»);
    - ``alias``: another name of it, given by the reader or known («أوتان», "Dutch" for "Netherlands");
    - ``translation``: its name in the text's language, or a form of that ("Kazakh" for «كازاخستان»).
    """

    follow: Follow
    start: int
    end: int
    form: str
    rule: Rule
