"""A visitor who talks with the page: a microphone that says what a test wants, and an ear at the speaker."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from playwright.sync_api import Page, WebSocket, WebSocketRoute, expect

from fakes.patience import PATIENCE_MS
from fakes.site import Site
from voice.tests.utterances import Samples, speech

# A room of its own is what the microphone hears: a hiss, and what `say` plays. And what leaves the speaker is listened
# to: `turns` is when it became loud and when silent, `cuts` when the page cut it off, `told` when each frame went.
ROOM = """(() => {
  const send = WebSocket.prototype.send
  window.told = {}
  WebSocket.prototype.send = function (data) {
    if (typeof data === 'string') told[JSON.parse(data).type] ??= performance.now()
    return send.call(this, data)
  }
  window.cuts = []
  window.turns = []
  const open = AudioContext.prototype.createMediaStreamDestination
  let room, mouth
  navigator.mediaDevices.getUserMedia = async () => {
    room = new AudioContext({sampleRate: 16000})
    await room.resume()
    mouth = open.call(room)
    const hiss = room.createBuffer(1, 16000, 16000)
    hiss.getChannelData(0).forEach((_, i, all) => all[i] = (Math.random() - 0.5) * 0.001)
    play(hiss, true)
    window.microphone = mouth.stream
    return mouth.stream
  }
  function play(buffer, loop) {
    const source = room.createBufferSource()
    source.buffer = buffer
    source.loop = loop
    source.connect(mouth)
    source.start()
    return source
  }
  window.say = text => new Promise(done => {
    const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0))
    const samples = new Int16Array(bytes.buffer)
    const buffer = room.createBuffer(1, samples.length, 16000)
    buffer.getChannelData(0).set(Float32Array.from(samples, one => one / 32768))
    play(buffer, false).onended = done
  })
  AudioContext.prototype.createMediaStreamDestination = function () {
    const made = open.call(this)
    const ear = this.createAnalyser()
    ear.fftSize = 256
    this.createMediaStreamSource(made.stream).connect(ear)
    const heard = new Float32Array(256)
    setInterval(() => {
      ear.getFloatTimeDomainData(heard)
      const isLoud = heard.some(one => Math.abs(one) > 0.01)
      if (isLoud !== (turns.at(-1)?.isLoud ?? false)) turns.push({isLoud, at: performance.now()})
    }, 5)
    return made
  }
  const fade = AudioParam.prototype.linearRampToValueAtTime
  AudioParam.prototype.linearRampToValueAtTime = function (to, at) {
    if (to === 0) cuts.push(performance.now())
    return fade.call(this, to, at)
  }
})()"""


@dataclass
class Talk:
    """One live conversation, and the control frames that passed."""

    page: Page
    sent: list[dict[str, Any]] = field(default_factory=list)
    came: list[dict[str, Any]] = field(default_factory=list)
    sockets: list[WebSocket] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.add_init_script(ROOM)
        self.page.on("websocket", self._watch)

    def _watch(self, socket: WebSocket) -> None:
        if "/ws/audio" not in socket.url:
            return
        self.sockets.append(socket)
        socket.on("framesent", lambda data: isinstance(data, str) and self.sent.append(json.loads(data)))
        socket.on("framereceived", lambda data: isinstance(data, str) and self.came.append(json.loads(data)))

    def without_model(self) -> Talk:
        """What tells speech does not come, so that loudness does: the model takes three seconds of a core."""
        self.page.route("**/vendor/vad-web*/**", lambda route: route.abort())
        return self

    def open(self, site: Site, path: str = "/chat/ada/") -> Talk:
        self.page.goto(site.url + path)
        if path == "/":
            self.page.locator("#panel").hover()
        self.page.locator("#panel[data-voice-started]").wait_for()
        return self

    def start(self) -> Talk:
        self.page.locator("#live-start").click()
        self.is_("Listening")
        return self

    def is_(self, state: str) -> None:
        expect(self.page.locator("#live-state")).to_have_text(state)

    def say(self, sound: str | Samples) -> None:
        """Speak, and return when it is said."""
        self.page.evaluate("sound => say(sound)", encoded(sound))

    def begin_to_say(self, sound: str | Samples) -> None:
        """Speak, and return at once."""
        self.page.evaluate("sound => void say(sound)", encoded(sound))

    def until(self, kind: str, count: int = 1, *, sent: bool = False) -> dict[str, Any]:
        """The latest control frame of a type, once there are so many."""
        for _ in range(PATIENCE_MS // 50):
            found = [frame for frame in (self.sent if sent else self.came) if frame["type"] == kind]
            if len(found) >= count:
                return found[-1]
            self.page.wait_for_timeout(50)
        raise AssertionError(f"no {kind}: {[frame['type'] for frame in (self.sent if sent else self.came)]}")

    def until_played(self, ms: int) -> None:
        """Until the page has said that it played so much of an answer."""
        for _ in range(PATIENCE_MS // 50):
            if any(frame["type"] == "playback" and frame["played_ms"] >= ms for frame in self.sent):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"never played {ms} ms")

    def was_silent_first(self) -> bool:
        """Whether the page cut the sound off before it told the server of an interruption. Returns once what leaves the
        speaker has changed since, which is listened to in steps."""
        self.page.wait_for_function("turns.some(turn => turn.at >= cuts[0])", timeout=PATIENCE_MS)
        found: bool = self.page.evaluate("cuts[0] <= told.interrupt")
        return found

    def types(self, *, sent: bool = False) -> list[str]:
        return [frame["type"] for frame in (self.sent if sent else self.came)]


def encoded(sound: str | Samples) -> str:
    samples = speech(sound) if isinstance(sound, str) else sound
    return base64.b64encode((np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes()).decode()


@dataclass
class Wire:
    """Between page and server: it can be cut."""

    page: Page
    open: list[WebSocketRoute] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.route_web_socket(lambda url: "/ws/audio" in url, self._join)

    def _join(self, route: WebSocketRoute) -> None:
        route.connect_to_server()
        self.open.append(route)

    def cut(self) -> None:
        """As when the server's process dies."""
        self.open[-1].close(code=4011)
