"""Element names as short keys: "title", "dc:creator", "media:thumbnail", whatever prefix or case the file uses."""

from __future__ import annotations

from nashra.core.feeds.xml import Element

Fields = dict[str, list[Element]]

_PREFIXES: dict[str, str] = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/elements/1.0/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://purl.org/rss/1.0/modules/slash/": "slash",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://www.w3.org/xml/1998/namespace": "xml",
    "http://www.w3.org/2005/atom": "atom",
    "http://purl.org/atom/ns#": "atom",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://my.netscape.com/publish/formats/rss-0.91.dtd": "",
    "http://purl.org/rss/1.0/": "",
    "http://backend.userland.com/rss": "",
    "http://backend.userland.com/rss2": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://cyber.law.harvard.edu/rss/rss.html": "",
}
_KNOWN = frozenset(_PREFIXES.values())


class Names(dict[str, str]):
    """Looks up `{namespace}local` once per feed. The root's own namespace has no prefix; unknown ones get "?"."""

    def __init__(self, root: str, *, atom: bool = False) -> None:
        super().__init__()
        self._native = {root[1:].partition("}")[0].lower() if root[:1] == "{" else ""}
        if atom:
            self._native |= {uri for uri, prefix in _PREFIXES.items() if prefix == "atom"}
        self._native.discard("http://www.w3.org/1999/02/22-rdf-syntax-ns#")

    def __missing__(self, tag: str) -> str:
        key = self[tag] = self._key(str(tag).lower())  # lxml gives a function as the tag of an unknown entity
        return key

    def fields(self, parent: Element) -> Fields:
        """The children of an element by their keys, each in the order of the file."""
        fields: Fields = {}
        for child in parent:
            key = self[child.tag]
            if key in fields:
                fields[key].append(child)
            else:
                fields[key] = [child]
        return fields

    def _key(self, tag: str) -> str:
        if tag[:1] != "{":
            return self._undeclared(tag)
        uri, _, local = tag[1:].partition("}")
        if uri in self._native:
            return local
        prefix = _PREFIXES.get(uri, "?")
        return f"{prefix}:{local}" if prefix else local

    @staticmethod
    def _undeclared(tag: str) -> str:
        """A prefix that the file forgot to declare stays in the name; the usual ones mean what they usually mean."""
        prefix, colon, local = tag.rpartition(":")
        if not colon:
            return tag
        return tag if prefix in _KNOWN else f"?:{local}"
