"""Shorthand of people who type little."""

from __future__ import annotations

import pytest

from language.shorthand import written_out


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("phone nr", "phone number"),
        ("sat opening hrs", "saturday opening hours"),
        ("open suns?", "open sundays?"),
        ("Tel.?", "telephone?"),
        ("are u open xmas day", "are you open christmas day"),
        ("wen cud i come", "when could i come"),
        ("wich one is ur best", "which one is your best"),
        ("5 yr guarantee", "5 year guarantee"),
        ("when do you close on fri", "when do you close on friday"),
        ("whats the price", "what's the price"),
        ("Hows it delivered, pls", "how's it delivered, please"),
        ("i dont know, cant you tell", "i don't know, can't you tell"),
    ],
)
def test_it_is_written_out(typed: str, meant: str) -> None:
    assert written_out(typed) == meant


@pytest.mark.parametrize(
    "typed", ["we sat in the sun", "sun cream", "wed in your garden", "mon-fri@x.example", "tel-aviv", "its id"]
)
def test_words_of_their_own_stay(typed: str) -> None:
    assert written_out(typed) == typed
