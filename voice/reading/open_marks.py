"""Tells which inline marks of Markdown are open at a place in a text: emphasis, code, a link, an HTML tag. It follows
CommonMark, except that a stray sign may count as open until its block ends.
"""

from __future__ import annotations


class OpenMarks:
    """The marks that are open after the characters of a block. Takes these one by one."""

    def __init__(self) -> None:
        self._emphasis = {"*": 0, "_": 0, "~": 0}
        self._code = 0  # number of backticks that opened the code; 0 outside
        self._brackets = self._parentheses = 0
        self._is_tag = False
        self._run = ""  # repeated signs, such as "**", until the next character is known
        self._before_run = ""
        self._is_escaped = False

    @property
    def is_open(self) -> bool:
        return bool(self._code or self._brackets or self._parentheses or self._is_tag or any(self._emphasis.values()))

    @property
    def is_quiet(self) -> bool:
        """Whether this is an address, a tag or code, whose punctuation ends no sentence."""
        return bool(self._code or self._parentheses or self._is_tag)

    def see(self, char: str, before: str) -> None:
        if self._run and char != self._run[0]:
            self._end_run(char)
        if self._is_escaped:
            self._is_escaped = False
        elif char == "\\" and not self._code:
            self._is_escaped = True
        elif char == "`" or (char in self._emphasis and not self.is_quiet):
            if not self._run:
                self._before_run = before
            self._run += char
        elif self.is_quiet:
            self._see_in_quiet(char)
        else:
            self._see_in_text(char, before)

    def _see_in_quiet(self, char: str) -> None:
        if self._code:
            return
        if self._is_tag:
            self._is_tag = char != ">"
        else:
            self._parentheses += (char == "(") - (char == ")")

    def _see_in_text(self, char: str, before: str) -> None:
        if char == "[":
            self._brackets += 1
        elif char == "]":
            self._brackets = max(0, self._brackets - 1)
        elif char == "(" and before == "]":
            self._parentheses = 1
        elif before == "<" and (char.isalpha() or char in "/!"):
            self._is_tag = True

    def _end_run(self, after: str) -> None:
        run, self._run = self._run, ""
        sign, count = run[0], len(run)
        if sign == "`":
            if not self._code:
                self._code = count
            elif self._code == count:
                self._code = 0
            return
        if sign == "~" and count != 2:
            return
        before = self._before_run
        closes = bool(before) and not before.isspace() and not (sign == "_" and after.isalnum())
        opens = not after.isspace() and not (sign == "_" and before.isalnum())
        if closes and self._emphasis[sign]:
            self._emphasis[sign] = max(0, self._emphasis[sign] - count)
        elif opens and not (before.isdecimal() and after.isdecimal()):
            self._emphasis[sign] += count
