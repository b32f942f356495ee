"""Made-up pages of a company: prose, questions and answers, lists, tables of prices, codes, names. Always the same."""

from __future__ import annotations

import random
from collections.abc import Iterator

PASSAGES_A_PAGE = 30
LIST_ROWS = 2_000  # of every twentieth page, which is a list of articles
LIST_EVERY = 20
HEAD = "| Article | Number | Price |\n|---|---|---|"
_SYLLABLES = (
    *("bro", "weir", "spring", "ka", "lo", "mar", "ten", "ul", "vi", "so", "ren", "da", "pel", "tor", "ni", "has"),
    *("wick", "mer", "lan", "fog", "ri", "ast", "bel", "com", "dur"),
)
_THINGS = (
    *("machine", "grinder", "kettle", "filter", "tank", "pump", "valve", "hose", "tray", "boiler", "sensor", "lamp"),
    *("cup", "jug", "scale", "tamper"),
)
_VERBS = (
    *("cleans", "heats", "fills", "rinses", "measures", "warms", "stops", "opens", "closes", "holds", "checks"),
    "drains",
)
_PLACES = ("Berlin", "Hamburg", "Leeds", "Porto", "Lyon", "Graz", "Ghent", "Turku", "Cork", "Bergen")
_SAID = (
    "The {thing} of the {name} {verb} {number} times a day and is rinsed with clear water before it is used again.",
    "Delivery of a {name} to {place} takes {number} days and costs €{price}.",
    "Call +44 20 7946 0{number:03d} or write to {word}@example.com about the {thing}.",
    "{name} {word} was tested in {place} with a {thing} that {verb} {number} litres an hour.",
    "You may return the {thing} within {number} days; the article number is {code}.",
    "The {word} {thing} {verb} whatever the {word2} {thing2} leaves, which saves {number} percent.",
)
_ASKED = (
    "How much is the {name}?",
    "what does {code} cost",
    "how long does delivery of a {thing} to {place} take",
    "Can I return the {thing} of my {name}, and what does that cost?",
    "which {thing} {verb} {number} litres",
    "phone number for questions about a {thing}",
    "what does the {slip} cost",
    "is there a {word} {thing} in {place}",
)


def pages(passages: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """Name and Markdown of pages with about that many passages together; every passage is another."""
    made, number = 0, 0
    while made < passages:
        rows = min(LIST_ROWS, passages - made)
        page = random.Random(seed * 1_000_003 + number)
        if number % LIST_EVERY == LIST_EVERY - 1 and rows > PASSAGES_A_PAGE:
            made += rows // 8  # that many passages: a passage holds some eight rows
            yield f"Articles {number}", _list(page, rows)
        else:
            made += PASSAGES_A_PAGE
            yield f"{_name(page)} {number}", _page(page)
        number += 1


def questions(count: int, seed: int = 7) -> list[str]:
    """As visitors write them: names, codes, slips of the finger, two questions in one."""
    chance = random.Random(seed)
    return [chance.choice(_ASKED).format(**_words(chance)) for _ in range(count)]


def _name(chance: random.Random) -> str:
    return "".join(chance.choices(_SYLLABLES, k=2)).title()


def _words(chance: random.Random) -> dict[str, str | int]:
    name = _name(chance)
    return {
        "name": name,
        "slip": name[:2] + name[3:],
        "thing": chance.choice(_THINGS),
        "thing2": chance.choice(_THINGS),
        "verb": chance.choice(_VERBS),
        "place": chance.choice(_PLACES),
        "word": "".join(chance.choices(_SYLLABLES, k=3)),
        "word2": "".join(chance.choices(_SYLLABLES, k=3)),
        "number": chance.randrange(1, 900),
        "price": f"{chance.randrange(5, 4000)}.{chance.randrange(100):02d}",
        "code": f"{chance.choice('ABKPX')}{chance.choice('RSTU')}-{chance.randrange(10_000, 99_999)}",
    }


def _page(chance: random.Random) -> str:
    return f"# {_name(chance)}\n\n" + "\n\n".join(_section(chance, at) for at in range(PASSAGES_A_PAGE))


def _section(chance: random.Random, at: int) -> str:
    words = _words(chance)
    said = [chance.choice(_SAID).format(**_words(chance)) for _ in range(3)]
    if at % 5 == 3:
        rows = [_row(chance) for _ in range(3)]
        return f"## Prices of the {words['name']}\n\n" + "\n".join(
            ["| Article | Number | Price |", "|---|---|---|", *rows]
        )
    if at % 5 == 4:
        return f"## What the {words['thing']} needs\n\n" + "\n".join(f"- {line}" for line in said)
    return f"## {words['name']} and its {words['thing']}\n\n" + " ".join(said)


def _list(chance: random.Random, rows: int) -> str:
    return "\n".join(["# All articles", "", HEAD, *(_row(chance) for _ in range(rows))])


def _row(chance: random.Random) -> str:
    words = _words(chance)
    return f"| {words['name']} {words['word']} {words['thing']} | {words['code']} | €{words['price']} |"
