"""Sounds for tests, made here: no recording of anybody is stored with the code."""

from __future__ import annotations

import io

import av
import numpy as np
from numpy.typing import NDArray

RATE = 48_000  # Hz: what browsers record at
_CODECS = {
    "webm": ("webm", "libopus"),
    "ogg": ("ogg", "libopus"),
    "vorbis": ("ogg", "vorbis"),
    "mp4": ("mp4", "aac"),
    "fragmented mp4": ("mp4", "aac"),
    "mp3": ("mp3", "libmp3lame"),
    "wav": ("wav", "pcm_s16le"),
    "alac": ("mp4", "alac"),
}
_OPTIONS = {"fragmented mp4": {"movflags": "frag_keyframe+empty_moov+default_base_moof", "frag_duration": "500000"}}


def tone(seconds: float, rate: int = RATE, pitch_hz: float = 440) -> NDArray[np.float32]:
    """A tone of half the largest amplitude, mono."""
    return (0.5 * np.sin(2 * np.pi * pitch_hz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def encoded(samples: NDArray[np.float32], kind_name: str, rate: int = RATE, *, channels: int = 1) -> bytes:
    """The samples as a file of one of the kinds, or of "vorbis", "fragmented mp4", "alac"."""
    form, codec = _CODECS[kind_name]
    layout = "stereo" if kind_name == "vorbis" or channels == 2 else "mono"
    target = io.BytesIO()
    with av.open(target, "w", format=form, options=_OPTIONS.get(kind_name, {})) as container:
        stream = container.add_stream(codec, rate=rate, layout=layout, options={"strict": "experimental"})
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate = rate
        stream.codec_context.open()
        form, size = stream.codec_context.format.name, stream.codec_context.frame_size
        resampler = av.AudioResampler(format=form, layout=layout, rate=rate, frame_size=size)
        whole = resampler.resample(frame) if len(samples) else []
        for part in (*whole, *(resampler.resample(None) if len(samples) else []), None):
            container.mux(stream.encode(part))
    return target.getvalue()


def picture_only() -> bytes:
    """An MP4 with moving pictures and no sound."""
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 32
        for _ in range(5):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")))
        container.mux(stream.encode(None))
    return target.getvalue()


def pitch_of(samples: NDArray[np.float32], rate: int) -> float:
    """The loudest frequency in Hz."""
    strengths = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(strengths) * rate / len(samples))


def pcm(samples: NDArray[np.float32]) -> bytes:
    """The samples as a speaker yields them: 16 bit, little-endian."""
    return (samples * 32_767).astype("<i2").tobytes()
