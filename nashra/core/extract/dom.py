"""A page as a tree, and the part of the tree that holds a given text."""

import copy
import re
from collections import Counter

import lxml.etree
import lxml.html
from lxml.html import HtmlElement

from .tokens import names, tokens

LARGEST = 4_000_000
"""Characters of a page that are read."""
_DEEPEST = 120  # libxml2 stops at 256 and drops the text below; trafilatura recurses
_NESTING = names("div span section article main b i em strong u font small big center a blockquote ul ol table tbody "
                 "aside header footer nav form fieldset code pre sup sub s del ins mark label figure dl")  # fmt: skip
_CRUDE = re.compile(
    r"<(/?)(?:div|span|section|article|b|i|em|strong|u|font|blockquote|ul|ol|table|a|center|form)\b", re.I
)
_BLOCKS = names("p h1 h2 h3 h4 h5 h6 li dt dd td th blockquote pre figcaption caption div section article main "
                "header footer aside nav ul ol dl table tbody thead tfoot tr figure form address details summary "
                "fieldset center hr body")  # fmt: skip
_NOISE = names("script style template iframe object embed form button input select textarea nav aside footer svg "
               "canvas dialog menu link meta")  # fmt: skip
_NOISE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:share|sharing|social|related|recommend\w*|newsletter|subscri\w+|promo\w*|advert\w*|ads?|sponsor\w*|"
    r"comments?|disqus|breadcrumbs?|tags?|paywall|signup|sign-up|cookie\w*|popup|modal|outbrain|taboola|read-?more|"
    r"see-?also|most-?read|trending|widget|byline|author-?(?:bio|box|info)|print|toolbar|hidden|sr-only|"
    r"visually-hidden|screen-reader-text)(?:$|[\s_-])",
    re.I,
)
_REFRAIN = 80  # letters: shorter lines may be said twice on purpose
_HUGE_TAG = re.compile(r"<([a-zA-Z]\w*)\s[^<>]{20000,}>")  # libxml2 takes time quadratic in a tag's attributes
_WORD = re.compile(r"[\W_]+")


def parse(html: str) -> HtmlElement | None:
    """The page's tree; None when there is nothing in it. Text of any depth is kept: too deep tags are left out."""
    html = html[:LARGEST]
    if _crude_depth(html) > _DEEPEST:
        html = _flattened(html)
    cleaned = re.sub("[\x00-\x08\x0b\x0e-\x1f\ud800-\udfff]", "", html)
    cleaned = _HUGE_TAG.sub(r"<\1>", cleaned)
    cleaned = re.sub(r"^\s*<\?xml[^>]*\?>", "", cleaned)
    try:
        tree = lxml.html.document_fromstring(cleaned, parser=lxml.html.HTMLParser(huge_tree=True, encoding=None))
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError, ValueError):
        return None
    return tree if isinstance(tree, HtmlElement) else None


def _crude_depth(html: str) -> int:
    depth = deepest = 0
    for match in _CRUDE.finditer(html):
        depth = max(0, depth + (-1 if match[1] else 1))
        deepest = max(deepest, depth)
    return deepest


def _flattened(html: str) -> str:
    out: list[str] = []
    stack: list[bool] = []
    written = 0
    for token in tokens(html, dropped=names("style")):
        if token.kind == "text" or token.name not in _NESTING:
            out.append(token.raw)
        elif token.kind == "open":
            stack.append(written < _DEEPEST)
            written += stack[-1]
            out.append(token.raw if stack[-1] else " ")
        elif stack:
            kept = stack.pop()
            written -= kept
            out.append(token.raw if kept else " ")
    return "".join(out)


def key(text: str) -> str:
    """Letters and digits only, folded: how two renderings of one paragraph are compared."""
    return _WORD.sub("", text).casefold()


def told_once(text: str) -> int:
    """The letters of ``text``, long lines that repeat counted once: some pages hold their article several times."""
    lines = [key(line) for line in text.splitlines()]
    long = {line for line in lines if len(line) >= _REFRAIN}
    return sum(map(len, long)) + sum(len(line) for line in lines if len(line) < _REFRAIN)


def article_node(tree: HtmlElement, text: str) -> HtmlElement | None:
    """A copy of the smallest part of ``tree`` that holds nearly all of ``text``, without what is not of the article."""
    lines = [key(line) for line in text.splitlines()]
    haystack, exact = "".join(lines), set(lines)
    mass: Counter[HtmlElement] = Counter()
    body = tree.find("body") if tree.find("body") is not None else tree
    for element, content in _leaves(body):
        if _matches(content, haystack, exact):
            for holder in [element, *element.iterancestors()]:
                mass[holder] += len(content)
    if not mass[body]:
        return None
    node = _descend(body, mass, told_once(text))
    chosen = copy.deepcopy(node)
    chosen.tail = None
    _prune(chosen, haystack, exact)
    return chosen


def _descend(node: HtmlElement, mass: Counter[HtmlElement], length: int) -> HtmlElement:
    """The innermost holder of nearly all; of a page that holds its article several times, the first one."""
    total = min(mass[node], length) if mass[node] > 1.8 * length else mass[node]
    while True:
        inner = next((child for child in node if mass[child] >= 0.92 * total), None)
        if inner is None or inner.tag not in _BLOCKS or inner.tag in ("p", "li", "tr", "td"):
            return node
        node = inner


