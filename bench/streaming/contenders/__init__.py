"""Who is measured, by name, in the order they are shown."""

from bench.streaming.contenders.api import JsonUnderDaphne, JsonUnderUvicorn, SseUnderDaphne
from bench.streaming.contenders.base import Contender
from bench.streaming.contenders.ours import PageThatChecks, PageUnderDaphne, PageUnderUvicorn
from bench.streaming.contenders.raw import Raw
from bench.streaming.contenders.recipe import Recipe

BASELINE = Raw.name
_ALL = (
    *(Raw, Recipe, PageUnderDaphne, PageThatChecks, PageUnderUvicorn),
    *(JsonUnderDaphne, JsonUnderUvicorn, SseUnderDaphne),
)
CONTENDERS: dict[str, type[Contender]] = {contender.name: contender for contender in _ALL}
