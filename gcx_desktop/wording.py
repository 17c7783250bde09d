"""Small things that sentences are made of."""

from __future__ import annotations

import re

_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # control characters: terminals take those after an escape for commands
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"  # seen nowhere, or turn the order of what is seen
    "\u2028\u2029"  # end a line
    "\ud800-\udfff]"  # bytes of a file name that are no text
)

_NUMBER = re.compile(
    r"""(?<!\w)[<>≤≥≈~±+\-−]*\s?[.,]?\d
    (?:[\d.,_'\u00a0\u2009\u202f]*\d)?              # decimals and groups of digits
    (?:[eE][+\-−]?\d+|\s?[×x·*]\s?10(?:\^?[+\-−]?\d+|[⁺⁻]?[⁰¹²³⁴-⁹]+)?)?
    (?:\s?%)?""",
    re.VERBOSE,
)
"""A number at the beginning of a word, with its sign, its power of ten and "%"; digits within a name are none."""


def counted(count: int, noun: str, plural: str = "") -> str:
    """Such as "1 record" and "2,048 records".

    :param plural: where it is not the noun and an "s"
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def visible(text: str) -> str:
    r"""One line of text as a terminal may have it: what would steer the terminal is written out, such as "\x1b"."""
    return _CONTROLS.sub(lambda found: _escape(found[0]), text)


def visible_lines(text: str) -> str:
    """Text as :func:`visible` has it, its line ends and tabs left as they are."""
    return _CONTROLS.sub(lambda found: found[0] if found[0] in "\n\t" else _escape(found[0]), text)


def is_text(name: str) -> bool:
    """Whether the name of a file is text at all, and not bytes that no encoding of the system explains."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def sentence(text: str) -> str:
    """With a capital letter, unless it begins with a path or a file's name, which would become another one."""
    head, colon, _ = text.partition(": ")
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    named = any(sign in (head if colon else first) for sign in "/\\.") or not first.strip(",;:'’-").isalpha()
    return text if named else text[:1].upper() + text[1:]


def shortened_words(text: str, longest: int = 80) -> str:
    """Every word, such as a path, of more than so many characters with its middle left out."""
    return re.sub(rf"\S{{{longest + 1},}}", lambda found: elided(found[0], longest), text)


def elided(text: str, longest: int) -> str:
    """At most so many characters: the middle left out, since a path or name is known by both of its ends.

    No number is cut in two, since "3.7…" of "3.7e−2" is another one.
    """
    if len(text) <= longest:
        return text
    half = longest // 2
    end, start = beside_numbers(text, longest - half - 1, len(text) - half)
    return f"{text[:end]}…{text[start:]}"


def beginning(text: str, longest: int) -> str:
    """At most so many characters: the end left out, and no number cut in two."""
    if len(text) <= longest:
        return text
    end, _ = beside_numbers(text, longest - 1, len(text))
    return f"{text[:end]}…"


def beside_numbers(text: str, end: int, start: int) -> tuple[int, int]:
    """Where a text is cut whose middle is left out: before and behind the numbers in which the places lie.

    :param end: of what is left of its beginning
    :param start: of what is left of its end
    """
    for number in _NUMBER.finditer(text):
        if number.start() < end < number.end():
            end = number.start()
        if number.start() < start < number.end():
            start = number.end()
    return end, start
