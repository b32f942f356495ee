"""A page without a browser: does with fragments what frames.js, log.js and outbox.js in static/js/chat do, no more."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from conversations.tests.loss_free.servers import Servers, Socket

RESTARTING = 4012
NETWORK = 0  # no code came: the connection just broke

VOID = {"br", "hr", "img", "input"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def find(self, *, suffix: str) -> Element | None:
        return next((one for one in self.walk() if one.attributes.get("id", "").endswith(suffix)), None)

    @property
    def words(self) -> str:
        """What a reader sees, without the white space that HTML does not keep either."""
        inside = (child if isinstance(child, str) else child.words for child in self.children)
        return squeezed("".join(inside))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("root", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(html: str) -> Element:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == [reader.root], "a fragment was left open"
    return reader.root


def squeezed(text: str) -> str:
    return "".join(text.split())


@dataclass
class Bubble:
    """One message as this page shows it; without `id` and `seq` it is the page's own, not yet known to the server."""

    id: str
    seq: int
    status: str
    client_id: str
    attempt: int = 1
    words: str = ""  # of a message that is whole
    done: str = ""
    tail: str = ""
    reached: float = math.nan  # data-to of a running answer's tail

    @classmethod
    def of(cls, article: Element) -> Bubble:
        given = article.attributes
        done, tail = article.find(suffix="-done"), article.find(suffix="-tail")
        prose = [
            one for one in article.children if isinstance(one, Element) and "prose" in one.attributes.get("class", "")
        ]
        return cls(
            id=given["id"].removeprefix("m-"),
            seq=int(given["data-seq"]),
            status=given["data-status"],
            client_id=given.get("data-client-id", ""),
            attempt=int(given.get("data-attempt", 1)),
            words="".join(one.words for one in prose),
            done=done.words if done else "",
            tail=tail.words if tail else "",
            reached=int(tail.attributes["data-to"]) if tail else math.nan,
        )

    @property
    def is_running(self) -> bool:
        return self.status == "running"

    @property
    def shown(self) -> str:
        return self.done + self.tail if self.is_running else self.words


class Log:
    """The messages of one page, in the order in which they stand there."""

    def __init__(self) -> None:
        self.bubbles: list[Bubble] = []
        self.confirmed: set[str] = set()  # client ids that came back from the server
        self.state = ""  # of the session: "deleted" ends the page

    def write(self, client_id: str, text: str) -> None:
        """The visitor's own words stand there at once, before the server has them."""
        self.bubbles.append(Bubble("", 0, "complete", client_id, words=squeezed(text)))

    def apply(self, html: str, *, may_restart: bool) -> bool:
        """Take a frame or an answer to a post in; True when a piece is missing before one that came."""
        pieces = [piece for piece in read(html).children if isinstance(piece, Element)]
        kept, has_gap = self._sift(pieces)
        for piece in kept:
            target = piece.attributes["hx-swap-oob"]
            if target == "beforeend:#log":
                for article in piece.children:
                    if isinstance(article, Element):
                        self._place(Bubble.of(article), may_restart)
            elif target.startswith("beforeend:#m-"):
                if found := self._running(target.removeprefix("beforeend:#m-").removesuffix("-done")):
                    found.done += piece.words
            elif piece.attributes["id"] == "session-state":
                self.state = piece.attributes["data-state"]
            elif found := self._running(piece.attributes["id"].removeprefix("m-").removesuffix("-tail")):
                found.tail, found.reached = piece.words, int(piece.attributes["data-to"])
        return has_gap

    @property
    def last_seq(self) -> int:
        """Up to where none is missing."""
        last = 0
        for seq in sorted(bubble.seq for bubble in self.bubbles if bubble.seq):
            if seq > last + 1:
                break
            last = seq
        return last

    @property
    def running(self) -> list[Bubble]:
        return [bubble for bubble in self.bubbles if bubble.is_running]

    @property
    def unsettled(self) -> list[Bubble]:
        """Those that may still change."""
        return [bubble for bubble in self.bubbles if bubble.is_running or bubble in self.unfinished]

    @property
    def unfinished(self) -> list[Bubble]:
        """Those that offer a Retry."""
        return [bubble for bubble in self.bubbles if bubble.status in {"failed", "stopped"}]

    def _sift(self, pieces: list[Element]) -> tuple[list[Element], bool]:
        """Without repeats and without what follows a gap; as `sift` in frames.js."""
        kept: list[Element] = []
        reached: dict[str, float] = {}
        has_gap = False
        for piece in pieces:
            if "data-from" not in piece.attributes:
                for bubble in (Bubble.of(one) for one in piece.walk() if one.tag == "article"):
                    own = math.inf if math.isnan(bubble.reached) else bubble.reached
                    here = self._reached(bubble.id)
                    reached[bubble.id] = max(own, 0 if math.isnan(here) else here)
                kept.append(piece)
                continue
            message_id = piece.attributes["id"].removeprefix("m-").removesuffix("-tail")
            start, end = int(piece.attributes["data-from"]), int(piece.attributes["data-to"])
            so_far = reached.get(message_id, self._reached(message_id))
            if so_far == start:
                reached[message_id] = end
                kept.append(piece)
                continue
            is_finished = math.isnan(so_far) and self._find(message_id) is not None
            has_gap = has_gap or (not is_finished and not end <= so_far)
            if kept and kept[-1].attributes.get("hx-swap-oob") == f"beforeend:#m-{message_id}-done":
                kept.pop()
        return kept, has_gap

    def _place(self, bubble: Bubble, may_restart: bool) -> None:
        """Instead of the one with its id or client id, else by its number; as `place` in log.js."""
        if bubble.client_id:
            self.confirmed.add(bubble.client_id)
        old = self._find(bubble.id, bubble.client_id)
        if old and not old.seq:  # later messages may stand above it already
            self.bubbles.remove(old)
            old = None
        if old is None:
            after = (n for n, other in enumerate(self.bubbles) if not other.seq or other.seq > bubble.seq)
            self.bubbles.insert(next(after, len(self.bubbles)), bubble)
            return
        if bubble.is_running:
            is_new = may_restart and bubble.attempt > old.attempt
            if old.is_running and old.reached >= bubble.reached and not is_new:
                return
            if not old.is_running and not may_restart:
                return
        self.bubbles[self.bubbles.index(old)] = bubble

    def _find(self, message_id: str, client_id: str = "") -> Bubble | None:
        same = [bubble for bubble in self.bubbles if bubble.id == message_id]
        return next(iter(same or [one for one in self.bubbles if client_id and one.client_id == client_id]), None)

    def _running(self, message_id: str) -> Bubble | None:
        found = self._find(message_id)
        return found if found and found.is_running else None

    def _reached(self, message_id: str) -> float:
        found = self._find(message_id)
        return found.reached if found else math.nan


