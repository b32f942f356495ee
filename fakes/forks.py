"""Processes of a site, forked from one that has loaded its code with the same environment.

To start Python and import everything took each server and each piece of code 2 s of a core. What is forked has run
nothing yet: it has no thread, no connection and no event loop, which no two processes may share.

The first process has imported what needs no settings. It forks one that has loaded the code with settings, and another
for a site whose settings differ in what the code read while it was loaded. From that comes a process for each site,
with the site's own settings, and from that its server.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import importlib
import io
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from fakes.databases import ROOT
from fakes.patience import PATIENCE_S, wait_until

# What a site imports sooner or later and needs no settings for is imported once for all sites. None of it may start a
# thread or an event loop when it is imported, as onnxruntime and Daphne do.
SHARED = (
    "agents.llm.builtin.answering",
    "autobahn.twisted.websocket",
    "django.contrib.admin.utils",
    "knowledge.text.index_part",
    "leads.extraction.reading",
    "numpy",
    "openai",
    "redis.asyncio",
    "tokenizers",
    "twisted.internet.asyncioreactor",
)
# What salesagent.asgi imports, which itself is made with the settings of each site.
ASGI_IMPORTS = ("conversations.routing", "inbox.routing", "operations.metrics.requests", "voice.routing")
_HEAD = struct.Struct("!I")


@dataclass
class Fork:
    """One forked process; with the methods of a `Popen` that tests use."""

    pid: int
    _parent: Loaded
    _status: int | None = None

    def poll(self) -> int | None:
        """How it ended; None while it runs."""
        if self._status is None:
            self._status = self._parent.order({"do": "look", "pid": self.pid})["status"]
        return self._status

    def wait(self, timeout: float) -> None:
        wait_until(lambda: self.poll() is not None, within_s=timeout, pause_s=0.005)

    def send_signal(self, number: int) -> None:
        if self.poll() is None:  # so that its number is still its own
            os.kill(self.pid, number)


@dataclass
class Loaded:
    """A process that has loaded what others begin with, and forks them. They end with it, and it with this process."""

    control: socket.socket
    log: Path = Path(os.devnull)
    _taking_turns: Any = field(default_factory=threading.Lock)
    _shell: socket.socket | None = None

    def order(self, wanted: dict[str, Any], *files: int) -> dict[str, Any]:
        with self._taking_turns:
            try:
                _send(self.control, wanted, *files)
                answer = _receive(self.control)
            except OSError as error:
                raise RuntimeError(f"the process that forks does not answer: {error}\n{self._told()}") from error
        if answer is None:
            raise RuntimeError(f"the process that forks has ended:\n{self._told()}")
        return answer[0]

    def fork(self, wanted: dict[str, Any], *files: int) -> Fork:
        return Fork(self.order(wanted, *files)["pid"], self)

    def shell(self, code: str) -> tuple[str, str]:
        """What a piece of code prints, and how it failed. One process runs them all, so that the next costs little."""
        if self._shell is None:
            self._shell, theirs = socket.socketpair()
            self._shell.settimeout(5 * PATIENCE_S)
            with theirs:
                self.fork({"do": "run"}, theirs.fileno())
        _send(self._shell, {"code": code})
        answer = _receive(self._shell)
        if answer is None:
            raise RuntimeError(f"the process that runs code has ended:\n{self._told()}")
        return answer[0]["printed"], answer[0]["error"]

    def close(self) -> None:
        if self._shell is not None:
            self._shell.close()
        self.control.close()

    def _told(self) -> str:
        return self.log.read_text()[-2000:]


def loaded(environment: dict[str, str], log: Path) -> Loaded:
    """A process that has loaded the site with this environment; what it and its forks say goes to the log."""
    for kind in _kinds:
        if made := _of_kind(kind, environment, log):
            return made
    kind = _child(_shared(), "load", environment, log)
    if made := _of_kind(kind, environment, log):
        _kinds.append(kind)
        return made
    raise RuntimeError(f"settings that were read a moment ago are others now:\n{log.read_text()[-2000:]}")


_kinds: list[Loaded] = []  # each has loaded the code with other settings


def _of_kind(kind: Loaded, environment: dict[str, str], log: Path) -> Loaded | None:
    """A process of a site; None if what this one has loaded had other settings."""
    made = _child(kind, "adopt", environment, log)
    told = _receive(made.control)
    if told is None or told[0]["fits"]:  # one that has ended tells by its log why, when it is asked for anything
        return made
    made.close()
    return None


def _child(parent: Loaded, task: str, environment: dict[str, str], log: Path) -> Loaded:
    ours, theirs = socket.socketpair()
    with theirs:
        parent.fork({"do": task, "environment": environment, "log": str(log)}, theirs.fileno())
    ours.settimeout(PATIENCE_S)
    return Loaded(ours, log)


@functools.cache
def _shared() -> Loaded:
    """The first process of all, which every site is forked from: it has no settings."""
    ours, theirs = socket.socketpair()
    with theirs:
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # as the settings have it, before numpy is loaded
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        process = subprocess.Popen([sys.executable, "-m", "fakes.forks"], cwd=ROOT, env=environment, stdin=theirs)
    ours.settimeout(PATIENCE_S)

    def end() -> None:
        ours.close()
        process.wait(timeout=PATIENCE_S)

    atexit.register(end)
    return Loaded(ours)


def _send(to: socket.socket, said: dict[str, Any], *files: int) -> None:
    body = json.dumps(said).encode()
    socket.send_fds(to, [_HEAD.pack(len(body))], files)
    to.sendall(body)


def _receive(source: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """What was said, and the files that came along; None when nobody is there any more."""
    head, files, _flags, _address = socket.recv_fds(source, _HEAD.size, 1)
    if len(head) < _HEAD.size:
        return None
    body = bytearray()
    while len(body) < _HEAD.unpack(head)[0]:
        if not (piece := source.recv(1 << 16)):
            return None
        body += piece
    return json.loads(body), files


# --- In the processes that fork, and in those that are forked --------------------------------------------------------
def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # at Ctrl-C the tests end, and these with them
    control: socket.socket | None = socket.socket(fileno=os.dup(0))
    _end_input()
    for name in SHARED:
        importlib.import_module(name)
    while control is not None:
        wanted, files = _forked(control)
        control.close()
        control = _TASKS[wanted["do"]](wanted, files)


def _forked(control: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Returns in each new process, with what it is to do. The one that forks ends here, when nobody orders any more."""
    _see_that_nothing_runs()
    sys.stdout.flush()
    gc.freeze()  # what is never looked at for garbage stays in memory that all share
    statuses: dict[int, int | None] = {}
    forking: set[int] = set()  # which end by themselves, and what they forked with them
    while (received := _receive(control)) is not None:
        wanted, files = received
        if wanted["do"] == "look":
            _send(control, {"status": _status(wanted["pid"], statuses)})
            continue
        for pid in statuses:
            _status(pid, statuses)
        if not (pid := os.fork()):
            return wanted, files
        statuses[pid] = None
        if wanted["do"] in {"load", "adopt"}:
            forking.add(pid)
        for file in files:
            os.close(file)
        _send(control, {"pid": pid})
    for pid in set(statuses) - forking:
        if _status(pid, statuses) is None:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    os._exit(0)


