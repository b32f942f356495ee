"""What a chat model is asked and what it streams back, whoever answers. No Django, no provider in here."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from language.embeddings import Sentence


@dataclass(frozen=True, slots=True)
class Promise:
    """Contact details that a visitor leaves reach people: what may be said of that."""

    answer_time: str = ""  # a sentence of staff: "They answer on workdays between 9 and 17."


@dataclass(frozen=True, slots=True)
class PastMessage:
    """One earlier message of the session, as the model sees it. `is_cut`: the visitor interrupted after this text.

    `staff` is a person of the company who answered instead of the agent; `name` is theirs.
    """

    role: Literal["user", "assistant", "staff"]
    text: str
    is_cut: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """One passage of the agent's knowledge that may hold the answer, best first in a request.

    `heading` is the trail of headings above the text, outermost first, joined by " › ". `sentences` carries the vectors
    that were made when the document was indexed, and is empty where no embedding model is installed.
    Two passages of one text, such as a footer, are two: they are told apart by identity.
    """

    document_id: str
    document: str
    heading: str
    text: str
    score: float = 0.0
    sentences: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """Everything a model may know for one reply. The last turn of `history` is the visitor's question."""

    agent_name: str
    system_prompt: str
    history: tuple[PastMessage, ...]
    passages: tuple[Passage, ...] = ()
    model: str = ""
    temperature: float | None = None
    max_tokens: int | None = None
    reach: tuple[Passage, ...] = ()  # that say how to reach people at the company, whatever was asked
    guidance: str = ""  # what to ask for and to know in this one reply, for a language model
    closing: str = ""  # what the built-in agent ends a good answer with
    asked: str = ""  # the key of the question in both; it is stored with the reply
    instead: str = ""  # what the built-in agent says for an answer of its own: why it asked, to who asks that
    thanks: str = ""  # the same, where it found no answer: the message tells what the agent asked for
    promise: Promise | None = None  # what may be offered to a visitor beyond facts; None: nothing
    is_reply: bool = True  # False for work on a text: `system_prompt` is then all the model is told
    schema: Mapping[str, Any] | None = None  # a JSON schema that the answer is to follow, where servers know of it

    @property
    def question(self) -> str:
        return self.history[-1].text

    @property
    def citable(self) -> tuple[Passage, ...]:
        """What an answer may be taken from, in the order in which `Cited` counts."""
        known = {(each.document_id, each.heading, each.text) for each in self.passages}
        others = (each for each in self.reach if (each.document_id, each.heading, each.text) not in known)
        return (*self.passages, *others)


@dataclass(frozen=True, slots=True)
class Started:
    """Who answers; comes once, before the first text. `notice` is a text for the visitor when it is not who should."""

    provider: str
    model: str
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """The next piece of the answer, exactly as it is to be appended."""

    text: str


@dataclass(frozen=True, slots=True)
class Cited:
    """Which passages of the request the answer was taken from, by index. Only a model that knows says so."""

    passages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the provider counted them."""

    input_tokens: int
    output_tokens: int


Certainty = Literal["answered", "hedged", "refused"]


@dataclass(frozen=True, slots=True)
class Judged:
    """How far the answer may be trusted: it answers, says that it may not, or says that it does not know.

    Only a model that knows says so; small talk and questions back are none of the three.
    """

    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Thinking:
    """The model thinks: a sign of life, and nothing of it is for the visitor. Comes again while it goes on."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """All text so far was thinking that could not be told from an answer. It is to be forgotten; the answer follows."""


CutReason = Literal["length", "filtered", "hole", "ended"]


@dataclass(frozen=True, slots=True)
class CutShort:
    """The text is not the whole answer: too long for the limit, filtered, a piece lost on the way, or ended early."""

    reason: CutReason


ModelEvent = Started | Thinking | Text | TakenBack | Cited | Judged | CutShort | Usage

Cause = Literal["rate_limited", "timed_out", "provider_error", "not_configured"]


class ModelError(Exception):
    """A model did not finish its answer. `str()` is for the log and never holds keys or message text."""

    def __init__(self, cause: Cause, detail: str, *, retryable: bool = False, retry_after_s: float | None = None):
        super().__init__(detail)
        self.cause: Cause = cause
        self.retryable = retryable
        self.retry_after_s = retry_after_s


class ChatModel(Protocol):
    """One who answers. `stream` raises ModelError; what it yielded before stays said."""

    provider: str

    def stream(self, request: ChatRequest) -> AsyncGenerator[ModelEvent, None]: ...