class Tab:
    """One open page: what it shows, what it has still to send, and its socket."""

    def __init__(self, servers: Servers, session_id: str, cookie: str, html: str, on_frame: Callable[[str], None]):
        self.log = Log()
        self.outbox: list[tuple[str, str]] = []  # client id and text, oldest first
        self.socket: Socket | None = None
        self.is_reading = True
        self._servers = servers
        self._session_id, self._cookie, self._on_frame = session_id, cookie, on_frame
        self.log.apply(html, may_restart=True)

    @property
    def is_connected(self) -> bool:
        return self.socket is not None

    def write(self, client_id: str, text: str) -> None:
        self.outbox.append((client_id, text))
        self.log.write(client_id, text)

    def confirm(self, client_id: str) -> None:
        """The server has said that it has this one."""
        self.log.confirmed.add(client_id)
        self._forget_confirmed()

    def take(self, html: str) -> None:
        """What a post was answered with, which may be older than what came over the socket."""
        if self.log.apply(html, may_restart=False):
            self.connect()
        self._forget_confirmed()

    def connect(self, *, is_asking: bool = True, dies_after: int | None = None) -> None:
        """With `is_asking` as the page's script does; without, like a page that remembers nothing of what it shows."""
        self.leave()
        if (process := self._servers.front) is None:
            return
        open_ids = ",".join(bubble.id for bubble in self.log.unsettled)
        query = f"after={self.log.last_seq}&open={open_ids}" if is_asking else ""
        path = f"/ws/chat/{self._session_id}/"
        self.socket = Socket(process, path, query, self._cookie, self._on_frame)
        self.socket.dies_after = dies_after

    def leave(self) -> None:
        """The connection breaks; frames on their way are lost."""
        if self.socket:
            self.socket.drop()
        self.socket = None

    def read(self, most: int = 1000) -> None:
        """Take in the frames that have come; start over after a gap."""
        while most and self.socket and (html := self.socket.read()) is not None:
            most -= 1
            if self.log.apply(html, may_restart=True):
                self.connect()
            self._forget_confirmed()
        if self.socket and not self.socket.is_open and not self.socket.frames:
            assert self.socket.code in {NETWORK, RESTARTING}, f"closed with {self.socket.code}"
            self.socket = None

    def _forget_confirmed(self) -> None:
        self.outbox = [entry for entry in self.outbox if entry[0] not in self.log.confirmed]
