"""HTML pages: their content, without menus, banners and footers."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from knowledge.ingestion.formats.extracted import Extracted, FileRefused
from knowledge.ingestion.formats.markup import inline, markdown, plain_table, term_lines

MAX_BYTES = 20 * 1024 * 1024  # of one page; a long manual on one page has 3
KEPT_WORDS = 0.5  # of the page's words that are no menu; with fewer, something was taken for a menu that is none

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s{0,5}=\s{0,5}[\"']?([\w-]{2,40})", re.IGNORECASE)
_AROUND = (
    "//nav | //footer[not(ancestor::article)] | //*[@role='navigation' or @role='banner' or @role='contentinfo' or "
    "@role='search' or @role='dialog' or @hidden or @aria-hidden='true'] | //header[.//nav and not(.//h1)] | "
    "//*[contains(translate(concat(@id, ' ', @class), 'COKIENST', 'cokienst'), 'cookie') or "
    "contains(translate(concat(@id, ' ', @class), 'CONSENT', 'consent'), 'consent')][not(self::body) and "
    "not(self::html) and not(self::main)]"
)


def read_html(data: bytes, address: str = "") -> Extracted:
    """The content of a page as Markdown. `address` is its URL, which helps to recognise the content.

    Raises FileRefused for what is no page, or holds no text.
    """
    tree = _parsed(data)
    title = _title(tree)
    text = _main_text(tree, address)
    if not text.strip():
        raise FileRefused("empty")
    return Extracted(title, text)


def _parsed(data: bytes) -> Any:
    from lxml import etree, html

    if len(data) > MAX_BYTES:
        raise FileRefused("large")
    text = data.decode(_encoding(data), "replace")
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, ValueError, LookupError):
        raise FileRefused("damaged") from None
    for dropped in tree.xpath("//script | //style | //template | //noscript | //svg"):
        dropped.drop_tree()
    return tree


def _encoding(data: bytes) -> str:
    """The encoding that the page declares, if that is true; else the one it seems to have."""
    from knowledge.ingestion.formats.plain import decoded, is_encoding

    named = _CHARSET.search(data[:4096])
    encoding = named[1].decode() if named else ""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if encoding and is_encoding(encoding) and encoding.lower() not in ("utf-8", "utf8", "utf-16"):
        return encoding
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return decoded(data)[1]
    return "utf-8"


def _title(tree: Any) -> str:
    first = tree.find(".//h1")
    heading = inline(first) if first is not None else ""
    named = tree.find(".//title")
    title = inline_title(named.text_content()) if named is not None else ""
    return heading if heading and len(tree.xpath("//h1")) == 1 else title or heading


def inline_title(text: str) -> str:
    """A page's title without the name of its site: "Prices – Acme" is "Prices"."""
    return re.split(r"\s+[|–—·»:-]\s+", " ".join(text.split()), maxsplit=1)[0].strip()


def _main_text(tree: Any, address: str) -> str:
    """The content as found by trafilatura, the best at this; if that lost too much, by the page's own markup."""
    own = deepcopy(tree)
    for around in own.xpath(_AROUND):
        if around.getparent() is not None:
            around.drop_tree()
    body = own.find("body")
    all_said = markdown(body if body is not None else own)
    if not all_said.strip():
        return ""
    chosen = _chosen(_with_plain_tables(tree), address)
    return all_said if _lost(all_said, chosen) else chosen


def _lost(all_said: str, chosen: str) -> bool:
    """Whether more was left out than what usually surrounds a page's content."""
    has_fewer = len(chosen.split()) < len(all_said.split()) * KEPT_WORDS
    headings, tables = re.compile(r"^#", re.M), re.compile(r"^\| ---", re.M)
    return (
        has_fewer
        or len(tables.findall(chosen)) < len(tables.findall(all_said))
        or len(headings.findall(chosen)) < len(headings.findall(all_said)) * KEPT_WORDS
    )


def _chosen(tree: Any, address: str) -> str:
    import logging

    from lxml import html
    from trafilatura import extract

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it tells of each page it finds poor
    found = extract(
        tree,
        url=address or None,
        output_format="html",
        include_comments=False,
        include_formatting=True,
        include_links=False,
        include_tables=True,
        favor_recall=True,
    )
    if not found:
        return ""
    chosen = html.document_fromstring(found)
    body = chosen.find("body")
    return markdown(body if body is not None else chosen)


def _with_plain_tables(tree: Any) -> Any:
    """Fill merged cells, and turn captions and terms into text, because trafilatura would lose them."""
    from lxml.etree import Element, SubElement

    for element in tree.xpath("//table[not(.//table)]"):
        header, rows, caption = plain_table(element)
        for child in list(element):
            element.remove(child)
        for cells, name in [(header, "th")] * bool(header) + [(row, "td") for row in rows]:
            line = SubElement(element, "tr")
            for cell in cells:
                SubElement(line, name).text = cell
        if caption:
            paragraph = Element("p")
            paragraph.text = f"{caption}:"
            element.addprevious(paragraph)
    for element in tree.xpath("//dl"):
        terms = list(term_lines(element))
        for child in list(element):
            element.remove(child)
        element.tag = "ul"
        for term in terms:
            SubElement(element, "li").text = term
    return tree
