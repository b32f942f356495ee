"""A network that halts and a page whose timers sleep: an answer's speech goes on after each hiccup, to its end."""

import pytest

from fakes.live_voice import Talk
from fakes.scripts import Script

pytestmark = pytest.mark.browser

HICCUPS = 5
LONG = "We sell lamps. " + " ".join(f"Lamp number {i} is made of brass and glass." for i in range(1, 6))
# What comes over the live socket waits while `holding`; and timers of a minute, as in a hidden page after five of them.
HELD = """(() => {
  const {set} = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'onmessage')
  const kept = []
  window.holding = false
  window.letGo = () => { holding = false; kept.splice(0).forEach(give => give()) }
  Object.defineProperty(WebSocket.prototype, 'onmessage', {configurable: true, set(take) {
    set.call(this, !this.url.includes('/ws/audio') ? take : event => {
      if (window.holding) kept.push(() => take.call(this, event))
      else take.call(this, event)
    })
  }})
  window.until = test => new Promise((done, fail) => {
    const endsAt = performance.now() + 15_000
    const look = () => test() ? done() : performance.now() > endsAt ? fail(String(test)) : requestAnimationFrame(look)
    look()
  })
  const interval = window.setInterval
  window.setInterval = (act, ms, ...rest) => interval(act, window.sleepy && ms > 5 ? 60_000 : ms, ...rest)
})()"""


@pytest.fixture
def talk(speaking_visit, voice_site):
    talk = Talk(speaking_visit.page)
    talk.page.add_init_script(HELD)
    return talk.without_model().open(voice_site)


@pytest.mark.parametrize("sleepy", [False, True], ids=["timers awake", "timers asleep"])
def test_speech_goes_on_after_every_hiccup(talk, upstream, sleepy):
    upstream.then(Script(text=LONG))
    talk.page.evaluate("is => window.sleepy = is", sleepy)
    talk.start()
    talk.until("turn.end")  # of the greeting
    talk.page.evaluate("turns.length = 0")
    talk.page.locator("#message").fill("Do you sell lamps?")
    talk.page.keyboard.press("Enter")

    for _ in range(HICCUPS):
        talk.page.evaluate("until(() => turns.at(-1)?.isLoud)")
        talk.page.evaluate("holding = true")
        talk.page.evaluate("until(() => !turns.at(-1).isLoud && performance.now() - turns.at(-1).at > 300)")
        talk.page.evaluate("letGo()")

    ended = talk.until("turn.end", 2)
    told = [frame for frame in talk.sent if frame["type"] == "playback"][-1]
    assert ended["reason"] == "done"
    assert told["underruns"] >= HICCUPS - 1
    assert told["queued_ms"] == 0
    talk.is_("Listening")
