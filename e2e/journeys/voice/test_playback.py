"""The playback of speech alone, rendered by a browser's own audio: without a seam, held, starved, to its end."""

import mimetypes
from pathlib import Path

import pytest

from fakes.patience import PATIENCE_MS

pytestmark = pytest.mark.browser

STATIC = Path(__file__).resolve().parents[3] / "static"
ADDRESS = "http://playback.test"  # no server: the scripts are all that is asked for
# Gives pieces of a ramp to the playback, and gets back what it would sound like.
RENDER = """async sizes => {
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const context = new OfflineAudioContext(1, total + 4800, 24000)
  const playback = createPlayback(context, context.destination)
  let at = 0
  for (const size of sizes) {
    playback.push(Float32Array.from({length: size}, (_, i) => (at + i + 1) / total))
    at += size
  }
  playback.complete()
  const sound = (await context.startRendering()).getChannelData(0)
  const begin = sound.findIndex(sample => sample > 0)
  const worst = Math.max(...Array.from({length: total}, (_, i) => Math.abs(sound[begin + i] - (i + 1) / total)))
  return [begin, worst, playback.underruns, await playback.over]
}"""
# Sound that arrives too late: after it ran out, more is kept before it goes on.
STARVE = """async () => {
  const context = new OfflineAudioContext(1, 24000, 24000)
  const playback = createPlayback(context, context.destination)
  const second = count => new Float32Array(count).fill(0.5)
  playback.push(second(2400))
  const heard = context.suspend(0.5).then(() => {
    playback.push(second(2400))  // 100 ms: was enough at first, is not now
    const before = playback.heardMs
    playback.push(second(2400))
    playback.complete()
    context.resume()
    return before
  })
  const sound = (await context.startRendering()).getChannelData(0)
  return [await heard, playback.underruns, sound.filter(sample => sample > 0.4).length, sound[11500], sound[13500]]
}"""
# Pieces of 50 ms that come one at a time, each long after the last one has sounded, and no word that it was the last.
STARVE_AGAIN = """async ([pieces, options]) => {
  const context = new OfflineAudioContext(1, (pieces + 1) * 2 * 24000, 24000)
  const playback = createPlayback(context, context.destination, options)
  for (let i = 0; i < pieces; i++) {
    context.suspend(2 * i + 0.5).then(() => {
      playback.push(new Float32Array(1200).fill(0.5))
      context.resume()
    })
  }
  // Rendering runs ahead of the page: it waits each quarter of a second until what has ended is told.
  for (let at = 0.1; at < (pieces + 1) * 2 - 0.5; at += 0.25) {
    context.suspend(at).then(() => setTimeout(() => context.resume(), 10))
  }
  const heard = context.suspend((pieces + 1) * 2 - 0.5).then(() => { context.resume(); return playback.heardMs })
  await context.startRendering()
  return await heard
}"""
# One second of a ramp, held at 0.4 s and released at 0.6 s: what it sounds like, and how much was heard at both.
HOLD = """async () => {
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


def give(route):
    """The page itself is empty."""
    path = route.request.url.removeprefix(f"{ADDRESS}/")
    if path:
        route.fulfill(body=(STATIC / path).read_bytes(), content_type=mimetypes.guess_type(path)[0])
    else:
        route.fulfill(body="<!doctype html>", content_type="text/html")


@pytest.fixture(scope="module")
def page(browser):
    """A page that knows `createPlayback`; nothing of a playback stays when it is over, so that all tests share it."""
    page = browser.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.route(f"{ADDRESS}/**", give)
    page.goto(f"{ADDRESS}/")
    page.evaluate("async module => Object.assign(window, await import(module))", "/js/voice/speech/playback.js")
    yield page
    page.close()


def test_pieces_of_any_size_are_played_without_a_seam(page):
    sizes = [7, 1_000, 960, 1, 2_400, 4_801, 33, 960, 12_000]

    begin, worst, underruns, is_heard = page.evaluate(RENDER, sizes)

    assert begin <= 480  # 20 ms
    assert worst < 1e-4
    assert underruns == 0
    assert is_heard


def test_sound_that_ran_out_goes_on_with_more_in_hand(page):
    heard_ms, underruns, played, in_the_gap, after_it = page.evaluate(STARVE)

    assert heard_ms == 100
    assert underruns == 1
    assert played == 7_200
    assert (in_the_gap, after_it) == (0, 0.5)


@pytest.mark.parametrize("options", [{}, {"mostStartS": 0.3}], ids=["a message", "live"])
def test_sound_that_nothing_follows_is_heard_all_the_same(page, options):
    heard_ms = page.evaluate(STARVE_AGAIN, [6, options])

    assert round(heard_ms) == 6 * 50


def test_held_sound_is_silent_within_a_moment_and_goes_on_where_it_was(page):
    heard, sound, is_heard = page.evaluate(HOLD)

    silent_from, back_at = int(0.4 * 24_000) + 128 + 32, int(0.6 * 24_000)
    assert heard[0] == heard[1] == pytest.approx(380, abs=6)  # 20 ms pass before the first sample sounds
    assert max(abs(one) for one in sound[silent_from:back_at]) == 0
    again = next(i for i in range(back_at, len(sound)) if sound[i] > 0.01)
    assert again - back_at < 0.03 * 24_000
    assert sound[again] == pytest.approx(heard[0] / 1000, abs=0.002)
    assert max(sound) == pytest.approx(1, abs=0.001)  # to the last sample
    assert is_heard
