"""What a word of a label column says by itself: yes or no, and about which subject.

"Active", "yes", "+" and "BBB+" affirm, "inactive", "no", "−" and "not permeable" deny. "toxic" does neither alone: it
affirms if "nontoxic" occurs, too. Only opposites whose positive one is beyond doubt are known
here: no high/low, no pass/fail, no sensitive/resistant.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣"), "-")
_WHOLE = re.compile(r"([+-]?\d{1,18})(?:\.0*)?")
_SIGNS = (
    ("+", "-"),
    ("+ve", "-ve"),
    ("plus", "minus"),
    ("yes", "no"),
    ("true", "false"),
    ("pos", "neg"),
    ("positive", "negative"),
    ("positives", "negatives"),
    ("active", "inactive"),
    ("actives", "inactives"),
    ("present", "absent"),
)
_SIGN_OF = {word: sign for pair in _SIGNS for word, sign in zip(pair, (1, -1), strict=True)}
_LETTERS = {"y": (1, ("n", "no")), "n": (-1, ("y", "yes")), "t": (1, ("f", "false")), "f": (-1, ("t", "true"))}
"""Single letters: what they say, and which others must occur, too. "N" with "P" or "F" with "M" say nothing."""
_NEGATORS = re.compile(
    r"(?:(?:is|was|does|do|did|has|have)[ _]?(?:not|n['’]t)|non|not|no|doesnt|isnt)(?=[\s_\-]+\S)[\s_\-]+"
)
_FILLERS = frozenset(("is", "was", "a", "an", "the"))
_TRAILING_SIGN = re.compile(r"(?P<rest>.*[^\s+\-])\s*(?P<sign>[+-])")
_TOKEN_GAPS = re.compile(r"[\s_\-/,;:.()\[\]{}'\"’‘“”|\\]+")
_PREFIXED = frozenset(
    (
        *("active", "soluble", "permeable", "effective", "sensitive", "stable", "compatible", "saturated"),
        *("potent", "penetrable", "reactive", "bound", "responsive", "reversible", "hibited"),
    )
)
"""Adjectives that the prefix "in", "im", "ir" or "un" denies."""
_OF_ABSENCE = frozenset(
    (
        *("safe", "clean", "benign", "harmless", "normal", "healthy", "ok", "fine", "good", "fail", "failed", "pass"),
        *("passed", "decoy", "dead", "alive", "insoluble", "impermeable", "nontoxic", "inert", "resistant", "stable"),
        *("unstable", "sensitive", "tolerant", "control", "background", "placebo", "neutral", "wildtype", "bad", "low"),
        *("high", "weak", "strong"),
    )
)
"""Words that may be negative for another question: "safe" is the negative class of a model of toxicity."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a word says."""

    subject: str
    """Its subject in lower case without gaps, such as "toxic"; "" for a plain yes or no."""
    sign: int | None
    """1 or −1; ``None`` if the word alone says neither."""

    @property
    def clear(self) -> bool:
        """Whether the affirming word about this subject is positive whatever the question was."""
        return self.subject not in _OF_ABSENCE


def normalised_word(word: str) -> str:
    """A word normalised for comparison: without letter case, surplus spaces and kinds of dashes; "1.0" and "+1" are
    "1"."""
    plain = " ".join((word if word.isascii() else _plain(word)).casefold().split())
    whole = _WHOLE.fullmatch(plain)
    return str(int(whole[1])) if whole else plain


def _plain(word: str) -> str:
    """The word with the usual form of each character, and without invisible ones."""
    usual = unicodedata.normalize("NFKC", word).translate(_DASHES)
    return "".join(c for c in usual if unicodedata.category(c) != "Cf")


