"""Plain text and Markdown, whatever they are encoded in."""

from __future__ import annotations

import codecs
import contextlib
import re

from knowledge.ingestion.formats.extracted import Extracted, FileRefused

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x19\x1c-\x1f]")  # no text has them, every other format does
# What files of offices are in that are not UTF-8. A longer list finds encodings nobody uses in any short text.
_LEGACY = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "mac_roman", "mac_cyrillic",
    "koi8_r", "cp866", "cp850", "shift_jis", "euc_jp", "euc_kr", "gb18030", "big5",
]  # fmt: skip
_LOOKED_AT = 4096  # bytes; enough to tell UTF-16 that has no mark
_JUDGED = 100_000  # bytes of a file whose encoding has to be guessed
SURE_BYTES = 60  # of a few words each encoding looks as likely as the next one
MAX_CHAOS = 0.2  # of charset-normalizer, 0 for prose; French in Mac Roman has 0.14
ODD_SHARE = 0.2  # of the letters above ASCII; in French, German and Polish prose in cp1252 there is next to none
# A sign between letters ("caf\u017d" keeps its letter, "Gr\u0161\u00a7e" does not), or a capital after a small letter.
_SIGN_IN_WORD = re.compile(
    r"(?<=[A-Za-z])[\u0160\u017d\u0178\u0192\u02c6\u02dc\u2020\u2021\u2022\u2030\u0152\u00a1-\u00ac\u00ae-\u00b6\u00b8-\u00bf\u00d7\u00f7]"
    r"(?![)\d])|(?<=[a-z])[\u00c0-\u00d6\u00d8-\u00de\u201a-\u201e\u2039\u203a]|(?<![A-Za-z])[\u0160\u017d\u0178\u0192\u2020\u2021\u2022\u2030](?=[a-z])"
)
_SIGN_BETWEEN = re.compile(
    r"[^\W\d_][\u00a1-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u2020-\u2022\u2030][^\W\d_]"
)
_LONG_RUN = re.compile(r"[\u0080-\u009f\u00a1-\u00ff\u0152-\u0192\u02c6-\u2122]{4,}")


def read_plain(data: bytes) -> Extracted:
    """The text unchanged; Markdown stays Markdown."""
    return Extracted("", decoded(data)[0])


def decoded(data: bytes) -> tuple[str, str]:
    """The text and its encoding: by its mark, else UTF-8, UTF-16 without a mark, Windows' Western one, or the one that
    charset-normalizer finds. Raises FileRefused if that would be a guess, or it is no text."""
    for mark, marked in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _as_text(data.decode(marked, "replace")), marked
    for encoding in ("utf-8", _utf_16(data)):
        if encoding:
            with contextlib.suppress(UnicodeDecodeError, FileRefused):
                return _as_text(data.decode(encoding)), encoding
    return _legacy(data)


def is_encoding(name: str) -> bool:
    """Whether Python knows an encoding of text by this name."""
    try:
        return codecs.lookup(name)._is_text_encoding
    except LookupError:
        return False


def _legacy(data: bytes) -> tuple[str, str]:
    try:
        text, encoding = _as_text(data.decode("cp1252")), "cp1252"
    except UnicodeDecodeError:  # five bytes mean nothing in it
        text, encoding = _as_text(data.decode("latin-1")), "latin-1"
    if _is_another_encoding(text[:_JUDGED]):
        return _guessed(data)
    if len(data) > SURE_BYTES and (encoding == "latin-1" or _SIGN_BETWEEN.search(text[:_JUDGED])):
        with contextlib.suppress(FileRefused):
            return _guessed(data)
    return text, encoding


def _guessed(data: bytes) -> tuple[str, str]:
    from charset_normalizer import from_bytes

    for match in from_bytes(data[:_JUDGED], cp_isolation=_LEGACY):
        if match.encoding in ("cp1252", "latin_1") or match.chaos > MAX_CHAOS:
            continue
        with contextlib.suppress(UnicodeDecodeError):
            text = _as_text(data.decode(match.encoding))
            if not _SIGN_BETWEEN.search(text[:_JUDGED]):
                return text, match.encoding
    raise FileRefused("letters")


def _is_another_encoding(text: str) -> bool:
    """Whether the text was decoded as Windows' encoding although it is in another one.

    Western European text has accented letters beside plain ones, few in a row and in lower case, and signs such as
    quotes beside spaces. Mac Roman has signs within words; Cyrillic, Greek and Japanese are made of little else.
    """
    above = [char for char in text if ord(char) > 127]
    if not above:
        return False
    odd = len(_SIGN_IN_WORD.findall(text)) + sum(len(run) for run in _LONG_RUN.findall(text))
    odd += sum("\x80" <= char <= "\x9f" for char in above)
    return odd > max(1, ODD_SHARE * len(above))


def _as_text(text: str) -> str:
    if _CONTROL.search(text.removesuffix("\x1a")):
        raise FileRefused("unknown")
    return text


def _utf_16(data: bytes) -> str | None:
    """UTF-16 without a mark, recognised by its null bytes: in most European languages every second byte is one."""
    head = data[:_LOOKED_AT]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if len(data) % 2 or max(even, odd) < len(head) / 2 * 0.4 or min(even, odd) > max(even, odd) * 0.1:
        return None
    return "utf-16-be" if even > odd else "utf-16-le"
