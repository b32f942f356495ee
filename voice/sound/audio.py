"""Decodes, measures, resamples and encodes sound.

Import this only where sound is processed: loading FFmpeg takes 50 ms and 17 MB, which a start does not need.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import av
import numpy as np
from av.audio.fifo import AudioFifo
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from voice.errors import InvalidAudio
from voice.sound import containers
from voice.sound.kinds import MP4, SNIFFED_BYTES, TAKEN, FileKind, kind_of
from voice.sound.rates import LISTENING_RATE, SPEAKING_RATE

CODECS = re.compile(r"opus|libopus|vorbis|aac|mp3|mp3float|pcm_\w+")  # what browsers record, as FFmpeg calls them
PADDING_S = 0.25  # codecs work in blocks: a recording of exactly the limit decodes to a little more
LEAST_RATE, MAX_RATE = 8_000, 192_000  # Hz: telephone to studio
LEAST_OF_MIX = 0.02  # of the louder channel's power; a voice on one channel alone leaves a quarter
MAX_CHANNELS = 8
MAX_CHANGES = 8  # of rate or channels within one recording; AAC settles on its real ones after the first block
GATHERED_S = 0.5  # of frames, which have a fiftieth of a second each: they cost more to convert than their sound does
PACKETS_PER_S = 1_000  # Opus has at most 400, the others fewer
MAX_STREAMS = 8  # a recording has sound and perhaps a picture
MAX_CODEBOOKS = 64  # of Vorbis: encoders write about 40, and 256 of the largest take 500 MB
BUDGET_S = 5.0  # of processor time for opening, and more by the length below; measured: 120 s of Opus take 0.3 s
BUDGET_PER_S = 0.05

_OPTIONS = {
    "codec_whitelist": "none",  # no decoder sees the file before it has been chosen here
    "protocol_whitelist": "none",
    "max_streams": str(MAX_STREAMS),
}
_MP4_OPTIONS = {
    "enable_drefs": "0",  # sound in another file
    "ignore_chapters": "1",
    "ignore_editlist": "1",  # each edit may name all samples again
    "advanced_editlist": "0",
}
_VORBIS_SETUP = re.compile(rb"\x05vorbis(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Recording:
    """A decoded upload: mono samples from -1 to 1 at LISTENING_RATE, and what type of file it came in."""

    kind: FileKind
    samples: NDArray[np.float32]
    duration_s: float


def decode(file: BinaryIO, *, longest_s: float) -> Recording:
    """Decode a recording. Call it in a thread, because it computes; the file must be seekable.

    Time and memory are limited whatever the file claims, and decoding stops after `longest_s`. A truncated file decodes
    to what is there. Raises InvalidAudio, which says what is wrong.
    """
    size_bytes = file.seek(0, io.SEEK_END)
    file.seek(0)
    if not size_bytes:
        raise InvalidAudio(_("The recording is empty. Please record again."))
    kind = kind_of(file.read(SNIFFED_BYTES))
    if kind is None:
        raise InvalidAudio(_("This is not a recording of a type that is taken. Send one of: %s.") % TAKEN)
    try:
        budget_s = BUDGET_S + BUDGET_PER_S * longest_s
        source = containers.window(file, kind.name, size_bytes, budget_s=budget_s)
        samples = _listened(source, kind, longest_s)
    except (av.FFmpegError, containers.Suspicious, ValueError):  # ValueError: what PyAV itself refuses
        raise InvalidAudio(
            _("The recording cannot be decoded; it is damaged or its beginning is missing. Please record again.")
        ) from None
    if not len(samples):
        raise InvalidAudio(_("The recording is empty. Please record again."))
    return Recording(kind, samples, len(samples) / LISTENING_RATE)


def _listened(source: containers.Window, kind: FileKind, longest_s: float) -> NDArray[np.float32]:
    options = _OPTIONS | (_MP4_OPTIONS if kind is MP4 else {})
    ear = _Ear(longest_s)
    with av.open(
        source, "r", format=kind.name, options=options, metadata_errors="replace", io_open=_refuse_other_files
    ) as container:
        stream = next(iter(container.streams.audio), None)
        if stream is None:
            raise InvalidAudio(_("The file has no sound track. Please record again."))
        _check_codec(stream)
        for packet in _packets(container, stream, source, ear):
            try:
                frames = packet.decode()
            except av.FFmpegError:  # one damaged packet, as after a gap; players skip it too
                ear.missed += 1
                continue
            for frame in frames:
                ear.hear(frame)
    return ear.all_heard()


def _refuse_other_files(*_args: Any) -> None:
    raise containers.Suspicious("it asks for another file")


def _check_codec(stream: AudioStream) -> None:
    if getattr(stream, "codec_context", None) is None:  # whatever the types say: the header ends before it is told
        raise containers.Suspicious("it does not tell its codec")
    name = stream.codec_context.name
    if not CODECS.fullmatch(name):
        raise InvalidAudio(
            _("The sound is encoded as %(codec)s, which is not taken. Use Opus, Vorbis, AAC, MP3 or PCM.")
            % {"codec": name}
        )
    for setup in _VORBIS_SETUP.finditer(stream.codec_context.extradata or b""):
        if setup[1][0] >= MAX_CODEBOOKS:
            raise containers.Suspicious("it has too many codebooks")


def _packets(
    container: InputContainer, stream: AudioStream, source: containers.Window, ear: _Ear
) -> Iterator[Packet[AudioStream]]:
    """The packets up to the end, even if that comes too early; raises Suspicious if there are more than can fit."""
    packets = container.demux(stream)
    is_vorbis = stream.codec_context.name == "vorbis"
    most = int(PACKETS_PER_S * (ear.longest_s + 1))
    count = size_bytes = 0
    while True:
        try:
            packet = next(packets, None)
        except av.FFmpegError:
            if not ear.has_heard:
                raise
            return
        if packet is None:
            return
        count, size_bytes = count + 1, size_bytes + packet.size
        if count > most or size_bytes > source.size:  # the same bytes named twice, or unpacked
            raise containers.Suspicious("it has more packets than it can hold")
        source.check_budget()
        if not (is_vorbis and packet.size and bytes(packet)[0] & 1):  # a second header, which the decoder would take
            yield packet


class _Ear:
    """Gathers decoded frames as mono samples at LISTENING_RATE, up to a length."""

    def __init__(self, longest_s: float):
        self.missed = 0
        self.longest_s = longest_s
        self._most = int((longest_s + PADDING_S) * LISTENING_RATE)
        self._unheard = AudioFifo()  # decoded frames of one form, until they are worth a conversion
        self._heard: list[NDArray[np.int16]] = []  # half the size of floats while they are gathered
        self._length = 0
        self._changes = 0
        self._form: tuple[str, str, int] | None = None
        self._resampler: av.AudioResampler | None = None

    @property
    def has_heard(self) -> bool:
        return self._length > 0 or self._unheard.samples > 0

    def hear(self, frame: av.AudioFrame) -> None:
        form = (frame.format.name, frame.layout.name, frame.sample_rate)
        if form != self._form:
            self._begin_form(frame, form)
        if frame.samples > (self.longest_s + PADDING_S) * frame.sample_rate:
            self._refuse_longer()
        frame.pts = None  # length is counted, not believed
        self._unheard.write(frame)
        if self._unheard.samples >= GATHERED_S * frame.sample_rate:
            self._take(self._unheard.read())

    def all_heard(self) -> NDArray[np.float32]:
        self._end_form()
        if not self._length and self.missed:
            raise containers.Suspicious("nothing of it can be decoded")
        samples = np.empty(self._length, np.float32)
        position = 0
        for part in self._heard:
            np.divide(part, 32_768, out=samples[position : position + len(part)], casting="same_kind")
            position += len(part)
        return samples

    def _begin_form(self, frame: av.AudioFrame, form: tuple[str, str, int]) -> None:
        if not LEAST_RATE <= frame.sample_rate <= MAX_RATE or frame.layout.nb_channels > MAX_CHANNELS:
            raise InvalidAudio(
                _("Sound is taken at %(least)s to %(most)s Hz with up to %(channels)s channels. Please record again.")
                % {"least": LEAST_RATE, "most": MAX_RATE, "channels": MAX_CHANNELS}
            )
        self._end_form()
        self._changes += 1
        if self._changes > MAX_CHANGES:
            raise containers.Suspicious("it changes too often")
        layout = "stereo" if frame.layout.nb_channels == 2 else "mono"
        self._form, self._resampler = form, av.AudioResampler(format="s16", layout=layout, rate=LISTENING_RATE)

    def _end_form(self) -> None:
        if self._resampler:
            if rest := self._unheard.read():
                self._take(rest)
            self._take(None)
            self._unheard = AudioFifo()

    def _take(self, frame: av.AudioFrame | None) -> None:
        assert self._resampler is not None  # noqa: S101 for the type checker
        for part in self._resampler.resample(frame):
            sound = part.to_ndarray().reshape(-1, part.layout.nb_channels)
            self._heard.append(_mixed(sound) if sound.shape[1] == 2 else sound[:, 0].astype(np.int16, copy=False))
            self._length += part.samples
        if self._length > self._most:
            self._refuse_longer()

    def _refuse_longer(self) -> None:
        raise InvalidAudio(
            _("The recording is longer than %(limit)s seconds, which is the limit. Please record a shorter one.")
            % {"limit": f"{self.longest_s:g}"}
        )


def wav(samples: NDArray[np.float32]) -> bytes:
    """The samples as a WAV file: LISTENING_RATE, mono, 16 bit. What is beyond -1 to 1 is clipped."""
    sound = (np.clip(np.nan_to_num(samples), -1, 1) * 32_767).astype("<i2").tobytes()
    form = struct.pack("<HHIIHH", 1, 1, LISTENING_RATE, LISTENING_RATE * 2, 2, 16)
    head = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(sound))
    return b"RIFF" + struct.pack("<I", len(head) + len(sound)) + head + sound


class Mp3Encoder:
    """PCM as a speaker yields it (SPEAKING_RATE, mono, 16 bit) to one MP3, piece by piece.

    The rate is constant and no frame leans on another one (no bit reservoir), so a player knows length and place from
    the number of bytes alone, also while the file still grows. The sound begins up to 0.07 s later than it was fed.
    """

    def __init__(self, bit_rate: int = 48_000):
        context = av.CodecContext.create("libmp3lame", "w")
        assert isinstance(context, av.AudioCodecContext)  # noqa: S101 for the type checker
        context.sample_rate, context.layout, context.format = SPEAKING_RATE, "mono", "s16p"
        context.bit_rate, context.options = bit_rate, {"reservoir": "0"}
        context.open()
        self._context = context
        self._frame_bytes = context.frame_size * 2
        self._rest = b""
        self._is_begun = False

    def encode(self, pcm: bytes) -> bytes:
        """The MP3 frames that are complete now, perhaps none; pieces may have any size, also half a sample more."""
        data = self._rest + pcm
        whole = len(data) - len(data) % self._frame_bytes
        self._rest = data[whole:]
        return b"".join(self._frame(data[at : at + self._frame_bytes]) for at in range(0, whole, self._frame_bytes))

    def finish(self) -> bytes:
        """The rest; b"" when nothing was fed. The encoder is of no use afterwards."""
        last = self._frame(self._rest) if len(self._rest) > 1 else b""
        self._rest = b""
        return last + b"".join(map(bytes, self._context.encode(None))) if self._is_begun else b""

    def _frame(self, pcm: bytes) -> bytes:
        self._is_begun = True
        return b"".join(map(bytes, self._context.encode(_frame_of(pcm, "s16p", SPEAKING_RATE))))


class Resampler:
    """PCM (mono, 16 bit) of any rate to SPEAKING_RATE, piece by piece."""

    def __init__(self, from_rate: int):
        """`from_rate` in Hz."""
        if from_rate <= 0:
            raise ValueError("A rate is above 0 Hz.")
        self._from_rate = from_rate
        self._resampler = av.AudioResampler(format="s16", layout="mono", rate=SPEAKING_RATE)
        self._half = b""  # of a sample

    def feed(self, pcm: bytes) -> bytes:
        """The samples that are ready, perhaps none; pieces may have any size, odd ones too."""
        data = self._half + pcm
        whole = len(data) - len(data) % 2
        self._half = data[whole:]
        if self._from_rate == SPEAKING_RATE or not whole:
            return data[:whole]
        return self._taken(_frame_of(data[:whole], "s16", self._from_rate))

    def finish(self) -> bytes:
        """The rest; half a sample is dropped."""
        return b"" if self._from_rate == SPEAKING_RATE else self._taken(None)

    def _taken(self, frame: av.AudioFrame | None) -> bytes:
        return b"".join(part.to_ndarray().tobytes() for part in self._resampler.resample(frame))


def _mixed(stereo: NDArray[Any]) -> NDArray[np.int16]:
    """One channel of two: their mean, or the louder one where they cancel out, as with a cable wired wrongly."""
    wide = stereo.astype(np.float32)
    mean = wide.mean(axis=1)
    powers = np.square(wide).mean(axis=0)
    is_cancelled = np.square(mean).mean() < LEAST_OF_MIX * powers.max()
    return (wide[:, int(powers.argmax())] if is_cancelled else mean).astype(np.int16)


def _frame_of(pcm: bytes, form: str, rate: int) -> av.AudioFrame:
    samples = np.frombuffer(pcm, "<i2", count=len(pcm) // 2).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(samples, format=form, layout="mono")
    frame.sample_rate = rate
    return frame