def _leaves(root: HtmlElement) -> list[tuple[HtmlElement, str]]:
    """Blocks without blocks inside, and blocks with text beside blocks, each with the key of its own text."""
    blocks = list(root.iter(*_BLOCKS))
    holders = _holders(blocks)
    found = []
    for element in blocks:
        own = key(_own_text(element) if element in holders else element.text_content())
        if own:
            found.append((element, own))
    return found


def _holders(blocks: list[HtmlElement]) -> set[HtmlElement]:
    """The elements that have one of ``blocks`` inside."""
    found: set[HtmlElement] = set()
    for element in blocks:
        parent = element.getparent()
        while parent is not None and parent not in found:
            found.add(parent)
            parent = parent.getparent()
    return found


def _own_text(element: HtmlElement) -> str:
    """The text of a block outside the blocks in it, that of inline elements included."""
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _BLOCKS and child.tag not in _NOISE:
            parts.append(child.text_content())
        parts.append(child.tail or "")
    return " ".join(parts)


def _matches(content: str, haystack: str, exact: set[str]) -> bool:
    """Whether a block is of the text: all of a short one, half of a long one (trafilatura leaves links out)."""
    if len(content) < 24:
        return content in exact
    if content in haystack:
        return True
    pieces = [content[at : at + 24] for at in range(0, min(len(content), 1200) - 23, 24)]
    return len(pieces) > 2 and sum(piece in haystack for piece in pieces) * 2 >= len(pieces)


def _prune(root: HtmlElement, haystack: str, exact: set[str]) -> None:
    for element in list(root.iter()):
        if element is root or element.getparent() is None:
            continue
        if not isinstance(element.tag, str) or element.tag in _NOISE or _is_noise(element, haystack, exact):
            element.drop_tree()
    leaves = _leaves(root)
    holders = _holders([element for element, _ in leaves])
    matched = {element for element, content in leaves if _matches(content, haystack, exact)}
    for element, content in leaves:
        if element is root or element in holders or element in matched:
            continue
        if not _worth_keeping(element, content, matched):
            element.drop_tree()


def _is_noise(element: HtmlElement, haystack: str, exact: set[str]) -> bool:
    label = f"{element.get('class', '')} {element.get('id', '')}"
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return not len(element.xpath(".//img"))
    if element.tag not in _BLOCKS or len(label) < 3 or not _NOISE_CLASS.search(label):
        return False
    content = key(element.text_content())
    return len(content) < 400 and not _matches(content, haystack, exact)


def _worth_keeping(element: HtmlElement, content: str, matched: set[HtmlElement]) -> bool:
    """What the text extractor leaves out though it belongs: captions, tables, headings, pictures, quotations."""
    if element.tag in ("h2", "h3", "h4", "h5", "h6"):
        siblings = element.getparent()
        return _link_share(element, content) == 0 and any(sibling in matched for sibling in siblings)
    if element.tag == "figcaption" or element.tag in ("div", "section", "figure", "p"):
        figure = next((parent for parent in (element, *element.iterancestors()) if parent.tag == "figure"), element)
        if any(True for _ in figure.iter("img", "picture")):
            return len(content) < 500 and _link_share(element, content) < 0.6
    if element.tag in ("caption", "td", "th", "pre", "blockquote"):
        return _link_share(element, content) < 0.5
    inside = any(parent.tag in ("blockquote", "table") for parent in element.iterancestors())
    return inside and _link_share(element, content) < 0.5


def _link_share(element: HtmlElement, content: str) -> float:
    if any(parent.tag == "a" for parent in element.iterancestors()):
        return 1.0
    linked = sum(len(key(link.text_content())) for link in element.iter("a"))
    return linked / max(1, len(content))


def densest_text(tree: HtmlElement) -> str:
    """The paragraphs of the part of a page that has most unlinked text: for pages on which nothing else finds any."""
    scores: Counter[HtmlElement] = Counter()
    for element, content in _leaves(tree):
        if element.tag in _NOISE or any(parent.tag in _NOISE for parent in element.iterancestors()):
            continue
        weight = len(content) * (1 - min(1.0, 1.5 * _link_share(element, content)))
        if weight < 20:
            continue
        parent = element.getparent()
        for share, holder in ((1.0, parent), (0.5, parent.getparent() if parent is not None else None)):
            if holder is not None:
                scores[holder] += int(weight * share)
    if not scores:
        return ""
    best = max(scores, key=lambda node: scores[node])
    return "\n".join(_lines(best))


def _lines(root: HtmlElement) -> list[str]:
    leaves, found = _leaves(root), []
    holders = _holders([element for element, _ in leaves])
    for element, content in leaves:
        inside_noise = element.tag in _NOISE or any(parent.tag in _NOISE for parent in element.iterancestors())
        if not inside_noise and _link_share(element, content) <= 0.6:
            text = _own_text(element) if element in holders else element.text_content()
            found.append(" ".join(text.split()))
    return found