def _status(pid: int, statuses: dict[int, int | None]) -> int | None:
    if statuses[pid] is None:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            statuses[pid] = os.waitstatus_to_exitcode(status)
    return statuses[pid]


def _see_that_nothing_runs() -> None:
    threads, tasks = threading.active_count(), Path("/proc/self/task")
    if tasks.exists():
        threads = max(threads, len(list(tasks.iterdir())))
    if threads > 1 or "twisted.internet.reactor" in sys.modules:
        raise RuntimeError(f"forks would share what cannot be shared: {threads} threads, or an event loop")


def _load(wanted: dict[str, Any], files: list[int]) -> socket.socket:
    """All that a server imports before it begins to work, but for the reactor; and what all sites have in common."""
    _take_environment(wanted)
    import django
    from django.conf import settings
    from django.urls import get_resolver

    sys.modules["daphne.server"] = ModuleType("put off")  # its app imports it, which makes the event loop
    django.setup()
    del sys.modules["daphne.server"]
    for name in (*ASGI_IMPORTS, *(each.rpartition(".")[0] for each in settings.MIDDLEWARE)):
        importlib.import_module(name)
    get_resolver()._populate()  # imports the views
    _compile_templates()
    return socket.socket(fileno=files[0])


def _adopt(wanted: dict[str, Any], files: list[int]) -> socket.socket:
    """The settings of this site, if those that were read while the code was loaded are the same.

    Django keeps in `settings.__dict__` whatever was read once.
    """
    from django.conf import settings
    from django.db import connections

    _take_environment(wanted)
    control = socket.socket(fileno=files[0])
    were_read, now = set(settings.__dict__), _settings_of_this_environment()
    fits = now.pop("SETTINGS_MODULE") == settings.SETTINGS_MODULE and _same_kind(now, settings.DATABASES)
    others = {name for name, value in now.items() if getattr(settings, name, None) != value}
    fits = fits and not others & were_read - {"DATABASES"}
    _send(control, {"fits": fits})
    if not fits:
        os._exit(0)
    for name in others:
        setattr(settings, name, now[name])
    del connections.settings  # nothing has connected to that database
    connections._settings = None  # those of Django, by another name
    with contextlib.suppress(AttributeError):
        del connections["default"]
    import salesagent.asgi  # noqa: F401  with the middleware

    return control


