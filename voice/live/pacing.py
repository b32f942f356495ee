"""How much of an answer's sound may be on its way to a client. No clock in here: the time comes with each call."""

from __future__ import annotations

QUEUED_MS = 400  # what a client keeps to play through a hiccup of the network
IN_FLIGHT_MS = 200  # one way there, and the way back of the word that it was played
AHEAD_MS = QUEUED_MS + IN_FLIGHT_MS  # no more, since what is sent cannot be called back
SILENT_S = 2.0  # a client tells every 250 ms what it played; after so many that were lost the clock is believed
SLACK_MS = 40  # a frame: resampling in the client rounds the last one


class Pacer:
    """The sound of one answer: how much was sent, and how much of it was played, told or reckoned. Times in seconds."""

    def __init__(self) -> None:
        self.sent_ms = 0
        self._played_ms, self._at = 0.0, 0.0
        self._is_by_clock = False

    def send(self, ms: int, now: float) -> None:
        """Count what goes out now."""
        played_ms = self.played_ms(now)
        if not self._is_by_clock and self._is_silent(now):
            self._is_by_clock = True
            self._played_ms, self._at = played_ms, now
        if played_ms >= self.sent_ms:  # it was played out: from here on it plays anew
            self._played_ms, self._at = self.sent_ms, now
        self.sent_ms += ms

    def ack(self, played_ms: int, now: float) -> None:
        """Take a client's word for what it played; no more than was sent, and no less than it said before."""
        least_ms = 0.0 if self._is_by_clock else self._played_ms
        self._played_ms = min(max(least_ms, played_ms), self.sent_ms)
        self._at = now
        self._is_by_clock = False

    def played_ms(self, now: float) -> int:
        """How much was played: by the last word of the client, or by the clock when that is too long ago."""
        if not (self._is_by_clock or self._is_silent(now)):
            return int(self._played_ms)
        return int(min(self.sent_ms, self._played_ms + (now - self._at) * 1000))

    def wait_s(self, ms: int, now: float) -> float:
        """How long to wait at most before `ms` more may go out; 0 is none. A word of the client may end it sooner."""
        return self._until(self.sent_ms + ms - AHEAD_MS, now)

    def rest_s(self, now: float) -> float:
        """The same until all that was sent is played."""
        return self._until(self.sent_ms - SLACK_MS, now)

    def _until(self, goal_ms: float, now: float) -> float:
        played_ms = self.played_ms(now)
        if played_ms >= goal_ms:
            return 0.0
        if self._is_by_clock or self._is_silent(now):
            return (goal_ms - self._played_ms) / 1000 - (now - self._at) + 0.001
        by_clock_s = max(SILENT_S, (goal_ms - self._played_ms) / 1000)
        return self._at + by_clock_s - now + 0.001

    def _is_silent(self, now: float) -> bool:
        return self._played_ms < self.sent_ms and now - self._at >= SILENT_S
