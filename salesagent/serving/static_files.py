"""Serves static files through WhiteNoise without a thread hop for every other request."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any

import rcssmin
import rjsmin
from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.conf import settings
from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.utils.decorators import sync_and_async_middleware
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Inside a layer or a nested rule, rcssmin takes `.prose :is(ul)` for a property with a value, and drops the space.
_ANY_WITHIN = re.compile(r"""(?<=[\w\])"*&]) +(?=::?[a-z])""")
_SHEET_IMPORT = re.compile(r'@import "([^"]+)"(?: layer\(([\w-]+)\))?;')


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Puts a hash of the content into every file name, including imports between ES modules.

    Imports in our style sheets are replaced by the imported sheets, so that pages load few files. Our own sheets and
    scripts are minified.
    """

    support_js_module_import_aggregation = True
    # Only in our own modules: vendored ones have addresses in comments that do not exist here.
    _js_module_import_aggregation_patterns = (
        "js/*.js",  # in all our folders
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],
    )

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        own = [] if dry_run else [name for name in paths if name.startswith(("css/", "js/"))]
        made = {name: make(name, paths) for name in own for end, make in _MAKERS.items() if name.endswith(end)}
        for name, content in made.items():
            self.delete(name)
            paths[name] = (self, self._save(name, ContentFile(content.encode())))
        yield from super().post_process(paths, dry_run, **options)


def _short_script(name: str, paths: dict[str, Any]) -> str:
    """One of our scripts without comments and white space: a third less to send, even when it is compressed."""
    return str(rjsmin.jsmin(_text(name, paths)))


def _short_sheet(name: str, paths: dict[str, Any]) -> str:
    """A sheet with all it imports, without comments and white space."""
    return str(rcssmin.cssmin(_ANY_WITHIN.sub(" *", _whole_sheet(name, paths))))


def _whole_sheet(name: str, paths: dict[str, Any]) -> str:
    """A sheet in which each import is replaced by the imported sheet."""

    def imported(found: re.Match[str]) -> str:
        part = _whole_sheet(posixpath.normpath(posixpath.join(posixpath.dirname(name), found[1])), paths)
        return f"@layer {found[2]} {{\n{part}}}" if found[2] else part

    return _SHEET_IMPORT.sub(imported, _text(name, paths))


def _text(name: str, paths: dict[str, Any]) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return str(file.read().decode())


_MAKERS = {".css": _short_sheet, ".js": _short_script}


@sync_and_async_middleware
def StaticFilesMiddleware(get_response):  # type: ignore[no-untyped-def]
    """Replaces WhiteNoise's middleware, which is synchronous and would send each page through a thread."""
    whitenoise = WhiteNoiseMiddleware(lambda request: HttpResponseNotFound())

    if not iscoroutinefunction(get_response):
        return lambda request: whitenoise(request) if _is_static(request) else get_response(request)

    async def middleware(request: HttpRequest) -> HttpResponse:
        if not _is_static(request):
            return await get_response(request)
        response = await sync_to_async(whitenoise)(request)
        if response.streaming:
            response.streaming_content = _chunks(response.streaming_content)
        return response

    return markcoroutinefunction(middleware)


def _is_static(request: HttpRequest) -> bool:
    return request.path_info.startswith(settings.STATIC_URL)


async def _chunks(content):  # type: ignore[no-untyped-def]
    for chunk in content:
        yield chunk
