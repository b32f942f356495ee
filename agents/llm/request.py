"""The request to a chat model and the events that it streams back, the same for all models. No Django, no provider."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from language.embeddings import Sentence


@dataclass(frozen=True, slots=True)
class Promise:
    """What an answer may promise to visitors who leave their contact details: they reach people."""

    answer_time: str = ""  # a sentence of staff: "They answer on workdays between 9 and 17."


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that a visitor sent with a message. A model is given the `data` of a picture and the `text` of a PDF.

    Both are empty for a file that it is not given: too many came after it, or it could not be opened.
    """

    id: str
    name: str
    media_type: str
    data: bytes = field(default=b"", repr=False)
    text: str = field(default="", repr=False)

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")


@dataclass(frozen=True, slots=True)
class PastMessage:
    """One earlier message of the session, as the model sees it. `is_cut`: the visitor interrupted after this text.

    `staff` is a person of the company who answered instead of the agent; `name` is theirs.
    """

    role: Literal["user", "assistant", "staff"]
    text: str
    is_cut: bool = False
    name: str = ""
    attached: tuple[Attached, ...] = ()


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
    page: int | None = None  # printed on the page it begins on, of documents that have pages
    url: str = ""  # of the web page it was read from


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """Everything that a model is given for one reply. The last turn of `history` is the visitor's question."""

    agent_name: str
    system_prompt: str
    history: tuple[PastMessage, ...]
    passages: tuple[Passage, ...] = ()
    model: str = ""
    temperature: float | None = None
    max_tokens: int | None = None
    reach: tuple[Passage, ...] = ()  # say how to reach people at the company; given with every question
    guidance: str = ""  # what to ask for and to know in this one reply, for a language model
    closing: str = ""  # what the built-in agent ends a good answer with
    asked: str = ""  # the key of the question in both; it is stored with the reply
    instead: str = ""  # what the built-in agent says in place of an answer, to a visitor who asks why it asked
    thanks: str = ""  # the same, where it found no answer: the message tells what the agent asked for
    promise: Promise | None = None  # what may be offered to a visitor beyond facts; None: nothing
    checks_answers: bool = True  # whether a model's figures must be borne out by what it is given
    is_reply: bool = True  # False for work on a text: `system_prompt` is then all the model is told
    schema: Mapping[str, Any] | None = None  # a JSON schema that the answer is to follow, where servers know of it

    @property
    def question(self) -> str:
        return self.history[-1].text

    @property
    def citable(self) -> tuple[Passage, ...]:
        """The passages that an answer may be taken from; `Cited` has their indexes."""
        known = {(each.document_id, each.heading, each.text) for each in self.passages}
        others = (each for each in self.reach if (each.document_id, each.heading, each.text) not in known)
        return (*self.passages, *others)


@dataclass(frozen=True, slots=True)
class Started:
    """The model that answers; comes once, before the first text. `notice` tells the visitor if it is another one."""

    provider: str
    model: str
    notice: str = ""
    sent: ChatRequest | None = None  # the shortened request, if the whole was too long for the server
    parameters: Mapping[str, Any] = field(default_factory=dict)  # as they were sent


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
    """How sure the answer is: it answers, it says that it may be wrong, or it says that it does not know.

    Only the built-in model sends this. Small talk and questions to the visitor are none of the three.
    """

    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Thinking:
    """The model thinks; its thoughts are not shown. Comes again and again while it does."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The text so far was thinking that looked like an answer. It is to be dropped; the answer follows."""


CutReason = Literal["length", "filtered", "hole", "ended"]


@dataclass(frozen=True, slots=True)
class CutShort:
    """The text is not the whole answer: too long for the limit, filtered, a piece lost on the way, or ended early."""

    reason: CutReason


WithheldReason = Literal["figure", "address", "instructions"]


@dataclass(frozen=True, slots=True)
class Withheld:
    """A sentence of a model was replaced, or a link taken out of it. `kinds` are the kinds of what it stated."""

    reason: WithheldReason
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """The whole answer was checked. Counts its figures: given, derived from what is given, or no facts."""

    figures: Mapping[str, int]


ModelEvent = Started | Thinking | Text | TakenBack | Cited | Judged | CutShort | Usage | Withheld | Checked

Cause = Literal["rate_limited", "timed_out", "provider_error", "not_configured"]


class ModelError(Exception):
    """A model did not finish its answer. `str()` is for the log and never holds keys or message text."""

    def __init__(self, cause: Cause, detail: str, *, retryable: bool = False, retry_after_s: float | None = None):
        super().__init__(detail)
        self.cause: Cause = cause
        self.retryable = retryable
        self.retry_after_s = retry_after_s


class ChatModel(Protocol):
    """A model that answers. `stream` raises ModelError; text that it yielded before stays part of the answer."""

    provider: str

    def stream(self, request: ChatRequest) -> AsyncGenerator[ModelEvent, None]: ...
