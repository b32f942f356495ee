"""A program that reads one file within limits: `program.py SECONDS MEMORY_BYTES CHARACTERS NAME`.

It reads the file from standard input and writes JSON with `title` and `text`, or `refused`, to standard output.
"""

from __future__ import annotations

import errno
import json
import logging
import re
import sys
import warnings
from pathlib import Path


def main(arguments: list[str]) -> None:
    seconds, memory_bytes, most_chars = (int(argument) for argument in arguments[:3])
    limit(seconds, memory_bytes)
    logging.disable(logging.CRITICAL)  # libraries tell of each oddity of a file
    warnings.simplefilter("ignore")
    sys.stdout.buffer.write(json.dumps(_answer(sys.stdin.buffer.read(), arguments[3], most_chars)).encode())


def limit(seconds: int, memory_bytes: int) -> None:
    """Limit time and memory, so that a file that needs too much ends this process only."""
    limit_memory(memory_bytes)
    try:
        import resource
    except ImportError:  # Windows: only the time limit of the caller holds
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def limit_memory(memory_bytes: int) -> None:
    """Limit memory, and write no core dump to the disk."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def lacks_memory(error: BaseException | None) -> bool:
    """Whether a lack of memory caused the error: a library may report it in its own words, or fail to load."""
    while error is not None:
        if isinstance(error, MemoryError | ImportError) or getattr(error, "errno", None) == errno.ENOMEM:
            return True
        if re.search(r"allocate memory|allocation failed|out of memory", str(error), re.IGNORECASE):
            return True
        error = error.__cause__ or error.__context__
    return False


def _answer(data: bytes, name: str, most_chars: int) -> dict[str, str]:
    from knowledge.ingestion.formats.extracted import FileRefused
    from knowledge.ingestion.formats.readers import read

    try:
        found = read(data, name)
    except FileRefused as refused:
        return {"refused": refused.cause}
    except Exception as error:  # libraries raise whatever a broken file makes them stumble over
        return {"refused": "large" if lacks_memory(error) else "damaged"}
    if len(found.text) > most_chars:
        return {"refused": "long"}
    return {"title": found.title, "text": found.text}


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[3]))  # isolated (-I), it has no folder of the project on its path
    main(sys.argv[1:])
