"""When the stages of one turn were reached; the `metrics` frame, where a client asks for it."""

from __future__ import annotations

NAMES = ("soft_end", "commit", "stt_done", "llm_first", "clause1", "tts_first", "ws_first", "play_first")


class Marks:
    """The first time of each mark counts. Times are seconds of one clock."""

    def __init__(self) -> None:
        self._at: dict[str, float] = {}

    def set(self, name: str, at: float) -> None:
        self._at.setdefault(name, at)

    def ms(self) -> dict[str, int]:
        """Milliseconds since the turn was taken, in the order of the stages."""
        start = self._at.get("commit", min(self._at.values(), default=0.0))
        return {name: round((self._at[name] - start) * 1000) for name in NAMES if name in self._at}
