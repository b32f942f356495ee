"""The parts of a live conversation alone: where utterances begin and end, what is said again, and held sound."""

import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.browser

FRAME_MS = 32
SETTINGS = {
    "positive": 0.5,
    "negative": 0.35,
    "min_speech_ms": 250,
    "pre_roll_ms": 500,
    "soft_end_ms": 200,
    "commit_ms": 500,
    "max_commit_ms": 2500,
}
# Probabilities in, events out; a number is a frame of the utterance, by its place in what came in.
ENDPOINTS = """async ([probabilities, settings, hypothesis, finishes, module]) => {
  const { createEndpointing } = await import(module)
  const told = []
  const [onEvent, onFrame] = [event => told.push(event), frame => told.push(frame[0])]
  const endpointing = createEndpointing({settings: () => settings, onEvent, onFrame})
  for (const [i, probability] of probabilities.entries()) {
    endpointing.take(probability, Float32Array.of(i))
    if (hypothesis) endpointing.suppose(hypothesis)
  }
  if (finishes) endpointing.finish()
  return told
}"""
# One second of a ramp, held at 0.4 s and released at 0.6 s: what it sounds like, and how much was heard at both.
HOLD = """async module => {
  const { createPlayback } = await import(module)
  const context = new OfflineAudioContext(1, 36000, 24000)
  const playback = createPlayback(context, context.destination)
  playback.push(Float32Array.from({length: 24000}, (_, i) => (i + 1) / 24000))
  playback.complete()
  const heard = []
  context.suspend(0.4).then(() => { playback.hold(); heard.push(playback.heardMs); context.resume() })
  context.suspend(0.6).then(() => { heard.push(playback.heardMs); playback.release(); context.resume() })
  const sound = (await context.startRendering()).getChannelData(0)
  return [heard, [...sound], await playback.over]
}"""
SEND = """async ([script, module]) => {
  const { createUtterances } = await import(module)
  const sent = []
  const sendSound = sound => sent.push(new DataView(sound).getInt16(8, true))
  const own = createUtterances({send: frame => sent.push(frame), sendSound, onDropped: () => sent.push('dropped')})
  for (const [what, value] of script) {
    if (what === 'hear') own.hear(Float32Array.of(value / 32767))
    else if (what === 'mark') sent.push(value)
    else own[what](value)
  }
  return sent.map(one => typeof one === 'object' ? [one.type, one.utt] : one)
}"""
NAMES = """async ([script, module]) => {
  const { createUtterances } = await import(module)
  const names = []
  const own = createUtterances({send: frame => names.push(frame.client_id), sendSound: () => {}, onDropped: () => {}})
  for (const [what] of script) own[what]()
  return names.filter(Boolean)
}"""
PACK = """async ([samples, ms, module]) => {
  const { packed } = await import(module)
  return [...new Uint8Array(packed(Float32Array.from(samples), ms))]
}"""
UNPACK = """async ([bytes, module]) => {
  const { unpacked } = await import(module)
  const sound = unpacked(Uint8Array.from(bytes).buffer)
  return sound && {...sound, samples: [...sound.samples]}
}"""


@pytest.fixture
def modules(visit, scripted_site):
    visit.page.goto(f"{scripted_site.url}/api/health")
    return f"{scripted_site.url}/static/js"


def frames(ms):
    return round(ms / FRAME_MS)


def speech(ms):
    return [0.9] * frames(ms)


def silence(ms):
    return [0.05] * frames(ms)


@pytest.fixture
def events(visit, modules):
    def told(probabilities, hypothesis="", *, finishes=False):
        given = [probabilities, SETTINGS, hypothesis, finishes, f"{modules}/voice/live/endpointing.js"]
        return visit.page.evaluate(ENDPOINTS, given)

    return told


def words(told):
    return [one for one in told if isinstance(one, str)]


def test_an_utterance_comes_with_what_was_before_it(events):
    told = events(silence(2_000) + speech(1_000) + silence(600))

    sound = [one for one in told if not isinstance(one, str)]
    begin = frames(2_000)
    assert words(told) == ["start", "soft_end", "end"]
    assert begin - sound[0] == frames(500) - 1
    assert sound == list(range(sound[0], sound[-1] + 1))  # nothing is missing, nothing comes twice
    assert told.index("soft_end") < told.index("end")


def test_an_end_by_hand_takes_what_was_said_and_no_click(events):
    assert words(events(speech(600), finishes=True)) == ["start", "end"]
    assert words(events(speech(130), finishes=True)) == ["start", "cancel"]
    assert events(speech(64), finishes=True) == []


def test_a_pause_in_a_sentence_does_not_end_it(events):
    told = events(speech(600) + silence(300) + speech(600) + silence(600))

    assert words(told) == ["start", "soft_end", "resume", "soft_end", "end"]


def test_a_short_sound_is_no_utterance(events):
    assert words(events(silence(500) + speech(130) + silence(700))) == ["start", "cancel"]


def test_a_click_is_nothing(events):
    assert events(silence(500) + speech(64) + silence(700)) == []


