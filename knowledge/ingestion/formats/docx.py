"""Word's DOCX: mammoth turns it into HTML, which is read like HTML."""

from __future__ import annotations

import io

from knowledge.ingestion.formats.archive import Archive
from knowledge.ingestion.formats.extracted import Extracted, FileRefused
from knowledge.ingestion.formats.markup import markdown

# Titles are headings, and what Word calls a heading in other languages; mammoth knows "Heading 1" by itself.
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name^='Überschrift 1'] => h1:fresh
p[style-name^='Überschrift 2'] => h2:fresh
p[style-name^='Überschrift 3'] => h3:fresh
p[style-name^='Titre 1'] => h1:fresh
p[style-name^='Titre 2'] => h2:fresh
p[style-name^='Titre 3'] => h3:fresh
"""


def read_docx(data: bytes) -> Extracted:
    """Paragraphs, headings, lists, tables and footnotes; pictures are left out."""
    import mammoth
    from lxml import html

    archive = Archive(data)
    if not archive.has_plain_xml():
        raise FileRefused("damaged")
    try:
        made = mammoth.convert_to_html(
            io.BytesIO(data), style_map=_STYLES, convert_image=mammoth.images.img_element(lambda _image: {})
        )
    except (KeyError, ValueError, AttributeError, TypeError, IndexError, OSError, RecursionError):
        raise FileRefused("damaged") from None
    except Exception as error:  # expat has errors of its own
        if type(error).__module__.startswith(("xml.", "zipfile")):
            raise FileRefused("damaged") from None
        raise
    if not made.value.strip():
        raise FileRefused("empty")
    return Extracted("", markdown(html.document_fromstring(made.value).find("body")))
