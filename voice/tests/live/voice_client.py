"""A client of `/ws/audio` for tests, which speaks the protocol and plays what it hears at once."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.urls import path
from numpy.typing import NDArray

from access.origins import own_or_named
from voice.live.consumer import VoiceConsumer
from voice.live.protocol.frames import AGENT_RATE, Flag, Packet, PacketKind, unpack
from voice.live.stages import Stages
from voice.tests.live.scripted import ScriptedEars, ScriptedNarrator, silence, stages

HOST = (b"host", b"testserver")
MIC_FRAME_BYTES = 1024  # 512 samples, as the protocol has it


def application(
    ears: ScriptedEars, narrator: ScriptedNarrator, *, greeting: str = "", **options: Any
) -> Callable[..., Awaitable[Any]]:
    """The socket with scripted hearing and speaking; everything else is real."""
    return application_with(stages(ears, narrator, greeting), **options)


def application_with(parts: Stages, **options: Any) -> Callable[..., Awaitable[Any]]:
    """The socket with these stages."""

    async def stages_of(agent_id: object) -> Stages:
        return parts

    consumer = VoiceConsumer.as_asgi(stages_of=stages_of, **options)
    router: Callable[..., Awaitable[Any]] = URLRouter([path("ws/audio", own_or_named(consumer))])  # type: ignore[arg-type]
    return router


class VoiceClient:
    def __init__(self, app: Any, headers: list[tuple[bytes, bytes]] | None = None, protocols: tuple[str, ...] = ()):
        self.socket = WebsocketCommunicator(
            app, "/ws/audio", [HOST] if headers is None else headers, subprotocols=list(protocols)
        )
        self.frames: list[dict[str, Any]] = []
        self.packets: list[Packet] = []
        self.order: list[tuple[str, int | None]] = []  # type and gen of all that came
        self.acks = True
        self._gen, self.played_ms = 0, 0

    async def open(self, **hello: Any) -> dict[str, Any]:
        """Open the socket and say hello; the frame that answers."""
        connected, _ = await self.socket.connect()
        assert connected
        return await self.ask({"type": "hello", "v": 1, **hello})

    async def say(self, frame: Any) -> None:
        text = frame if isinstance(frame, str) else json.dumps(frame)
        await self.socket.send_input({"type": "websocket.receive", "text": text})

    async def ask(self, frame: Any) -> dict[str, Any]:
        await self.say(frame)
        return await self.hear()

    async def speak(self, utt: int = 1, ms: int = 500) -> None:
        """One utterance, all at once."""
        await self.say({"type": "speech.start", "utt": utt, "t": 0})
        await self.sound(Packet(PacketKind.MIC, Flag.NONE, 0, 0, silence(ms)).pack())
        await self.say({"type": "speech.end", "utt": utt, "t": ms, "ms": ms, "peak_rms": 0.1})

    async def say_aloud(
        self, samples: NDArray[np.float32], utt: int = 1, *, client_id: str = "", ends: bool = True
    ) -> None:
        """One utterance of this sound, all at once in the frames of a browser; or only as far as it may have ended."""
        await self.say({"type": "speech.start", "utt": utt, "t": 0, "client_id": client_id})
        await self.send_sound(samples)
        if ends:
            await self.say({"type": "speech.end", "utt": utt, "t": 0, "ms": len(samples) // 16, "peak_rms": 0.1})
        else:
            await self.say({"type": "speech.soft_end", "utt": utt, "t": 0})

    async def send_sound(self, samples: NDArray[np.float32]) -> None:
        sound = (samples * 32_767).astype("<i2").tobytes()
        for at in range(0, len(sound), MIC_FRAME_BYTES):
            await self.sound(Packet(PacketKind.MIC, Flag.NONE, 0, at // 32, sound[at : at + MIC_FRAME_BYTES]).pack())

    async def ask_for(self, text: str, client_id: str = "") -> None:
        """A typed turn."""
        await self.say({"type": "text", "text": text, "client_id": client_id})

    def told(self, kind: str) -> list[dict[str, Any]]:
        return [frame for frame in self.frames if frame["type"] == kind]

    def text_of(self, gen: int = 1) -> str:
        """What was shown of an answer."""
        return "".join(frame["delta"] for frame in self.told("text.delta") if frame["gen"] == gen)

    async def sound(self, data: bytes) -> None:
        await self.socket.send_input({"type": "websocket.receive", "bytes": data})

    async def hear(self) -> dict[str, Any]:
        """The next control frame; sound before it is played."""
        while True:
            came = await self.socket.receive_from()
            if isinstance(came, str):
                frame: dict[str, Any] = json.loads(came)
                self.frames.append(frame)
                self.order.append((frame["type"], frame.get("gen")))
                return frame
            await self._play(unpack(came))

    async def hear_until(self, kind: str, **values: Any) -> dict[str, Any]:
        while True:
            frame = await self.hear()
            if frame["type"] == kind and frame | values == frame:
                return frame

    async def hear_sound(self, count: int) -> None:
        """Until so many packets came."""
        while len(self.packets) < count:
            came = await self.socket.receive_from()
            if isinstance(came, str):
                self.frames.append(json.loads(came))
                self.order.append((self.frames[-1]["type"], self.frames[-1].get("gen")))
            else:
                await self._play(unpack(came))

    async def closed(self) -> int:
        """The code the server closes with; what it says before is heard."""
        while True:
            output = await self.socket.receive_output()
            if output["type"] == "websocket.close":
                return int(output["code"])
            if output.get("text"):
                self.frames.append(json.loads(output["text"]))

    async def leave(self) -> None:
        await self.socket.disconnect()

    async def _play(self, packet: Packet) -> None:
        self.packets.append(packet)
        self.order.append(("sound", packet.gen))
        if packet.gen != self._gen:
            self._gen, self.played_ms = packet.gen, 0
        self.played_ms += len(packet.sound) * 1000 // (AGENT_RATE * 2)
        if self.acks:
            frame = {"type": "playback", "gen": packet.gen, "played_ms": self.played_ms, "queued_ms": 0}
            await self.say(frame)
