"""A recording of two channels is heard, whatever their phases."""

import io
import wave

import numpy as np
import pytest

from voice.sound.audio import decode

RATE = 16_000
TONE = (8_000 * np.sin(2 * np.pi * 300 * np.arange(2 * RATE) / RATE)).astype("<i2")


@pytest.mark.parametrize(("left", "right"), [(1, -1), (1, 1), (1, 0), (0, 1)])
def test_channels_that_cancel_out_are_heard(left, right):
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((2, 2, RATE, 0, "NONE", ""))
        writer.writeframes(np.stack([TONE * left, TONE * right], axis=1).astype("<i2").tobytes())
    file.seek(0)

    heard = decode(file, longest_s=10).samples

    assert abs(len(heard) / RATE - 2) < 0.1
    assert np.sqrt(np.square(heard).mean()) > 0.05
