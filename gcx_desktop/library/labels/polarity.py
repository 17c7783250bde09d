"""What a word of a label column says by itself: yes or no, and of what.

"Active", "yes", "+" and "BBB+" affirm, "inactive", "no", "−" and "not permeable" deny. "toxic" does neither alone: it
affirms where "nontoxic" stands beside it. Only opposites of which nobody doubts which one is the positive one are known
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
"""Single letters: what they say, and beside which others they say it. "N" with "P", "F" with "M" say nothing."""
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
"""Adjectives that "in", "im", "ir" or "un" denies."""
_OF_ABSENCE = frozenset(
    (
        *("safe", "clean", "benign", "harmless", "normal", "healthy", "ok", "fine", "good", "fail", "failed", "pass"),
        *("passed", "decoy", "dead", "alive", "insoluble", "impermeable", "nontoxic", "inert", "resistant", "stable"),
        *("unstable", "sensitive", "tolerant", "control", "background", "placebo", "neutral", "wildtype", "bad", "low"),
        *("high", "weak", "strong"),
    )
)
"""What may be the negative of somebody else's question: "safe" is the negative one of a model of toxicity."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a word says."""

    subject: str
    """Of what it says it, in small letters without gaps, such as "toxic"; "" for a plain yes or no."""
    sign: int | None
    """1 or −1; ``None`` where the word alone says neither."""

    @property
    def clear(self) -> bool:
        """Whether the affirmed one of a pair about the subject is the positive one, whatever was asked."""
        return self.subject not in _OF_ABSENCE


def folded(word: str) -> str:
    """A word as it is compared with others: without regard to letter case, surplus spaces and kinds of dashes; "1.0"
    and "+1" are "1"."""
    plain = " ".join((word if word.isascii() else _plain(word)).casefold().split())
    whole = _WHOLE.fullmatch(plain)
    return str(int(whole[1])) if whole else plain


def _plain(word: str) -> str:
    """With the usual form of each character, and without those that nobody sees."""
    usual = unicodedata.normalize("NFKC", word).translate(_DASHES)
    return "".join(c for c in usual if unicodedata.category(c) != "Cf")


def loose(word: str) -> str:
    """A word as it is compared with the names of classes: without regard to punctuation, too.

    What has a meaning stays: signs, points and dashes between digits, comparisons.
    """
    word = folded(word)
    word = re.sub(r"(?<!\d)[.,/]|[.,/](?!\d)|[\s_;:'\"`´’‘“”«»()\[\]{}|\\]", "\0", word)
    word = re.sub(r"(?<=\w)\0*-\0*(?=[^\W\d])|(?<=[^\W\d])-(?=\d)", "", word)
    return word.replace("\0", "")


def statements(words: Sequence[str], beside: Iterable[str] = ()) -> list[Statement | None]:
    """What each of the words of one column says; ``None`` where that is not known.

    :param beside: other words about the same, such as the names of classes
    """
    every = [folded(word) for word in words]
    about = [*every, *map(folded, beside)]
    read = [_statement(word, about) for word in about]
    bare = {each.subject for each in read if each is not None and each.sign is None}
    denied = {each.subject for each in read if each is not None and each.sign == -1 and each.subject}
    return [None if each is None else _in_company(each, bare, denied) for each in read[: len(every)]]


def positive_of(names: Sequence[str]) -> str | None:
    """The one of two names that affirms what the other one denies, such as "permeable" beside "not permeable"."""
    if len(names) != 2:
        return None
    first, second = statements(names)
    if first is None or second is None or first.subject != second.subject or not first.clear:
        return None
    if (first.sign, second.sign) == (1, -1):
        return names[0]
    return names[1] if (first.sign, second.sign) == (-1, 1) else None


def _statement(word: str, about: Collection[str]) -> Statement | None:
    """Of a folded word, alone."""
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
    """What a word says beside those others.

    :param bare: subjects of words that say neither yes nor no alone
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