def _settings_of_this_environment() -> dict[str, Any]:
    name = os.environ["DJANGO_SETTINGS_MODULE"]
    for each in {name, "salesagent.settings"}:
        sys.modules.pop(each, None)
    module = importlib.import_module(name)
    return {"SETTINGS_MODULE": name} | {each: getattr(module, each) for each in dir(module) if each.isupper()}


def _same_kind(now: dict[str, Any], databases: dict[str, Any]) -> bool:
    """Whether the same program stores, in the same way; the place may be another."""
    return all(now["DATABASES"]["default"][name] == databases["default"][name] for name in ("ENGINE", "OPTIONS"))


def _take_environment(wanted: dict[str, Any]) -> None:
    os.environ.clear()
    os.environ.update(wanted["environment"])
    sys.path[:0] = [each for each in os.environ.get("PYTHONPATH", "").split(os.pathsep) if each not in {"", *sys.path}]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesagent.settings")
    with open(wanted["log"], "ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)


def _compile_templates() -> None:
    """Those of ours, and Django's that they extend or include: each server did it, for its first page of each kind."""
    from django.template.loader import get_template

    for file in sorted((ROOT / "templates").rglob("*.html")):
        get_template(file.relative_to(ROOT / "templates").as_posix())


def _manage(wanted: dict[str, Any], files: list[int]) -> None:
    """As `python manage.py` with these arguments."""
    import manage

    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = ["manage.py", *wanted["arguments"]]
    manage.main()


def _run(wanted: dict[str, Any], files: list[int]) -> None:
    """Each piece of code that is sent, with names of its own, and a connection to the database that ends with it."""
    from django.db import connections

    with socket.socket(fileno=files[0]) as asked:
        while (received := _receive(asked)) is not None:
            printed, error = io.StringIO(), ""
            try:
                with contextlib.redirect_stdout(printed):
                    exec(received[0]["code"], {"__name__": "__main__"})  # noqa: S102 a test's own
            except BaseException:
                error = traceback.format_exc()
            connections.close_all()
            for each in connections.all(initialized_only=True):
                if each.vendor == "postgresql":
                    each.close_pool()  # or the database would be in use for as long as this process waits
            _send(asked, {"printed": printed.getvalue(), "error": error})


def _end_input() -> None:
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)


_TASKS: dict[str, Any] = {"load": _load, "adopt": _adopt, "manage": _manage, "run": _run}

if __name__ == "__main__":
    main()
