"""`python -m bench.intake`: reads and indexes a manual and a list of products, and prints pages and rows a minute.

Each step runs in a process of its own, so that its peak memory is its own. No database: what is stored is measured in
bytes. The site's indexer does the same steps, and one transaction at the end.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import openpyxl

from knowledge.tests.files import a_docx, word_paragraph
from knowledge.tests.pdfs import a_pdf

PAGES, ROWS = 300, 20_000
MODEL_PARTS = 64  # passages encoded to measure the rate; all of them would take minutes
WORDS = "The tank of machine {0} holds {1} litres and is rinsed once a week with clear water before it is filled. "
STEPS = ("read", "split", "encode")


def manual_pdf(pages: int) -> bytes:
    return a_pdf(*([(800, 16, f"Chapter {page}"), *_lines(page)] for page in range(1, pages + 1)))


def manual_docx(pages: int) -> bytes:
    chapters = (
        word_paragraph(f"Chapter {page}", "Heading1") + word_paragraph(_prose(page) * 4) for page in range(1, pages + 1)
    )
    return a_docx("".join(chapters))


def products(rows: int) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Products")
    sheet.append(["Price list of all products"])
    sheet.append(["Number", "Product", "Litres", "Colour", "Price"])
    for row in range(rows):
        sheet.append([f"P-{row:05}", f"Brook {row}", row % 50 / 10, ("red", "blue", "steel")[row % 3], 100 + row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _prose(page: int) -> str:
    return "".join(WORDS.format(page, number) for number in range(4))


def _lines(page: int) -> list[tuple[float, float, str]]:
    return [(770 - 14 * at, 11, WORDS.format(page, at)[:95]) for at in range(30)]


def step(name: str, path: Path) -> dict[str, float]:
    """Run one step on a file; `path` is the file, or the text of the step before."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesagent.settings")
    django.setup()
    begun = time.perf_counter()
    found = {"read": _read, "split": _split, "encode": _encode}[name](path)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return {"seconds": time.perf_counter() - begun, "own_mb": own / 1024, "reader_mb": children / 1024, **found}


def _read(path: Path) -> dict[str, float]:
    from knowledge.ingestion.extract import read

    with path.open("rb") as file:
        text = read(file, path.name, seconds=300).text
    path.with_suffix(".text").write_text(text)
    return {"characters": len(text)}


def _split(path: Path) -> dict[str, float]:
    from knowledge.text.split import split_page

    return {"passages": len(split_page(path.with_suffix(".text").read_text()))}


def _encode(path: Path) -> dict[str, float]:
    from knowledge.text.split import embed_parts, split_page
    from language import embeddings

    parts = split_page(path.with_suffix(".text").read_text())
    some = parts[:: max(1, len(parts) // MODEL_PARTS)][:MODEL_PARTS]
    encoder = embeddings.load(None)
    begun = time.perf_counter()
    size = sum(len(embeddings.sentences_to_bytes(found)) for found in embed_parts(encoder, some))
    seconds = time.perf_counter() - begun
    return {"whole_seconds": seconds * len(parts) / len(some), "stored_mb": size * len(parts) / len(some) / 1024**2}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--step", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        print(json.dumps(step(arguments.step[0], Path(arguments.step[1]))))
        return
    _measure(arguments.pages, arguments.rows)


def _measure(pages: int, rows: int) -> None:
    import tempfile

    made = {
        "manual.pdf": (manual_pdf, pages, "pages"),
        "manual.docx": (manual_docx, pages, "pages"),
        "products.xlsx": (products, rows, "rows"),
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, (make, count, unit) in made.items():
            path = Path(folder) / name
            path.write_bytes(make(count))
            told = {step_name: _elsewhere(step_name, path) for step_name in STEPS}
            whole = told["read"]["seconds"] + told["split"]["seconds"] + told["encode"]["whole_seconds"]
            print(f"{name}: {count:,} {unit}, {path.stat().st_size / 1024:,.0f} kB, ", end="")
            print(f"{told['read']['characters']:,} characters, {told['split']['passages']:,} passages")
            print(f"  read {told['read']['seconds']:.1f} s, split {told['split']['seconds']:.1f} s, ", end="")
            print(f"vectors {told['encode']['whole_seconds']:.0f} s and {told['encode']['stored_mb']:.0f} MB")
            print(f"  {count / whole * 60:,.0f} {unit} a minute; {_rate(count, told)} without vectors; ", end="")
            print(f"peak {told['read']['reader_mb']:.0f} MB reading, {told['encode']['own_mb']:.0f} MB with the model")


def _rate(count: int, told: dict[str, dict[str, float]]) -> str:
    return f"{count / (told['read']['seconds'] + told['split']['seconds']) * 60:,.0f}"


def _elsewhere(name: str, path: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.intake", "--step", name, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=3600)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
