"""One process that searches an agent's knowledge, as a server does after its start, and says what that took."""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import time
import uuid
from pathlib import Path
from typing import Any

QUESTIONS, FOUND = 200, 6
ADDED = "# Tea\n\n## Prices\n\nA pot of Zubrowka tea costs €7.25.\n\n## Hours\n\nTea is served from 3 pm to 5 pm."


def measured(agent_id: uuid.UUID) -> dict[str, Any]:
    """Milliseconds and megabytes; the first search is the first of the process, with the model already loaded as at a
    server's start."""
    from django.conf import settings

    from agents.models import Agent
    from bench.search.filling import add, stored_passages
    from bench.search.pages import questions
    from knowledge.search import search
    from language import embeddings

    embeddings.load(settings.EMBEDDING_MODEL_DIR or None).encode("A start warms it up.")
    told: dict[str, Any] = {"passages": stored_passages(agent_id), "start_mb": _resident_mb()}
    asked = questions(QUESTIONS)
    began_s = time.thread_time()
    told["first_ms"] = _ms(lambda: search(agent_id, asked[0], FOUND))
    told["first_core_ms"] = (time.thread_time() - began_s) * 1000
    told["after_first_mb"] = _resident_mb()
    began_s = time.thread_time()
    warm = [_ms(lambda question=question: search(agent_id, question, FOUND)) for question in asked[1:]]
    told["core_ms"] = (time.thread_time() - began_s) * 1000 / len(warm)
    again = [_ms(lambda question=question: search(agent_id, question, FOUND)) for question in asked[-50:]]
    told |= {"p50_ms": statistics.median(warm), "p95_ms": _p95(warm)}
    told |= {"encoded_p50_ms": statistics.median(again), "encoded_p95_ms": _p95(again)}
    told["searched_mb"] = _resident_mb()
    add(Agent.objects.get(pk=agent_id), f"Tea {uuid.uuid4()}", ADDED)
    found: list[Any] = []
    began_s = time.thread_time()
    told["added_ms"] = _ms(lambda: found.extend(search(agent_id, "how much is Zubrowka tea", FOUND)))
    told["added_core_ms"] = (time.thread_time() - began_s) * 1000
    told["added_mb"] = _resident_mb() - told["searched_mb"]
    told["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told |= _against_everything(agent_id)
    if "Zubrowka" not in found[0].text:
        raise RuntimeError("what was added is not found")
    return told


def _against_everything(agent_id: uuid.UUID) -> dict[str, float]:
    """In the same run, what it costs to multiply every vector with that of a question, and nothing else."""
    import numpy as np

    from knowledge.search import build_index

    vectors = build_index(agent_id).vectors().astype(np.float32)
    question = vectors[0].copy()
    times = sorted(_ms(lambda: vectors @ question) for _ in range(20))
    return {"product_ms": statistics.median(times), "product_mb": vectors.nbytes / 1024**2}


def _ms(call: Any) -> float:
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1000


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesagent.settings")
    django.setup()
    print(json.dumps(measured(uuid.UUID(sys.argv[1]))))
