"""Notes when each stage of a turn was reached, for the `metrics` frame."""

from __future__ import annotations

NAMES = ("soft_end", "commit", "stt_done", "llm_first", "clause1", "tts_first", "ws_first", "play_first")


class Marks:
    """The times of one turn's stages, in seconds of one clock. A mark that is set again keeps its first time."""

    def __init__(self) -> None:
        self._at: dict[str, float] = {}

    def set(self, name: str, at: float) -> None:
        self._at.setdefault(name, at)

    def ms(self) -> dict[str, int]:
        """Milliseconds from the end of the utterance ("commit") to each stage, in the order of the stages."""
        start = self._at.get("commit", min(self._at.values(), default=0.0))
        return {name: round((self._at[name] - start) * 1000) for name in NAMES if name in self._at}
