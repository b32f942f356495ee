"""Brings the catalogues in `locale/` up to date with the code: what `make messages` runs. Needs no GNU gettext.

They hold what visitors and their programs read. A file is taken for one of those, unless STAFF names it: a new sentence
for visitors that nobody has translated is then found by a test, and not by a visitor.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation.template import templatize

# What only staff, operators and programs of theirs read. It stays in English.
STAFF = (
    *("*/admin.py", "*/apps.py", "*models.py", "*/management/*", "*/staff/*", "templates/admin/*", "templates/api/*"),
    *("access/logins.py", "access/trace.py", "agents/api.py", "agents/brand/*", "agents/editing.py", "agents/hosts.py"),
    *("agents/images.py", "agents/landing_agent.py", "agents/refining/*", "conversations/rest/people.py"),
    *("conversations/rest/receipts.py", "evaluation/*", "inbox/calling.py", "inbox/desk/*", "inbox/rest/*"),
    *("knowledge/*", "leads/alerts.py", "leads/dialogue/scoring.py", "leads/dialogue/stages.py", "leads/merging.py"),
    *("leads/templatetags/lead_badge.py", "operations/*", "voice/settings_api.py", "voice/stt/*", "voice/tts/*"),
    "templates/chat/_unheard.html",
)
NOT_THE_PRODUCT = ("bench/*", "e2e/*", "fakes/*", ".ci/*", "*/tests/*", "*/migrations/*", "conftest.py")
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
DOMAIN = "django"
# A call in what Django makes of a template for gettext: everything else in it is blanked out.
_CALL = re.compile(
    r"\b(?P<name>n?p?gettext|_)\s*\((?P<rest>(?:[^()'\"]|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")*)\)", re.DOTALL
)
_HEADER = """\
# Words for visitors. `make messages` brings them up to date; CONTRIBUTING.md says how to translate."""


class Command(BaseCommand):
    help = "Bring the catalogues in locale/ up to date with the code, and compile them."

    def handle(self, *args: Any, **options: Any) -> None:
        for language, found in updated().items():
            path = catalogue_path(language)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(as_po(found))
            path.with_suffix(".mo").write_bytes(as_mo(found))
            missing = sum(not is_translated(message) for message in found if message.id)
            self.stdout.write(f"{language}: {len(found)} messages, {missing} to translate")


def updated() -> dict[str, Catalog]:
    """The catalogue of each language but English, with the messages of the code as it is now."""
    wanted = in_code()
    catalogues = {}
    for language in (code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE):
        path = catalogue_path(language)
        catalogue = stored(language) if path.exists() else Catalog(language)
        catalogue.fuzzy = False
        catalogue.update(wanted, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        catalogues[language] = catalogue
    return catalogues


def stored(language: str) -> Catalog:
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language)


def catalogue_path(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def is_translated(message: Any) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(strings) and all(strings) and not message.fuzzy


def as_po(catalogue: Catalog) -> bytes:
    """Without dates and line numbers, so that a change of the file is a change of words."""
    catalogue.header_comment = _HEADER
    written = io.BytesIO()
    write_po(written, catalogue, width=120, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    kept = (line for line in written.getvalue().splitlines() if not line.startswith(_UNSTEADY))
    return b"\n".join(kept) + b"\n"


_UNSTEADY = tuple(
    f'"{name}'.encode()
    for name in ("POT-Creation", "PO-Revision", "Project-Id", "Report-", "Last-Tr", "Language-Team", "Generated-By")
)


def as_mo(catalogue: Catalog) -> bytes:
    written = io.BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


def in_code() -> Catalog:
    """All messages for visitors, each with the files that it is in."""
    found = Catalog()
    for path in sources():
        for message, context in _messages(settings.BASE_DIR / path):
            flags = ["python-format"] if re.search(r"%\(\w+\)[sd]", str(message)) else []
            found.add(message, locations=[(path, 0)], context=context, flags=flags)
    return found


def sources() -> list[str]:
    apps = [folder for folder in settings.BASE_DIR.iterdir() if (folder / "__init__.py").exists()]
    found = [path for app in apps for path in app.rglob("*.py")]
    found += (settings.BASE_DIR / "templates").rglob("*.html")
    named = sorted(path.relative_to(settings.BASE_DIR).as_posix() for path in found)
    return [path for path in named if not any(fnmatch(path, pattern) for pattern in (*STAFF, *NOT_THE_PRODUCT))]


def _messages(path: Path) -> Iterator[tuple[Any, str | None]]:
    if path.suffix == ".py":
        with path.open("rb") as file:
            for _line, message, _comments, context in extract("python", file, KEYWORDS):
                yield message, context
        return
    for call in _CALL.finditer(templatize(path.read_text())):
        nodes = ast.walk(ast.parse(f"f({call['rest']})"))
        texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        context = texts.pop(0) if "p" in call["name"] else None
        yield (tuple(texts[:2]) if call["name"].startswith("n") else texts[0]), context
