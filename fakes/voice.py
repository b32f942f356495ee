"""The voice addresses of a site, answered in the browser: what is said becomes a text message to the real server."""

from __future__ import annotations

import io
import json
import re
import struct
import wave
from collections import deque
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

import numpy as np
from playwright.sync_api import Page, Request, Route, expect

from fakes.patience import PATIENCE_MS
from fakes.site import Site

RATE = 24_000  # of spoken answers
SPEECH_TYPE = "application/vnd.salesagent.speech"
CLAUSE, PCM, END = 1, 2, 3


def frame(kind: int, payload: bytes | dict[str, object]) -> bytes:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return struct.pack(">BI", kind, len(body)) + body


def tone(seconds: float, rate: int = RATE) -> bytes:
    """A quiet A as s16le."""
    at = np.arange(int(seconds * rate)) / rate
    return (6_000 * np.sin(2 * np.pi * 440 * at)).astype("<i2").tobytes()


def spoken(*clauses: str, seconds_each: float = 0.5, reason: str = "done") -> bytes:
    """A whole spoken answer."""
    parts = []
    for i, text in enumerate(clauses):
        parts.append(frame(CLAUSE, {"i": i, "text": text, "start_ms": int(i * seconds_each * 1000)}))
        sound = tone(seconds_each)
        parts += [frame(PCM, sound[at : at + 4_800]) for at in range(0, len(sound), 4_800)]
    return b"".join(parts) + frame(END, {"reason": reason})


def wav(seconds: float) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, 2, RATE, 0, "NONE", ""))
        writer.writeframes(tone(seconds))
    return file.getvalue()


@dataclass
class Posted:
    """One recording as it came."""

    url: str
    client_id: str
    name: str
    type: str
    audio: bytes


@dataclass
class FakeVoice:
    """Answers for one page. `refusals` are given first, one each: a status with its JSON, or None for no connection."""

    page: Page
    hears: str = "How much is it?"
    recording_url: str = ""  # put under the visitor's messages when the page is loaded
    recording_ms: int = 0  # its length, where the server knows it
    says: bytes = field(default_factory=lambda: spoken("It costs", "forty dollars."))
    speech_status: int = 200
    refusals: deque[tuple[int, dict[str, str]] | None] = field(default_factory=deque)
    posted: list[Posted] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)  # addresses of the answers that were asked for
    held: list[Route] = field(default_factory=list)
    holds: bool = False  # recordings wait in `held` for release()

    def __post_init__(self) -> None:
        self.page.route(re.compile(r"/voice/$"), self._take)
        self.page.route(re.compile(r"/speech/[0-9a-f-]+/$"), self._speak)
        self.page.route(re.compile(r"/recordings/"), self._play)
        self.page.route(re.compile(r"/chat/ada/[0-9a-f-]{36}/$"), self._show)

    def release(self) -> None:
        self.holds = False
        while self.held:
            self._answer(self.held.pop(0))

    def _take(self, route: Route) -> None:
        self.posted.append(_posted(route.request))
        if self.holds:
            self.held.append(route)
        else:
            self._answer(route)

    def _answer(self, route: Route) -> None:
        if self.refusals:
            refusal = self.refusals.popleft()
            if refusal is None:
                route.abort()
            else:
                route.fulfill(status=refusal[0], json=refusal[1])
            return
        client_id = _posted(route.request).client_id
        session = re.search(r"/([0-9a-f-]{36})/voice/", route.request.url)
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(route.request.url))
        path = f"/chat/sessions/{session[1]}/messages/" if session else "/chat/ada/messages/"
        headers = {**route.request.headers, "content-type": "application/x-www-form-urlencoded"}
        headers.pop("content-length", None)
        body = urlencode({"content": self.hears, "client_id": client_id})
        route.fulfill(response=route.fetch(url=origin + path, headers=headers, post_data=body, timeout=PATIENCE_MS))

    def _show(self, route: Route) -> None:
        """The conversation as the server shows it, with the sounds that it will have."""
        if not self.recording_url:
            route.continue_()
            return
        response = route.fetch(timeout=PATIENCE_MS)
        known = f'data-length-ms="{self.recording_ms}"' if self.recording_ms else ""
        source = f'src="{self.recording_url}" {known} aria-label="Your recording"'
        sound = f'<audio class="sound" controls preload="none" {source}>'
        head, *messages = response.text().split('<article class="message message--user" id=')
        foot = '<footer class="message__foot">'
        messages = [message.replace(foot, f"{sound}</audio>{foot}", 1) for message in messages]
        route.fulfill(response=response, body='<article class="message message--user" id='.join([head, *messages]))

    def _speak(self, route: Route) -> None:
        self.spoken.append(route.request.url)
        assert route.request.headers["accept"] == SPEECH_TYPE
        if self.speech_status == 200:
            route.fulfill(body=self.says, content_type=SPEECH_TYPE)
        else:
            error = {"error": "Service Unavailable", "detail": "No speaker.", "fallback_message": "No speaker."}
            route.fulfill(status=self.speech_status, json=error)

    def _play(self, route: Route) -> None:
        is_own = route.request.url.endswith("own")
        whole = self.posted[-1].audio if is_own else wav(4)
        kind = self.posted[-1].type if is_own else "audio/wav"
        asked = re.match(r"bytes=(\d+)-(\d*)", route.request.headers.get("range", ""))
        start = int(asked[1]) if asked else 0
        stop = int(asked[2]) + 1 if asked and asked[2] else len(whole)
        headers = {"Accept-Ranges": "bytes", "Content-Type": kind}
        if asked:
            headers["Content-Range"] = f"bytes {start}-{min(stop, len(whole)) - 1}/{len(whole)}"
        route.fulfill(status=206 if asked else 200, headers=headers, body=whole[start:stop])


def _posted(request: Request) -> Posted:
    boundary = request.headers["content-type"].partition("boundary=")[2]
    parts: dict[str, tuple[str, bytes]] = {}
    for part in (request.post_data_buffer or b"").split(f"--{boundary}".encode())[1:-1]:
        head, _, value = part.partition(b"\r\n\r\n")
        name = re.search(rb'name="(\w+)"', head)
        assert name
        parts[name[1].decode()] = (head.decode(), value.removesuffix(b"\r\n"))
    head_of_audio, audio = parts["audio"]
    file_name, kind = re.search(r'filename="(.+?)"', head_of_audio), re.search(r"Content-Type: (.+)", head_of_audio)
    assert file_name
    assert kind
    return Posted(request.url, parts["client_id"][1].decode(), file_name[1], kind[1].strip(), audio)


def opened(page: Page, site: Site, path: str = "/chat/ada/") -> FakeVoice:
    """The page with its voice ready, and the fake behind it."""
    voice = FakeVoice(page)
    page.goto(site.url + path)
    if path == "/":
        page.locator("#panel").hover()
    page.locator("#panel[data-voice-started]").wait_for()
    return voice


def listening(page: Page) -> None:
    """Wait until a recording has run for a second."""
    expect(page.locator("#recording-state")).to_have_text("Listening")
    expect(page.locator("#recording-clock")).to_have_text(re.compile("0:0[1-9]"))


def heard(page: Page, text: str = "How much is it?") -> None:
    """Wait until what was said stands in the conversation."""
    expect(page.locator(".message--user .prose").last).to_contain_text(text)
    expect(page.locator("#recording")).to_be_hidden()
