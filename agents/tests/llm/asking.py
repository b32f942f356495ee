"""How the tests of this folder ask a model, and answerers that need no server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field

from agents.llm.openai_compatible import Limits, OpenAICompatible
from agents.llm.request import (
    ChatModel,
    ChatRequest,
    CutShort,
    ModelError,
    ModelEvent,
    PastMessage,
    Started,
    TakenBack,
    Text,
    Thinking,
    Usage,
)
from fakes.openai import FakeOpenAI
from fakes.patience import PATIENCE_S

# A test that is not about a timeout never meets one, however busy the machine is.
PATIENT = Limits(connect_s=60.0, first_token_s=120.0, between_tokens_s=120.0, tail_s=60.0, drain_s=60.0)


def a_request(question: str = "What does it cost?", **fields: object) -> ChatRequest:
    given: dict[str, object] = {
        "agent_name": "Ada",
        "system_prompt": "You sell bread.",
        "history": (PastMessage("user", question),),
    }
    return ChatRequest(**(given | fields))  # type: ignore[arg-type]


def a_model(fake: FakeOpenAI, **fields: object) -> OpenAICompatible:
    given: dict[str, object] = {"base_url": fake.base_url, "api_key": "sk-right", "model": "small", "limits": PATIENT}
    return OpenAICompatible(**(given | fields))  # type: ignore[arg-type]


@dataclass
class Heard:
    """All that a model said, and the error it ended in."""

    events: list[ModelEvent] = field(default_factory=list)
    error: ModelError | None = None

    @property
    def text(self) -> str:
        last = max((at for at, event in enumerate(self.events) if isinstance(event, TakenBack)), default=-1)
        return "".join(event.text for event in self.events[last + 1 :] if isinstance(event, Text))

    @property
    def all_text(self) -> str:
        """With what was taken back."""
        return "".join(event.text for event in self.events if isinstance(event, Text))

    @property
    def cut(self) -> str | None:
        return next((event.reason for event in self.events if isinstance(event, CutShort)), None)

    @property
    def has_thought(self) -> bool:
        return any(isinstance(event, Thinking) for event in self.events)

    @property
    def started(self) -> list[Started]:
        return [event for event in self.events if isinstance(event, Started)]

    @property
    def usage(self) -> list[Usage]:
        return [event for event in self.events if isinstance(event, Usage)]

    @property
    def cause(self) -> str | None:
        return self.error and self.error.cause


async def hear(model: ChatModel, request: ChatRequest | None = None) -> Heard:
    heard = Heard()
    try:
        async for event in model.stream(request or a_request()):
            heard.events.append(event)
    except ModelError as error:
        heard.error = error
    return heard


class Scripted:
    """Plays one list of events per request, the last one again and again; an exception in it is raised."""

    def __init__(self, *plays: list[ModelEvent | BaseException], provider: str = "scripted"):
        self.provider = provider
        self.requests: list[ChatRequest] = []
        self.is_closed = False
        self._plays = plays

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ModelEvent, None]:
        self.requests.append(request)
        play = self._plays[min(len(self.requests), len(self._plays)) - 1]
        try:
            for event in play:
                if isinstance(event, BaseException):
                    raise event
                yield event
        finally:
            self.is_closed = True


async def until(claim: Callable[[], object]) -> None:
    """Waits for what another task or thread brings about."""
    async with asyncio.timeout(PATIENCE_S):
        while not claim():  # noqa: ASYNC110 # the fake may run in another thread, where no Event of ours reaches
            await asyncio.sleep(0.002)


class Paced:
    """Plays one list of events per request, each after a pause in seconds, in the time of the running loop."""

    provider = "paced"

    def __init__(self, *plays: list[tuple[float, ModelEvent]]):
        self.asked_for: list[str] = []  # the models
        self._plays = plays

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ModelEvent, None]:
        self.asked_for.append(request.model)
        for pause_s, event in self._plays[len(self.asked_for) - 1]:
            await asyncio.sleep(pause_s)
            yield event


def loop_time() -> float:
    """What a chain takes for its clock where the loop's time is scripted."""
    return asyncio.get_running_loop().time()


def saying(text: str, provider: str = "scripted") -> Scripted:
    return Scripted([Started(provider, "any"), Text(text)], provider=provider)


def failing(*errors: ModelError, provider: str = "scripted") -> Scripted:
    return Scripted(*([error] for error in errors), provider=provider)


class Time:
    """A clock that only a sleep moves; it remembers the sleeps."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.sleeps: list[float] = []

    def clock(self) -> float:
        return self.now_s

    async def sleep(self, wait_s: float) -> None:
        self.sleeps.append(wait_s)
        self.now_s += wait_s