@pytest.mark.parametrize(
    "hypothesis",
    [
        "I would like two lamps and", "My number is 0 4 1", "Well,", "Ich möchte und", "Das wäre ähm", "It stands in",
        "I need it when", "This is for my", "Call 555-", "oh four one", "Hmm…", "Ich brauche das für", "C'est pour les",
        "Necesito una lámpara con", "My number is", "my e mail address is...", "Meine Nummer ist", "Mon numéro est",
    ],
)  # fmt: skip
def test_words_that_promise_more_are_waited_for(events, hypothesis):
    spoken = speech(1_000) + silence(900)

    assert words(events(spoken)) == ["start", "soft_end", "end"]
    assert words(events(spoken, hypothesis)) == ["start", "soft_end"]
    assert words(events(spoken + silence(500), hypothesis)) == ["start", "soft_end", "end"]


@pytest.mark.parametrize(
    "hypothesis",
    [
        "I would like two lamps.",
        "Do you deliver?",
        "Thank you",
        "The lamp is broken",
        "Das ist alles",
        "That is how it is.",
    ],
)
def test_finished_words_are_not_waited_for(events, hypothesis):
    assert words(events(speech(1_000) + silence(900), hypothesis)) == ["start", "soft_end", "end"]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(probabilities=st.lists(st.floats(0, 1), max_size=200))
def test_whatever_is_heard_an_utterance_is_opened_and_closed_in_turn(events, probabilities):
    told = words(events(probabilities + silence(3_000)))

    after = {
        None: {"start"},
        "start": {"soft_end", "cancel", "end"},
        "soft_end": {"resume", "end"},
        "resume": {"soft_end", "cancel", "end"},
        "end": {"start"},
        "cancel": {"start"},
    }
    for before, now in zip([None, *told], told, strict=False):
        assert now in after[before]
    assert not told or told[-1] in {"end", "cancel"}


def test_held_sound_is_silent_within_a_moment_and_goes_on_where_it_was(visit, modules):
    heard, sound, is_heard = visit.page.evaluate(HOLD, f"{modules}/voice/speech/playback.js")

    silent_from, back_at = int(0.4 * 24_000) + 128 + 32, int(0.6 * 24_000)
    assert heard[0] == heard[1] == pytest.approx(380, abs=6)  # 20 ms pass before the first sample sounds
    assert max(abs(one) for one in sound[silent_from:back_at]) == 0
    again = next(i for i in range(back_at, len(sound)) if sound[i] > 0.01)
    assert again - back_at < 0.03 * 24_000
    assert sound[again] == pytest.approx(heard[0] / 1000, abs=0.002)
    assert max(sound) == pytest.approx(1, abs=0.001)  # to the last sample
    assert is_heard


def test_what_nobody_answered_for_is_said_again_on_a_new_socket(visit, modules):
    said = [("begin", None), ("hear", 1), ("hear", 2), ("end", None)]
    script = [
        ("opened", None),
        *said,
        ("settle", 1),
        ("begin", None),
        ("hear", 3),
        ("lost", None),
        ("hear", 4),
        ("end", None),
        ("mark", "new"),
        ("opened", None),
    ]

    sent = visit.page.evaluate(SEND, [script, f"{modules}/voice/live/utterances.js"])

    assert sent[: sent.index("new")] == [["speech.start", 1], 1, 2, ["speech.end", 1], ["speech.start", 2], 3]
    assert sent[sent.index("new") + 1 :] == [["speech.start", 1], 3, 4, ["speech.end", 1]]


def test_an_utterance_keeps_its_name(visit, modules):
    script = [("opened", None), ("begin", None), ("end", None), ("lost", None), ("begin", None), ("end", None)]

    names = visit.page.evaluate(NAMES, [[*script, ("opened", None)], f"{modules}/voice/live/utterances.js"])

    assert len(names) == 3
    assert names[0] == names[1] != names[2]


def test_what_does_not_fit_is_not_dropped_in_silence(visit, modules):
    script = [("begin", None), ("end", None)] * 6

    assert visit.page.evaluate(SEND, [script, f"{modules}/voice/live/utterances.js"]) == ["dropped"]


def test_sound_is_sent_no_faster_than_the_server_takes_it(visit, modules):
    script = [("begin", None), *[("hear", 1)] * 600, ("opened", None)]  # 19 s, all at once

    sent = visit.page.evaluate(SEND, [script, f"{modules}/voice/live/utterances.js"])

    assert 270 <= len(sent) - 1 <= 300  # of sound; nine seconds are 281 frames


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(samples=st.lists(st.floats(-2, 2, width=32), max_size=20), ms=st.integers(0, 2**32 - 1))
def test_the_microphones_frames_are_those_of_the_protocol(visit, modules, samples, ms):
    made = bytes(visit.page.evaluate(PACK, [samples, ms, f"{modules}/voice/live/frames.js"]))

    assert made[:8] == struct.pack(">BBHI", 1, 0, 0, ms)
    expected = [max(-1, min(1, one)) * 32_767 for one in samples]
    assert struct.unpack(f"<{len(samples)}h", made[8:]) == pytest.approx(expected, abs=1)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=40))
def test_any_bytes_are_sound_of_the_agent_or_nothing(visit, modules, data):
    sound = visit.page.evaluate(UNPACK, [list(data), f"{modules}/voice/live/frames.js"])

    if len(data) < 8 or data[0] != 2:
        assert sound is None
        return
    _, flags, gen, ms = struct.unpack(">BBHI", data[:8])
    assert (sound["gen"], sound["ms"], sound["isLast"]) == (gen, ms, bool(flags & 2))
    count = (len(data) - 8) // 2
    assert sound["samples"] == [one / 32_768 for one in struct.unpack(f"<{count}h", data[8 : 8 + 2 * count])]
