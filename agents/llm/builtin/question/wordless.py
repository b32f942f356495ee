"""What a message says that holds no word a page could have: emoji alone, or keys struck at random."""

from __future__ import annotations

import re
from typing import Literal

from language.words import is_english_word, words

_LIKED = "👍👌✅✔☑💯🙂😊☺😀😃😄😁😆😉😎😍🥰🤩❤🧡💛💚💙💜♥💪👏🎉🥳🙌🤝✨⭐"
_DISLIKED = "👎😡😠🤬😤😞😒🙄💩😕🙁☹😢😭😩😫🤦😑😾❌"
_THANKS, _WAVES = "🙏💐🌹🤗", "👋✋🖐"
_SIGNS: dict[str, Literal["ok", "complaint", "thanks", "greeting"]] = {
    **dict.fromkeys(_LIKED, "ok"),
    **dict.fromkeys(_DISLIKED, "complaint"),
    **dict.fromkeys(_THANKS, "thanks"),
    **dict.fromkeys(_WAVES, "greeting"),
}
_SMILES = re.compile(r"[:;=8][-']?(?P<mouth>[)\]D(\[/])")
_KEYS = "qwertyuiop qwertzuiop asdfghjkl zxcvbnm yxcvbnm"
_ROWS = f"{_KEYS} {_KEYS[::-1]}"
_SHORTEST_MASH = 4  # letters; three may be the name of anything
_LONGEST_WITHOUT_VOWEL = 5  # letters: "rhythm" has its y


def said_by_signs(message: str) -> Literal["ok", "complaint", "thanks", "greeting"] | None:
    """What emoji and smileys without a word say, by the first that says something."""
    if words(message):
        return None
    found = [_SIGNS[sign] for sign in message if sign in _SIGNS]
    if not found and (smile := _SMILES.search(message)):
        found = ["ok" if smile["mouth"] in ")]D" else "complaint"]
    return found[0] if found else None


def is_mash(message: str) -> bool:
    """Whether it is nothing but keys struck at random: "asdfgh", "sdfsdf", "lkjhg"."""
    said = re.findall(r"[^\W\d_]+", message.casefold())
    return bool(said) and not re.search(r"\d", message) and all(map(_is_mashed, said))


def _is_mashed(word: str) -> bool:
    if len(word) < _SHORTEST_MASH or not word.isascii() or is_english_word(word):
        return False
    is_repeated = re.fullmatch(r"(\w{2,4})\1+\w{0,2}", word) is not None
    has_vowel = re.search("[aeiouy]", word) is not None
    return (not has_vowel and (is_repeated or len(word) > _LONGEST_WITHOUT_VOWEL)) or 2 * _run(word) > len(word)


def _run(word: str) -> int:
    """How many letters, four at least, stand in it as the keys stand side by side; 0 for fewer."""
    lengths = range(len(word), _SHORTEST_MASH - 1, -1)
    return next((many for many in lengths for at in range(len(word) - many + 1) if word[at : at + many] in _ROWS), 0)
