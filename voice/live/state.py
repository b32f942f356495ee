"""How a live conversation stands."""

from enum import StrEnum


class LiveState(StrEnum):
    IDLE = "idle"
    LISTENING = "listening"
    ENDPOINTING = "endpointing"
    THINKING = "thinking"
    SPEAKING = "speaking"
