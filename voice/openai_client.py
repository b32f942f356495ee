"""The client of OpenAI-compatible servers, for speech: imported when it is first needed, and not on the event loop."""

from __future__ import annotations

import asyncio
import importlib

_is_loaded = False


async def load() -> None:
    """Returns when `agents.llm.openai_compatible` is imported: after a second in a thread, from then on at once."""
    global _is_loaded
    if not _is_loaded:
        await asyncio.to_thread(importlib.import_module, "agents.llm.openai_compatible")
        _is_loaded = True
