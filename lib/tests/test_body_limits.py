"""A body that is too large is refused while it arrives, before the application has it."""

from __future__ import annotations

import json
import re

import pytest
from django.conf import settings

from lib.web import body_limits
from lib.web.body_limits import bounded, limit_of

CHUNK = b"x" * 1000


@pytest.fixture(autouse=True)
def _small(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000


async def asked(chunks: int, headers: list[tuple[bytes, bytes]]):
    """What a bounded application answers to a body of so many chunks, and how many of them were read."""
    read, sent = [], []

    async def receive():
        read.append(CHUNK)
        return {"type": "http.request", "body": CHUNK, "more_body": len(read) < chunks}

    async def send(message):
        sent.append(message)

    async def application(scope, receive, send):
        try:
            while (await receive())["more_body"]:
                pass
        except body_limits.RequestAborted:  # as Django does: the client is gone, nobody is to be answered
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})

    await bounded(application)({"type": "http", "headers": headers}, receive, send)
    return sent, len(read)


async def test_a_body_within_the_limit_arrives():
    sent, read = await asked(5, [])

    assert (sent[0]["status"], read) == (200, 5)


async def test_reading_ends_where_the_limit_is():
    sent, read = await asked(1_000_000, [(b"Content-Type", b"application/json")])

    assert (sent[0]["status"], read) == (413, 6)
    assert json.loads(sent[1]["body"])["error"] == "Content Too Large"


async def test_a_body_that_says_it_is_too_large_is_not_read_at_all():
    sent, read = await asked(1, [(b"content-length", b"5001")])

    assert (sent[0]["status"], read) == (413, 0)


async def test_a_length_that_is_no_number_is_not_believed():
    sent, _read = await asked(1_000_000, [(b"content-length", b"-1")])

    assert sent[0]["status"] == 413


@pytest.mark.parametrize(
    ("name", "times"), [("MAX_AUDIO_SIZE", 1), ("MAX_DOCUMENT_SIZE", 1), ("MAX_ATTACHMENT_SIZE", 4)]
)
def test_an_upload_may_be_larger(settings, name, times):
    settings.MAX_AUDIO_SIZE = settings.MAX_DOCUMENT_SIZE = settings.MAX_ATTACHMENT_SIZE = 5_000
    setattr(settings, name, 100_000_000)

    assert limit_of(b"Multipart/Form-Data; boundary=x") > times * 100_000_000
    assert limit_of(b"application/json") == limit_of(b"") == 5_000


def test_the_nginx_of_the_documentation_lets_as_much_through():
    allowed = re.search(r"client_max_body_size +(\d+)m;", (settings.BASE_DIR / "docs/nginx.conf").read_text())

    assert limit_of(b"multipart/form-data") <= int(allowed[1]) * 1024**2
