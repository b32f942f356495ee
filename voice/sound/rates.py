"""Sampling rates for listening and speaking."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


SPEAKING_RATE = 24_000  # Hz, mono, signed 16 bit, little-endian: every speaker yields this, resampled where it must be


BYTES_PER_S = SPEAKING_RATE * 2


LISTENING_RATE = 16_000  # Hz: what every transcription model of the field takes
