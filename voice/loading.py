"""Modules that take long to import are imported at their first use, in a thread: no start waits for them."""

from __future__ import annotations

import asyncio
import importlib

_loaded: set[str] = set()


async def load(module: str) -> None:
    """Returns when it is imported: after up to a second in a thread, from then on at once. Raises ImportError."""
    if module not in _loaded:
        await asyncio.to_thread(importlib.import_module, module)
        _loaded.add(module)
