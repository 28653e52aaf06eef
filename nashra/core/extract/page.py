"""A web page to an article.

trafilatura decides which text is the article's; the archived HTML is then cut out of the page itself, because
trafilatura's own rendering loses direction, isolation, captions and repeated paragraphs.
"""

import copy
import re

import lxml.html
from lxml.html import HtmlElement

from nashra.core.text import detect, direction

from .article import Article
from .dom import article_node, densest_text, key, parse, told_once
from .encoding import decode
from .metadata import Metadata, metadata
from .plain import paragraphs_of, to_text
from .sanitise import sanitise
from .tokens import names

_ENOUGH = 300
"""Characters: less than that, and the page is read a second way."""
_MOST_ELEMENTS = 50_000
"""Elements: a larger page is read by the heuristic alone, which is linear."""
_CAPTION = re.compile(r"<figcaption\b.*?</figcaption>", re.DOTALL)
_LANGUAGES = tuple(sorted(names("ar en fr de es fa ur tr he ru it pt nl ps ckb id hi zh ja ko sv pl uk el")))


def extract(html: str | bytes, *, url: str) -> Article:
    """The article of the page ``html`` that was fetched from ``url``. Never raises on a bad page; no network.

    A page without an article gives what text it has, perhaps none; missing metadata is None.
    """
    source = decode(html) if isinstance(html, bytes) else html
    tree = parse(source)
    if tree is None:
        return _bare(source, url)
    about = metadata(tree, url=url)
    cleaned = _body(tree, url, about.title)
    return _article(cleaned, about)


def _article(cleaned: str, about: Metadata) -> Article:
    text = to_text(_CAPTION.sub("", cleaned))
    language = detect(text or about.title or "", declared=about.language, candidates=_LANGUAGES) if text else None
    language = language or about.language
    return Article(
        text=text,
        html=cleaned,
        title=about.title,
        authors=about.authors,
        published=about.published,
        modified=about.modified,
        language=language,
        direction=direction(text or about.title or "", language),
        image=about.image,
        canonical_url=about.canonical_url,
        site_name=about.site_name,
        section=about.section,
        paywalled=about.paywalled,
    )


def _bare(source: str, url: str) -> Article:
    cleaned = sanitise(paragraphs_of(to_text(source)), base_url=url)
    empty = Metadata(None, (), None, None, None, None, url, None, None, None)
    return _article(cleaned, empty)


def _body(tree: HtmlElement, url: str, title: str | None) -> str:
    base = next((base.get("href") for base in tree.iterfind("head/base[@href]")), None)  # one in the text is an attack
    base_url = lxml.html.urljoin(url, base) if base else url
    text = re.sub(r"\n+", "\n\n", _main_text(tree))
    node = article_node(tree, text) if text else None
    if node is None:
        return sanitise(paragraphs_of(text), base_url=url)
    _drop_title(node, title)
    cleaned = sanitise(lxml.html.tostring(node, encoding="unicode"), base_url=base_url)
    if len(key(to_text(cleaned))) >= 0.7 * told_once(text):
        return cleaned
    return sanitise(paragraphs_of(text), base_url=url)


def _main_text(tree: HtmlElement) -> str:
    if sum(1 for _ in tree.iter()) > _MOST_ELEMENTS:
        return densest_text(tree)
    import trafilatura  # takes half a second: only who reads pages waits for it

    found = ""
    try:
        found = trafilatura.extract(copy.deepcopy(tree), favor_precision=True, include_comments=False) or ""
    except Exception:  # noqa: S110  # a library's fault on a stranger's page: the heuristic below reads it
        pass
    if len(found) >= _ENOUGH:
        return found
    other = densest_text(tree)
    return other if len(other) > 2.5 * len(found) else found


def _drop_title(node: HtmlElement, title: str | None) -> None:
    """Take out a heading that only repeats the title: it is shown above the article anyway."""
    for heading in list(node.iter("h1", "h2"))[:2]:
        if title and heading is not node and key(heading.text_content()) == key(title):
            heading.drop_tree()
            return
