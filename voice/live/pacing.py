"""Decides how much of an answer's sound may be on its way to a client. Each call gets the time as an argument."""

from __future__ import annotations

QUEUED_MS = 400  # a client's reserve, to go on playing through short failures of the network
IN_FLIGHT_MS = 200  # on the way to the client, until its report comes back
AHEAD_MS = QUEUED_MS + IN_FLIGHT_MS  # not more, since sent sound cannot be taken back
SILENT_S = 2.0  # a client reports every 250 ms what it played; if none comes for this long, the clock decides
SLACK_MS = 40  # one frame, because resampling in the client may shorten the last one


class Pacer:
    """Counts how much sound of one answer was sent, and how much was played (reported or estimated).

    Times in seconds.
    """

    def __init__(self) -> None:
        self.sent_ms = 0
        self._played_ms, self._at = 0.0, 0.0
        self._is_by_clock = False

    def send(self, ms: int, now: float) -> None:
        """Count `ms` of sound that is sent now."""
        played_ms = self.played_ms(now)
        if not self._is_by_clock and self._is_silent(now):
            self._is_by_clock = True
            self._played_ms, self._at = played_ms, now
        if played_ms >= self.sent_ms:  # everything was played, so this sound begins to play now
            self._played_ms, self._at = self.sent_ms, now
        self.sent_ms += ms

    def ack(self, played_ms: int, now: float) -> None:
        """Note what a client reports: at most what was sent, and at least what it reported before."""
        least_ms = 0.0 if self._is_by_clock else self._played_ms
        self._played_ms = min(max(least_ms, played_ms), self.sent_ms)
        self._at = now
        self._is_by_clock = False

    def played_ms(self, now: float) -> int:
        """How much was played, by the client's last report, or by the clock if that is too old."""
        if not (self._is_by_clock or self._is_silent(now)):
            return int(self._played_ms)
        return int(min(self.sent_ms, self._played_ms + (now - self._at) * 1000))

    def wait_s(self, ms: int, now: float) -> float:
        """The longest wait before `ms` more may be sent; 0 for none. A report of the client may end it sooner."""
        return self._until(self.sent_ms + ms - AHEAD_MS, now)

    def rest_s(self, now: float) -> float:
        """The longest wait until everything that was sent is played; 0 for none."""
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
