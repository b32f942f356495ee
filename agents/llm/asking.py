"""Asks a server, and changes the request when it refuses: leaves out a parameter, or shortens what is too long.

A refusal's status, code and named fields decide. Its text only says what to try first, because it may quote a visitor.
A change that then succeeds is remembered for an hour: servers are updated, and gateways choose other servers.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import openai

from agents.llm.failures import code_of, error_of_code, error_of_status
from agents.llm.prompt import estimated_tokens, fit, to_messages
from agents.llm.request import ChatRequest, ModelError

logger = logging.getLogger(__name__)

REMEMBERED_S = 3600.0
MAX_MENDS = 11  # in one request: four parameters, two formats, pictures, the system role, and three lengths
SHORTER = (1 / 2, 1 / 4, 0)  # of what was too long: less history and fewer passages; at last the question alone
# The newer name first; servers that do not know it get the older one, and then none.
_LIMIT_NAMES = ("max_completion_tokens", "max_tokens")
_OPTIONAL = ("temperature", "stream_options", "response_format", *_LIMIT_NAMES)
# The stricter one first. A server that knows neither is asked by the prompt alone, and its answer read with tolerance.
_FORMATS = ("json_schema", "json_object")
_NEVER_MENDED = re.compile(
    r"content_filter|content_policy|moderation|safety|api_key|model_not_found|invalid_model|quota"
)
_TOO_LONG_CODE = re.compile(r"context_(length|size|window)|string_above_max_length|request_too_large")
_TOO_LONG = re.compile(
    r"context (length|size|window)|maximum (context|prompt|input)|too (long|many tokens)|n_ctx"
    r"|exceeds? the (model|available)",
    re.I,
)
_UNSUPPORTED = re.compile(
    r"unsupported|not support|unknown|unrecogni[sz]ed|unexpected|extra|not permitted|not allowed", re.I
)
_FORMAT = re.compile(r"response.?format|json.?(?:schema|object|mode)|grammar|structured.?output", re.I)
# Refusals of servers whose model takes no pictures: OpenAI, vLLM, llama.cpp, Ollama, OpenRouter; then of those that
# read only text: DeepSeek, Groq.
_NO_PICTURES = re.compile(
    r"image.?(url|input)|multi.?modal|mmproj|vision|at most 0 image|images? (is|are) not|not support.{0,20}image"
    r"|expected .?text|must be a string|valid string",
    re.I,
)
_PICTURES = "image parts"  # what is remembered of them
_SYSTEM = re.compile(
    r"system (role|message|prompt|instruction)|developer instruction|roles? must alternate|role.{0,20}system", re.I
)


class ServerRefusal(Exception):
    """The server refused a request. `text` is never logged: it may quote the visitor."""

    HOLE = "hole"  # the code of an answer whose first event could not be read

    def __init__(self, error: ModelError, *, status: int, code: str = "", fields: str = "", text: str = ""):
        super().__init__(str(error))
        self.error = error
        self.status = status
        self.code = code.lower()
        self.fields = fields
        self.text = text

    @classmethod
    def of_status(cls, exc: openai.APIStatusError) -> ServerRefusal:
        where = " ".join([exc.param or "", *_locations(exc.body)])
        return cls(error_of_status(exc), status=exc.status_code, code=code_of(exc), fields=where, text=str(exc.body))

    @classmethod
    def of_code(cls, code: str) -> ServerRefusal:
        """A refusal that came in the stream, before the first word."""
        status = int(code) if code.isdecimal() and len(code) == 3 else 500
        return cls(error_of_code(code), status=status, code=code)


def _locations(body: Any) -> list[str]:
    """The fields that FastAPI's and Mistral's refusals name: `{"detail": [{"loc": ["body", "stream_options"]}]}`."""
    details = body.get("detail") if isinstance(body, dict) else None
    found = [each.get("loc") for each in details if isinstance(each, dict)] if isinstance(details, list) else []
    return [str(part) for location in found if isinstance(location, list) for part in location]


@dataclass
class Memory:
    """Facts about what one server does not take for one model; each is forgotten after an hour."""

    clock: Callable[[], float] = time.monotonic
    _learned: dict[str, tuple[float, float]] = field(default_factory=dict)

    def learn(self, fact: str, value: float = 1.0) -> None:
        self._learned[fact] = value, self.clock() + REMEMBERED_S

    def knows(self, fact: str) -> float | None:
        """The value learned for a fact; None if there is none, or it is too old."""
        value, until = self._learned.get(fact, (0.0, 0.0))
        return value if until > self.clock() else None


class Asking:
    """One request, changed after each refusal until the server takes it."""

    def __init__(self, request: ChatRequest, model: str, memory: Memory):
        self._request = self._whole = request
        self._model = model
        self._memory = memory
        self._without = {name for name in (*_OPTIONAL, *_FORMATS) if memory.knows(name) is not None}
        self._shows_pictures = memory.knows(_PICTURES) is None and _has_pictures(request)
        self._merges_system = memory.knows("system role") is not None
        self._shorter = 0
        self._mends = 0
        self.may_begin_anew = True  # if the beginning of an answer was lost, the same is asked again, once
        self._found: dict[str, float] = {}  # to be remembered when it works
        limit, longest = memory.knows("limit"), memory.knows("length")
        if limit is not None and (request.max_tokens or 0) >= limit:
            self._without.update(_LIMIT_NAMES)
        if longest is not None and estimated_tokens(request) >= longest:
            self._shorten()

    @property
    def shortened(self) -> ChatRequest | None:
        """The shortened request; None if it was not shortened."""
        return None if self._request is self._whole else self._request

    def parameters(self) -> dict[str, Any]:
        request = self._request
        optional: dict[str, Any] = {"temperature": request.temperature, "stream_options": {"include_usage": True}}
        limit_name = next((name for name in _LIMIT_NAMES if name not in self._without), None)
        if limit_name is not None:
            optional[limit_name] = request.max_tokens
        optional["response_format"] = self._format()
        asked = {name: value for name, value in optional.items() if value is not None and name not in self._without}
        messages = to_messages(request, with_pictures=self._shows_pictures)
        messages = _merged(messages) if self._merges_system else messages
        return {"model": self._model, "messages": messages, "stream": True, **asked}

    def _format_name(self) -> str:
        return next((name for name in _FORMATS if name not in self._without), "")

    def _format(self) -> dict[str, Any] | None:
        schema, name = self._request.schema, self._format_name()
        if schema is None or not name:
            return None
        if name == "json_object":
            return {"type": name}
        return {"type": name, name: {"name": "answer", "strict": True, "schema": schema}}

    def mend(self, refusal: ServerRefusal) -> bool:
        """Change the request after a refusal. Returns False if there is nothing left to change."""
        self._mends += 1
        if self._mends > MAX_MENDS or _NEVER_MENDED.search(refusal.code):
            return False
        if refusal.code == ServerRefusal.HOLE:
            is_first, self.may_begin_anew = self.may_begin_anew, False
            return is_first
        done = self._mended(refusal)
        if done:
            logger.info("%s refused a request: %s; asked again %s", self._model, refusal, done)
        return bool(done)

    def worked(self) -> None:
        """The server has begun to answer: remember what was changed for that."""
        for fact, value in self._found.items():
            self._memory.learn(fact, value)
        self._found = {}

    def _mended(self, refusal: ServerRefusal) -> str:
        """Change the request; returns the change in words for the log, "" if nothing is left to change."""
        is_too_long = bool(_TOO_LONG_CODE.search(refusal.code)) or refusal.status == 413
        if self._shows_pictures and (is_too_long or refusal.status in (400, 404, 415, 422, 500, 501)):
            return self._leave_out_pictures(refusal)
        if refusal.status not in (400, 413, 422, 500):
            return self._shorten() if is_too_long else ""
        sent = [name for name in _OPTIONAL if name in self.parameters()]
        if "response_format" in sent and _FORMAT.search(f"{refusal.fields} {refusal.text}"):
            return self._leave_out(self._format_name(), refusal)
        named = _named(sent, refusal.fields)
        if named is None and refusal.status in (400, 422):
            named = _named(sent, refusal.text)
        if named in _LIMIT_NAMES and not _UNSUPPORTED.search(f"{refusal.code} {refusal.text}"):
            return self._leave_out_limit(refusal)
        if is_too_long:
            return self._shorten()
        if named is not None and (named in refusal.fields or _UNSUPPORTED.search(refusal.text)):
            return self._leave_out(named, refusal)
        if not self._merges_system and _SYSTEM.search(f"{refusal.text} {refusal.fields}"):
            self._merges_system = True
            self._find("system role", refusal)
            return "with the instructions in the visitor's turn"
        if refusal.status in (400, 422) and _TOO_LONG.search(refusal.text):
            return self._shorten()
        if refusal.status in (400, 422) and sent and not refusal.code.startswith("invalid_prompt"):
            return self._leave_out_all(sent)
        return ""

    def _leave_out(self, name: str, refusal: ServerRefusal) -> str:
        self._without.add(name)
        self._find(name, refusal)
        return f"without {name}"

    def _leave_out_pictures(self, refusal: ServerRefusal) -> str:
        """Tried first, because few servers take pictures. Remembered only if the refusal is about them."""
        self._shows_pictures = False
        said = [*(turn.text for turn in self._whole.history), self._whole.system_prompt]
        is_quoted = any(_NO_PICTURES.search(text) for text in said)
        if _NO_PICTURES.search(f"{refusal.fields} {refusal.text}") and not is_quoted:
            self._found[_PICTURES] = 1.0
        return "without pictures"

    def _leave_out_limit(self, refusal: ServerRefusal) -> str:
        self._without.update(_LIMIT_NAMES)
        self._find("limit", refusal, float(self._request.max_tokens or 0))
        return "without a limit of the answer, which was too large"

    def _leave_out_all(self, sent: list[str]) -> str:
        """For a refusal that names no parameter. Not remembered, because any of them may be the reason."""
        self._without.update(sent)
        return f"without {', '.join(sent)}"

    def _shorten(self) -> str:
        """With less history and fewer passages; the instructions and the question always stay."""
        too_long = estimated_tokens(self._request)
        while self._shorter < len(SHORTER):
            share = SHORTER[self._shorter]
            self._shorter += 1
            most = int(estimated_tokens(self._whole) * share)
            tried = fit(self._whole, most, len(self._whole.history) if share else 1)
            if estimated_tokens(tried) < too_long:
                self._request = tried
                self._found["length"] = float(estimated_tokens(self._whole))
                return f"with about {estimated_tokens(tried)} tokens instead of {too_long}"
        return ""

    def _find(self, fact: str, refusal: ServerRefusal, value: float = 1.0) -> None:
        """Note what was refused. Ignored if the refusal may only quote a request that contains the word."""
        words = fact.replace("limit", "max_tokens")
        is_quoted = any(words in turn.text for turn in self._whole.history) or words in self._whole.system_prompt
        if fact in refusal.fields or not is_quoted:
            self._found[fact] = value


def _named(sent: list[str], words: str) -> str | None:
    """The parameter that these words name, of those sent; gateways have other names for the limit."""
    named = next((name for name in sent if re.search(rf"\b{name}\b", words)), None)
    if named is None and re.search(r"\bmax_(?:completion_|output_|new_)?tokens\b", words):
        return next((name for name in sent if name in _LIMIT_NAMES), None)
    return named


def _has_pictures(request: ChatRequest) -> bool:
    return any(each.data for turn in request.history for each in turn.attached)


def _merged(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The system message in front of the first turn of the visitor, for templates that know no such role."""
    system, *turns = messages
    if not turns or turns[0]["role"] != "user":
        return [{"role": "user", "content": system["content"]}, *turns]
    first = turns[0]["content"]
    if isinstance(first, list):
        content: Any = [{"type": "text", "text": system["content"]}, *first]
    else:
        content = f"{system['content']}\n\n{first}"
    return [{"role": "user", "content": content}, *turns[1:]]
