"""A superlative is answered from the table of the things compared, however often others speak of them."""

from agents.llm.request import Passage
from knowledge.text.rank import Index

ROWS = "\n".join(f"| Brew {size} | ${size}0 | {size} cups a day, with a tank of its own |" for size in range(40, 60))
RANGE = f"| Model | Price | Made for |\n| --- | --- | --- |\n{ROWS}"
TALK = [
    Passage(
        f"{at}", f"{at}.md", f"Returns › Case {at}", f"The machine of case {at} was the cheapest machine to return."
    )
    for at in range(9)
]


def test_the_table_under_a_heading_so_named_is_found_too():
    index = Index.build([*TALK, Passage("r", "range.md", "Coffee machines › The range", RANGE)])

    asked_for_one = index.search("what is your cheapest machine", 1)
    asked_for_others = index.search("where is the machine of case 3", 1)

    assert asked_for_one[0].passage.document != "range.md"
    assert "range.md" in [hit.passage.document for hit in asked_for_one]
    assert "range.md" not in [hit.passage.document for hit in asked_for_others]
