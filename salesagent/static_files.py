"""Serves static files through WhiteNoise without a thread hop for every other request."""

from __future__ import annotations

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.utils.decorators import sync_and_async_middleware
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Names every file by its content, also those that one ES module imports from another."""

    support_js_module_import_aggregation = True
    # Only in our own modules: those of others name addresses in comments that lead nowhere.
    _js_module_import_aggregation_patterns = (
        "js/*.js",  # in all folders of ours
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],
    )


@sync_and_async_middleware
def StaticFilesMiddleware(get_response):  # type: ignore[no-untyped-def]
    """WhiteNoise's own middleware is synchronous and would send each page, also a streamed one, through a thread."""
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
