"""A soak in short form: `python -m bench.soak [seconds] [visitors]`. Visitors chat, tabs come and go, nothing grows."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import re
import signal
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from fakes.openai import FakeOpenAI
from fakes.scripts import Script
from fakes.site import Site, site

SECONDS, VISITORS = 300, 100
SAMPLE_S = 10
WARM_UP = 0.3  # of the time: imports, caches and pools fill until then
GROWTH = 1.10  # what "flat" allows: last third against the third before
ANSWER = Script(text=" ".join(f"word{n}" for n in range(60)), first_token_s=0.2, rate_per_s=40)


@dataclass
class Counts:
    turns: int = 0
    reconnects: int = 0
    failures: int = 0


@dataclass(frozen=True)
class Sample:
    at_s: float
    rss_kb: int
    descriptors: int
    threads: int
    tasks: int


class Visitor:
    """One browser: asks, reads the answer over its socket, loses it half of the time, starts anew now and then."""

    def __init__(self, base: str, counts: Counts, chance: random.Random):
        self.base, self.counts, self.chance = base, counts, chance

    async def live(self, until: float) -> None:
        while time.monotonic() < until:
            async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
                async with http.get(f"{self.base}/chat/csrf/") as response:
                    token = (await response.json())["token"]
                url = f"{self.base}/chat/ada/messages/"
                for _ in range(self.chance.randint(1, 6)):
                    if time.monotonic() > until:
                        break
                    url = await self._turn(http, token, url)
                    await asyncio.sleep(self.chance.uniform(0, 2))

    async def _turn(self, http: aiohttp.ClientSession, token: str, url: str) -> str:
        form = {"content": "And what about this?", "client_id": str(uuid.uuid4()), "csrfmiddlewaretoken": token}
        async with http.post(url, data=form, headers={"HX-Request": "true", "Referer": url}) as response:
            html = await response.text()
            if response.status != 200:
                self.counts.failures += 1
                return url
            path = response.headers.get("X-Socket-Path")
        if path:
            self.socket = path
            url = f"{self.base}/chat/sessions/{response.headers['X-Session-Id']}/messages/"
        ids = re.findall(r'id="m-([0-9a-f-]{36})"', html)
        await self._read(http, ids[1])
        self.counts.turns += 1
        return url

    async def _read(self, http: aiohttp.ClientSession, answer_id: str) -> None:
        ended = f'id="m-{answer_id}"'
        while True:
            leave_after = self.chance.uniform(0.1, 1.5) if self.chance.random() < 0.5 else 30
            query = f"?after=9999999&open={answer_id}"
            async with http.ws_connect(self.base + self.socket + query, headers={"Origin": self.base}) as socket:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(leave_after):
                        async for frame in socket:
                            if ended in frame.data and 'data-status="complete"' in frame.data:
                                return
            self.counts.reconnects += 1


async def main(seconds: float, visitors: int) -> int:
    chance, counts = random.Random(7), Counts()  # the same visitors each time
    async with FakeOpenAI() as upstream:
        with tempfile.TemporaryDirectory() as folder, _site(Path(folder), upstream) as made:
            until = time.monotonic() + seconds
            crowd = [asyncio.create_task(Visitor(made.url, counts, chance).live(until)) for _ in range(visitors)]
            samples = []
            while time.monotonic() < until:
                upstream.requests.clear()
                _refill(upstream)
                await asyncio.sleep(min(SAMPLE_S, seconds / 12))
                samples.append(_sample(made, seconds - (until - time.monotonic())))
            await asyncio.gather(*crowd)
    return _report(samples, counts)


def _site(folder: Path, upstream: FakeOpenAI) -> contextlib.AbstractContextManager[Site]:
    @contextlib.contextmanager
    def started():  # type: ignore[no-untyped-def]
        environment = {"OPENAI_BASE_URL": upstream.base_url, "OPENAI_MODEL": "scripted", "RATE_LIMITS": "off"}
        with site(folder, **environment) as made:
            made.shell(
                "from agents.models import Agent\n"
                "a = Agent.objects.create(name='Ada', slug='ada', is_default=True, checks_answers=False)\n"
                "a.publish('You sell lamps.')"
            )
            made.start()
            yield made

    return started()


def _refill(upstream: FakeOpenAI) -> None:
    upstream.then(*[ANSWER] * 2000)


def _sample(made: Site, at_s: float) -> Sample:
    assert made.process is not None
    process = Path(f"/proc/{made.process.pid}")
    status = (process / "status").read_text()
    os.kill(made.process.pid, signal.SIGUSR1)
    time.sleep(0.1)
    open_lines = re.findall(r"open: (\d+) tasks", made.log.read_text())
    return Sample(
        at_s=at_s,
        rss_kb=int(re.search(r"VmRSS:\s+(\d+)", status)[1]),  # type: ignore[index]
        descriptors=len(list((process / "fd").iterdir())),
        threads=int(re.search(r"Threads:\s+(\d+)", status)[1]),  # type: ignore[index]
        tasks=int(open_lines[-1]) if open_lines else 0,
    )


def _report(samples: list[Sample], counts: Counts) -> int:
    print(f"{counts.turns} turns, {counts.reconnects} sockets dropped and back, {counts.failures} refused")
    print("second  MB resident  descriptors  threads  tasks")
    for sample in samples[:: max(1, len(samples) // 12)]:
        print(
            f"{sample.at_s:6.0f}  {sample.rss_kb / 1024:11.1f}  {sample.descriptors:11}"
            f"  {sample.threads:7}  {sample.tasks:5}"
        )
    warm = samples[int(len(samples) * WARM_UP) :]
    half = len(warm) // 2
    flat = True
    for name in ("rss_kb", "descriptors", "tasks"):
        before, after = (sum(getattr(s, name) for s in part) / len(part) for part in (warm[:half], warm[half:]))
        flat &= after <= before * GROWTH
        print(f"{name}: {before:.0f} -> {after:.0f} ({after / before:.2f} x)")
    print("flat" if flat and not counts.failures else "NOT flat, or turns were refused")
    return int(not flat or bool(counts.failures))


if __name__ == "__main__":
    given = [float(argument) for argument in sys.argv[1:]]
    sys.exit(asyncio.run(main(given[0] if given else SECONDS, int(given[1]) if len(given) > 1 else VISITORS)))
