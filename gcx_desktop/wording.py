"""Functions that format text for sentences."""

from __future__ import annotations

import re

_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # control characters: terminals execute those after an escape
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"  # invisible, or change the order of the text
    "\u2028\u2029"  # end a line
    "\ud800-\udfff]"  # bytes of a file name that are not text
)

_NUMBER = re.compile(
    r"""(?<!\w)[<>≤≥≈~±+\-−]*\s?[.,]?\d
    (?:[\d.,_'\u00a0\u2009\u202f]*\d)?              # decimals and groups of digits
    (?:[eE][+\-−]?\d+|\s?[×x·*]\s?10(?:\^?[+\-−]?\d+|[⁺⁻]?[⁰¹²³⁴-⁹]+)?)?
    (?:\s?%)?""",
    re.VERBOSE,
)
"""A number at the beginning of a word, with its sign, its power of ten and "%"; digits within a name do not count."""


def counted(count: int, noun: str, plural: str = "") -> str:
    """Such as "1 record" and "2,048 records".

    :param plural: where it is not the noun and an "s"
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def file_size(n_bytes: int) -> str:
    """Such as "3.1 MB" and "640 kB", in powers of 1,000."""
    for unit, size in (("GB", 10**9), ("MB", 10**6)):
        if n_bytes >= size:
            return f"{n_bytes / size:.1f} {unit}"
    return f"{max(round(n_bytes / 1000), 1):,} kB"


def visible(text: str) -> str:
    r"""One line of text that is safe for a terminal: control characters are escaped, such as "\x1b"."""
    return _CONTROLS.sub(lambda found: _escape(found[0]), text)


def visible_lines(text: str) -> str:
    """Text as from :func:`visible`, but with its line ends and tabs."""
    return _CONTROLS.sub(lambda found: found[0] if found[0] in "\n\t" else _escape(found[0]), text)


def is_text(name: str) -> bool:
    """Whether the name of a file is valid text, and not bytes that the system's encoding cannot decode."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def capitalised(text: str) -> str:
    """The text with a capital letter, unless it begins with a path, a file name, or a name such as "logP", which would
    be changed."""
    head, colon, _ = text.partition(": ")
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    named = any(sign in (head if colon else first) for sign in "/\\.") or not first.strip(",;:'’-").isalpha()
    named = named or any(letter.isupper() for letter in first[1:])
    return text if named else text[:1].upper() + text[1:]


def shortened_words(text: str, longest: int = 80) -> str:
    """The text with the middle left out of every word, such as a path, of more than ``longest`` characters."""
    return re.sub(rf"\S{{{longest + 1},}}", lambda found: elided(found[0], longest), text)


def elided(text: str, longest: int) -> str:
    """At most ``longest`` characters: the middle is left out, since both ends of a path or name identify it.

    No number is cut, since "3.7…" for "3.7e−2" would be another number.
    """
    if len(text) <= longest:
        return text
    half = longest // 2
    end, start = beside_numbers(text, longest - half - 1, len(text) - half)
    return f"{text[:end]}…{text[start:]}"


def beginning(text: str, longest: int) -> str:
    """At most ``longest`` characters: the end is left out, and no number is cut."""
    if len(text) <= longest:
        return text
    end, _ = beside_numbers(text, longest - 1, len(text))
    return f"{text[:end]}…"


def beside_numbers(text: str, end: int, start: int) -> tuple[int, int]:
    """The places at which to cut a text whose middle is left out, moved so that no number is cut.

    :param end: end of the part that is kept of its beginning
    :param start: start of the part that is kept of its end
    """
    for number in _NUMBER.finditer(text):
        if number.start() < end < number.end():
            end = number.start()
        if number.start() < start < number.end():
            start = number.end()
    return end, start