def loosely_normalised_word(word: str) -> str:
    """A word normalised for comparison with class names: without punctuation, too.

    Punctuation with a meaning is kept: signs, points and dashes between digits, comparisons.
    """
    word = normalised_word(word)
    word = re.sub(r"(?<!\d)[.,/]|[.,/](?!\d)|[\s_;:'\"`´’‘“”«»()\[\]{}|\\]", "\0", word)
    word = re.sub(r"(?<=\w)\0*-\0*(?=[^\W\d])|(?<=[^\W\d])-(?=\d)", "", word)
    return word.replace("\0", "")


def statements(words: Sequence[str], beside: Iterable[str] = ()) -> list[Statement | None]:
    """What each of the words of a column says; ``None`` if that is not known.

    :param beside: other words about the same subject, such as the names of classes
    """
    every = [normalised_word(word) for word in words]
    about = [*every, *map(normalised_word, beside)]
    read = [_statement(word, about) for word in about]
    bare = {each.subject for each in read if each is not None and each.sign is None}
    denied = {each.subject for each in read if each is not None and each.sign == -1 and each.subject}
    return [None if each is None else _in_company(each, bare, denied) for each in read[: len(every)]]


def positive_name(names: Sequence[str]) -> str | None:
    """Of two names the one that affirms what the other one denies, such as "permeable" beside "not permeable"."""
    if len(names) != 2:
        return None
    first, second = statements(names)
    if first is None or second is None or first.subject != second.subject or not first.clear:
        return None
    if (first.sign, second.sign) == (1, -1):
        return names[0]
    return names[1] if (first.sign, second.sign) == (-1, 1) else None


def _statement(word: str, about: Collection[str]) -> Statement | None:
    """What a normalised word says by itself."""
    sign: int | None = None
    if word in _LETTERS:
        sign, partners = _LETTERS[word]
        return Statement("", sign) if any(partner in about for partner in partners) else None
    if word in ("1", "-1"):
        return Statement("", int(word)) if {"1", "-1"} <= set(about) and "0" not in about else None
    bare = word.strip("()[] ")
    if bare in _SIGN_OF:
        return Statement("", _SIGN_OF[bare])
    trailing = _TRAILING_SIGN.fullmatch(re.sub(r"[(\[]([+-])[)\]]$", r"\1", word))
    if trailing is not None:
        word, sign = trailing["rest"], _SIGN_OF[trailing["sign"]]
    negator = _NEGATORS.match(word)
    if negator is not None:
        if sign is not None:
            return None
        word, sign = word[negator.end() :], -1
    tokens = [token for token in _TOKEN_GAPS.split(word) if token and token not in _FILLERS]
    said = [_SIGN_OF[token] for token in tokens if token in _SIGN_OF]
    subject = [token for token in tokens if token not in _SIGN_OF]
    if len(said) > 1 or (said and sign is not None and trailing is not None):
        return None
    if said:
        sign = said[0] * (sign or 1)
    if not all(token.isalnum() for token in subject) or (sign is None and not subject):
        return None
    return Statement("".join(subject), sign)


def _in_company(said: Statement, bare: Collection[str], denied: Collection[str]) -> Statement:
    """What a word says together with the other words.

    :param bare: subjects of words that say neither yes nor no by themselves
    :param denied: subjects that another word denies
    """
    subject = said.subject
    for other in (*bare, *denied):
        if said.sign is None and other != subject and _denies(subject, other):
            return Statement(other, -1)
        if said.sign == -1 and other in (f"{subject}s", f"{subject}es") and other in bare:
            return replace(said, subject=other)
    if said.sign is None and (
        subject in denied
        or subject.removesuffix("s") in denied
        or subject.removesuffix("es") in denied
        or any(_denies(other, subject) for other in bare if other != subject)
    ):
        return replace(said, sign=1)
    return said


def _denies(word: str, subject: str) -> bool:
    """Whether a word is another one with a prefix that denies it."""
    if not subject or not word.endswith(subject):
        return False
    prefix = word[: -len(subject)]
    if prefix in ("non", "not") or (prefix == "un" and len(subject) > 3):
        return len(subject) > 2
    return prefix in ("in", "im", "ir") and subject in _PREFIXED
