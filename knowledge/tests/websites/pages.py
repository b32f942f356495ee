"""Pages of a site for the tests, and what became of them."""

from __future__ import annotations

from knowledge.indexer import index_next
from knowledge.models import Document, WebPage


def lamp(name: str, *links: str, price: int = 240) -> str:
    to = "".join(f'<a href="{link}">Link</a>' for link in links)
    text = f"The {name} is a lamp for large desks. It costs {price} euros at our shop."
    return f"<main><h1>{name}</h1><p>{text}</p>{to}</main>"


def documents() -> dict[str, Document]:
    """By their paths, those that are answered from."""
    kept = Document.objects.filter(gone_at__isnull=True)
    return {"/" + document.url.split("/", 3)[3]: document for document in kept}


def states() -> dict[str, str]:
    pages = WebPage.objects.filter(kind=WebPage.Kind.PAGE)
    return {"/" + page.url.split("/", 3)[3]: page.state for page in pages}


def note(path: str) -> str:
    return WebPage.objects.get(url__endswith=path).note


def index_all() -> None:
    while index_next():
        pass
