"""What the words of a label column mean: which class of a model each of them is.

Decided by the user (``class_of``), or else by words that equal class names, by the numbers of classes, or by opposites
of which the positive one is known. Anything else is refused; words are never ordered by alphabet or rank.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from ...errors import UsageError
from ...wording import counted, visible
from ..words import short_name
from .polarity import loosely_normalised_word, normalised_word, positive_name, statements

NO_LABEL = -1
MAX_VALUES = 20
"""A column with more different values holds measurements or names."""
RARE = 0.01
"""The user is asked about a class with a smaller share of the labelled rows."""

_MISSING = frozenset(
    (
        *("", "#n/a", "#n/a n/a", "#na", "-1.#ind", "-1.#qnan", "-nan", "1.#ind", "1.#qnan", "<na>", "n/a", "na"),
        *("null", "nan", "none", "-", "?", "n.d.", "n.d", "n/d", "nd", "n.a.", "n.a"),
    )
)
"""Normalised words for a missing label: blank, pandas' list, and what chemists write for "not determined"."""
_PLUSES, _MINUS = ("+", "(+)", "+ve", "++", "+++"), "-"
_CENSORED = re.compile(
    r"(?:[<>≤≥≦≧⩽⩾~≈≃∼≪≫]|=[<>]|(?:gt|lt|ge|le|(?:more|less|greater|lower|higher) than|above|below|over|under)\b)"
    r"[=~\s]*[+-]?[.,]?\d.*|[+-]?\d[\d.,]*\s*[<>≤≥~]=?"
)
_NUMBER = re.compile(r"[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:e[+-]?\d+)?")
_COPIED_AS_IT_IS = re.compile(r'[^"$`\\!%\x00-\x1f\x7f]*')
_SHOWN_VALUES = 8
_MOST_COPIED = 200
"""Most characters of a value in an option that is shown for copying."""
_MOST_OPPOSITES = 2 * MAX_VALUES
"""Most values among which opposites are searched for."""


@dataclass(frozen=True, slots=True)
class LabelValue:
    """A value of a label column; spellings that differ only in letter case or spaces are one value."""

    shown: str
    """Its most frequent spelling, such as "Active"."""
    n: int
    """Number of rows with it."""


@dataclass(frozen=True, slots=True)
class LabelMeaning:
    """The class of each value of a label column."""

    column: str
    class_names: tuple[str, ...]
    values: tuple[tuple[LabelValue, int], ...]
    """Each value and the index of its class, by class; at the end those that the user leaves out, ``NO_LABEL``."""
    n_missing: int
    """Rows without a label: blank, NA and the like."""
    notes: tuple[str, ...] = ()
    """Further sentences, such as that a class is rare."""
    chosen: bool = False
    """Whether the user decided, at least for some values."""
    positive: str | None = None
    """The class that "yes" means; ``None`` if that is not known."""

    def of(self, word: str) -> int:
        """The class of a word of this column, or ``NO_LABEL``."""
        key = normalised_word(word)
        return next((index for value, index in self.values if normalised_word(value.shown) == key), NO_LABEL)

    def classes_of(self, words: Iterable[str]) -> list[int]:
        """[n_words], the class of each word of this column, or ``NO_LABEL``."""
        known: dict[str, int] = {}
        return [known[word] if word in known else known.setdefault(word, self.of(word)) for word in words]

    @property
    def sentence(self) -> str:
        """Such as "labels: Active = inhibitor (691), Inactive = no inhibitor (822)"; the positive class first."""
        order = list(range(len(self.class_names)))
        if self.positive is not None:
            order.sort(key=lambda index: self.class_names[index] != self.positive)
        parts = [
            f"{shown_word(value.shown)} = {shown_word(self.class_names[index])} ({value.n:,})"
            for wanted in order
            for value, index in self.values
            if index == wanted
        ]
        parts += [
            f"{shown_word(value.shown)} left out ({value.n:,})" for value, index in self.values if index == NO_LABEL
        ]
        if self.n_missing:
            parts.append(f"no label ({self.n_missing:,})")
        return f"labels: {', '.join(parts)}"

    @property
    def sentences(self) -> str:
        """The sentence and the notes."""
        return f"labels: {self.summary}"

    @property
    def summary(self) -> str:
        """:attr:`sentence` without "labels:", for results."""
        return ". ".join((self.sentence.removeprefix("labels: "), *self.notes))

    @property
    def counts(self) -> dict[str, tuple[str, int]]:
        """Value → (class, number of rows), for a model's card; the class is "" if its rows are left out."""
        return {
            value.shown: (self.class_names[index] if index != NO_LABEL else "", value.n) for value, index in self.values
        }


class UnsettledLabelsError(UsageError):
    """The meaning of some values of a label column is not known.

    Attributes: ``column``, ``values`` (all of them), ``unsettled`` (those whose meaning is not known), ``class_names``
    (empty if a model is to be trained), ``n_missing``, ``reason`` (a sentence without the command's remedy),
    ``remedy``.
    """

    def __init__(
        self,
        column: str,
        values: tuple[LabelValue, ...],
        unsettled: tuple[LabelValue, ...],
        class_names: tuple[str, ...],
        n_missing: int,
        reason: str,
        where: str = "",
    ) -> None:
        self.column, self.values, self.unsettled, self.class_names = column, values, unsettled, class_names
        self.n_missing, self.reason = n_missing, reason
        self.remedy = remedy([value.shown for value in unsettled], class_names)
        super().__init__(f"{where}{reason}; {self.remedy}")

    def of_file(self, path: Path | str, reason: str = "") -> UnsettledLabelsError:
        """The same error with the file in its sentence.

        :param reason: replaces its reason
        """
        return UnsettledLabelsError(
            self.column,
            self.values,
            self.unsettled,
            self.class_names,
            self.n_missing,
            reason or self.reason,
            f"{path}: ",
        )


def label_meaning(
    words: Iterable[str],
    column: str,
    class_names: Sequence[str],
    *,
    positive: str | None = None,
    class_of: Mapping[str, str] = {},
) -> LabelMeaning:
    """What the words of a column mean for a model.

    :param words: as in the file, one for each record, blank if there is none
    :param class_names: classes of the model
    :param positive: the class that "yes" means; ``None`` if that follows from the names or is not known
    :param class_of: value → class, from the user; a value → "" leaves its rows out
    :raises UnsettledLabelsError: if the class of a value is not known
    :raises UsageError: if there is no label at all, or ``class_of`` names a value or class that does not exist
    """
    names = tuple(class_names)
    found = _Values.of(words, column, names, class_of)
    positive = positive if positive is not None else positive_name(names)
    settled = {
        key: NO_LABEL if not name else _class_index(name, names, found.shown(key)) for key, name in found.chosen.items()
    }
    rest = [key for key in found.counts if key not in settled]
    known = [key for key in rest if not found.doubtful(key) or key in map(normalised_word, names)]
    if settled and rest:
        by_rule = _settle([*found.counts], names, positive)
        if any(by_rule.get(key, index) != index for key, index in settled.items() if index != NO_LABEL):
            by_rule = {}
        else:
            by_rule = _settle(known, names, positive)
    else:
        by_rule = _settle(known, names, positive)
    settled |= {key: by_rule[key] for key in rest if key in by_rule}
    if unsettled := [key for key in found.counts if key not in settled]:
        raise found.unsettled(unsettled, names)
    return _meaning(found, names, settled, positive)


def training_meaning(
    words: Iterable[str], column: str, *, class_of: Mapping[str, str] = {}, class_names: Sequence[str] = ()
) -> LabelMeaning:
    """What the words of a column mean for a model that is to be trained on them; the classes get their names here.

    The order of opposites is negative, positive; that of numbers 0, 1, … is ascending.

    :param class_of: value → the new name of its class; "" leaves its rows out
    :param class_names: names that are known before; the values must mean all of them; for numbers 0, 1, … in their
    order
    :raises UnsettledLabelsError: if the values are neither opposites nor numbers, and ``class_of`` does not name them
    :raises UsageError: if there are not two classes, or names do not fit
    """
    words = list(words)
    if class_names:
        return _named_before(words, column, tuple(class_names), class_of)
    found = _Values.of(words, column, (), class_of)
    rest = [key for key in found.counts if key not in found.chosen]
    named = {key: name for key, name in found.chosen.items() if name}
    names, settled, positive = found.named_by_rule(rest) if rest else ((), {}, None)
    if rest and not settled:
        raise found.unsettled(rest, ())
    if named and rest:
        if not all(
            any(loosely_normalised_word(name) == loosely_normalised_word(known) for known in names)
            for name in named.values()
        ):
            raise found.unsettled(rest, ())
        settled |= {key: _class_index(name, names, found.shown(key)) for key, name in named.items()}
    elif named:
        names, settled, positive = found.named_by_user(named)
    settled |= {key: NO_LABEL for key, name in found.chosen.items() if not name}
    if len(names) < 2:
        raise found.too_few()
    meaning = _meaning(found, names, settled, positive)
    rare = [
        key for key, index in settled.items() if index != NO_LABEL and meaning.counts[found.shown(key)][1]
        < RARE * found.n_labelled and len(names) > 2 and key not in found.chosen
    ]  # fmt: skip
    if rare:
        raise found.unsettled(
            rare, (), f"has {_listed(found.values(rare))} in under 1 % of {counted(found.n_labelled, 'row')}"
        )
    return meaning


def is_missing(word: str) -> bool:
    """Whether a cell says that nothing was measured; but if the column also has "+", then "-" is a class."""
    return _is_missing_key(normalised_word(word))


def is_censored(word: str) -> bool:
    """Whether a cell is a censored measurement, such as ">5"."""
    return _CENSORED.fullmatch(normalised_word(word)) is not None


def split_class_of(text: str, class_names: Sequence[str] = ()) -> tuple[str, str]:
    """Value and class of ``VALUE=CLASS``, split at the last "=" that is followed by a known class, else at the last
    "=".

    :raises ValueError: if there is no "=", or nothing before it
    """
    places = [i for i, letter in enumerate(text) if letter == "=" and text[:i].strip()]
    if not places:
        raise ValueError("expected VALUE=CLASS, such as Active=active")
    known = {loosely_normalised_word(name) for name in class_names}
    at = next((i for i in reversed(places) if loosely_normalised_word(text[i + 1 :]) in known), places[-1])
    return text[:at].strip(), text[at + 1 :].strip()


def remedy(values: Sequence[str], class_names: Sequence[str]) -> str:
    """The options to add to a command, with the values as in the file, ready to copy."""
    if not class_names:
        if len(values) == 1:
            named, left_out = option(values[0], "CLASS"), option(values[0], "")
            return f"say what it is: {named}, CLASS being its name, or {left_out} to leave it out"
        if any(map(is_censored, values)) or all(_NUMBER.fullmatch(normalised_word(value)) for value in values):
            each = " ".join(option(value, "CLASS") for value in values[:MAX_VALUES])
            return f"say what each is: {each}, CLASS being the names of the classes; VALUE= leaves a value out"
        same = " ".join(option(value, value) for value in values[:MAX_VALUES])
        return f"say what each is: {same}, with other names for the classes where you like; VALUE= leaves a value out"
    if len(values) == 1:
        ways = [option(values[0], name) for name in class_names]
        return f"say which it is: {', or '.join(ways)}, or leave its rows out: {option(values[0], '')}"
    if len(values) == len(class_names) == 2:
        first, second = class_names
        ways = [
            " ".join((option(values[0], one), option(values[1], other)))
            for one, other in ((first, second), (second, first))
        ]
        return f"say which is which: {ways[0]}, or {ways[1]}"
    each = " ".join(option(value, "CLASS") for value in values[:MAX_VALUES])
    classes = ", ".join(_for_a_shell(shown_word(name)) for name in class_names[:MAX_VALUES])
    return f"say which each is: {each}, CLASS being one of: {classes}; VALUE= leaves a value out"


def option(value: str, name: str) -> str:
    """``--class-of`` quoted for a shell; of a very long value only the beginning."""
    words = f"{value if len(value) <= _MOST_COPIED else shown_word(value)}={name}"
    return f"--class-of{'=' if value.startswith('-') else ' '}{_for_a_shell(words)}"


def _for_a_shell(words: str) -> str:
    """Quoted as one word of a command, for nearly all shells."""
    if re.fullmatch(r"[\w.,=+\-/:@]*", words):
        return words
    return f'"{words}"' if _COPIED_AS_IT_IS.fullmatch(words) else shlex.quote(words)


def shown_word(word: str) -> str:
    """A word from a file, fit for a sentence: shortened, and without control characters."""
    return visible(short_name(word))


@dataclass(frozen=True, slots=True)
class _Values:
    """The values of a column by their normalised form (key), in the order of their first occurrence."""

    column: str
    counts: dict[str, Counter[str]]
    """Key → spelling → number of rows."""
    n_missing: int
    chosen: dict[str, str]
    """Key → class, from the user."""

    def doubtful(self, key: str) -> bool:
        """Whether it is "-" beside "+" and other values, so that it may be a class or mean "not measured"."""
        return key == _MINUS and any(other not in (_MINUS, *_PLUSES[:2]) for other in self.counts)

    @classmethod
    def of(cls, words: Iterable[str], column: str, class_names: Sequence[str], class_of: Mapping[str, str]) -> _Values:
        """:raises UsageError: if there is no label, or ``class_of`` names what is no value of the column"""
        counts: dict[str, Counter[str]] = {}
        for word, n in Counter(words).items():
            counts.setdefault(_key(word), Counter())[word.strip()] += n
        chosen = _folded_choices(class_of)
        kept_as_class = {*chosen, *map(normalised_word, class_names)} - {""}
        if any(plus in counts for plus in _PLUSES):
            kept_as_class.add(_MINUS)
        n_missing = sum(
            counts.pop(key).total() for key in [*counts] if _is_missing_key(key) and key not in kept_as_class
        )
        found = cls(column, counts, n_missing, chosen)
        if not counts:
            raise UsageError(f"column ‘{shown_word(column)}’ holds no label: it has no value at all")
        for key, name in chosen.items():
            if key not in counts:
                given = next(value for value in class_of if normalised_word(value) == key)
                raise UsageError(
                    f"{option(given, name)}: column ‘{shown_word(column)}’ holds no ‘{shown_word(given)}’; there are: "
                    f"{_listed(found.values(counts))}"
                )
        return found

    @property
    def n_labelled(self) -> int:
        return sum(each.total() for each in self.counts.values())

    def shown(self, key: str) -> str:
        return self.counts[key].most_common(1)[0][0]

    def values(self, keys: Iterable[str]) -> tuple[LabelValue, ...]:
        return tuple(LabelValue(self.shown(key), self.counts[key].total()) for key in keys)

    def named_by_rule(self, keys: Sequence[str]) -> tuple[tuple[str, ...], dict[str, int], str | None]:
        """Names of classes, class of each value, and the positive class; empty if no rule applies."""
        names = tuple(map(str, range(len(keys))))
        if len(keys) > MAX_VALUES:
            return (), {}, None
        if set(keys) == set(names):
            return names, {key: int(key) for key in keys}, "1" if len(names) == 2 else None
        said = statements(keys)
        if len({each.subject if each else None for each in said}) > 1:
            return (), {}, None
        signs = {key: each.sign for key, each in zip(keys, said, strict=True) if each is not None}
        if len(signs) != len(keys) or set(signs.values()) != {1, -1}:
            return (), {}, None
        most: dict[int, str] = {}
        for key in keys:
            sign = signs[key] or 0
            if sign not in most or self.counts[key].total() > self.counts[most[sign]].total():
                most[sign] = key
        names = (self.shown(most[-1]), self.shown(most[1]))
        clear = all(each.clear for each in said if each is not None)
        return names, {key: int(signs[key] == 1) for key in keys}, names[1] if clear else None

    def named_by_user(self, named: Mapping[str, str]) -> tuple[tuple[str, ...], dict[str, int], str | None]:
        """The same if the user gave all values a class. Order: negative before positive if names or values say so, by
        number if the values are numbers, else as given by the user."""
        own: dict[str, str] = {}
        for name in named.values():
            own.setdefault(loosely_normalised_word(name), name)
        names = tuple(own.values())
        positive = positive_name(names)
        by_value: dict[str, str] = {}
        numbers: dict[str, int | None] = {}
        by_sign: dict[str, set[int | None]] = {}
        for key, name in named.items():
            by_value[key] = own[loosely_normalised_word(name)]
            numbers.setdefault(
                own[loosely_normalised_word(name)],
                int(key) if key.isascii() and key.isdigit() and len(key) < 6 else None,
            )
        if positive is None and len(names) == 2:
            said = statements([*by_value])
            for key, each in zip(by_value, said, strict=True):
                by_sign.setdefault(by_value[key], set()).add(each.sign if each is not None and each.clear else None)
            positive = next((name for name in names if by_sign[name] == {1}), None)
            if positive is not None and any(by_sign[name] != {-1} for name in names if name != positive):
                positive = None
            if positive is None and {name: numbers[name] for name in names} in (
                {names[0]: 0, names[1]: 1},
                {names[0]: 1, names[1]: 0},
            ):
                positive = next(name for name in names if numbers[name] == 1)
        if positive is not None:
            names = tuple(sorted(names, key=lambda name: name == positive))
        elif all(numbers[name] is not None for name in names):
            names = tuple(sorted(names, key=lambda name: numbers[name] or 0))
        return names, {key: names.index(name) for key, name in by_value.items()}, positive

    def too_few(self) -> UsageError:
        only = ", ".join(f"'{shown_word(value.shown)}'" for value in self.values(self.counts)[:_SHOWN_VALUES])
        return UsageError(
            f"column ‘{shown_word(self.column)}’ has only the value {only}; a classifier needs at least 2 classes"
        )

    def unsettled(self, keys: Sequence[str], class_names: tuple[str, ...], why: str = "") -> UsageError:
        """:param keys: keys of the values whose class is not known"""
        values, unknown = self.values(self.counts), self.values(keys)
        where = f"column ‘{shown_word(self.column)}’"
        censored = [value for value in unknown if is_censored(value.shown)]
        numbers = [value for value in unknown if _NUMBER.fullmatch(normalised_word(value.shown))]
        if len(self.counts) > MAX_VALUES:
            special = f", of which {_listed(censored)} are censored measurements" if censored else ""
            return UsageError(
                f"{where} has {len(values):,} different values; a classifier needs 2 to {MAX_VALUES} classes (is it a "
                f"measurement?); there are {_listed(values)}{special}; choose a column of classes"
            )
        model = f"; the model’s classes are {', '.join(map(shown_word, class_names))}" if class_names else ""
        if not why and censored:
            are = "is a censored measurement" if len(censored) == 1 else "are censored measurements"
            others = [value for value in unknown if value not in censored]
            also = f" (beside {_listed(others)})" if others else ""
            why = f"holds {_listed(censored)}, which {are} and no class{'' if len(censored) == 1 else 'es'}{also}"
        elif not why and len(numbers) == len(unknown) > 1:
            why = (
                f"holds the numbers {_listed(unknown)}, which are not those of classes, 0, 1, … (is it a measurement?)"
            )
        elif not why and len(self.counts) == 1 and not class_names:
            return self.too_few()
        if not why:
            which = "it is" if len(unknown) == 1 else "each is"
            why = f"holds {_listed(unknown)}, of which it cannot be known which class {which}"
        return UnsettledLabelsError(self.column, values, unknown, class_names, self.n_missing, f"{where} {why}{model}")


def _named_before(
    words: Sequence[str], column: str, names: tuple[str, ...], class_of: Mapping[str, str]
) -> LabelMeaning:
    """The meaning for a model whose class names are given before its table is read."""
    if len({loosely_normalised_word(name) for name in names}) != len(names) or len(names) < 2:
        raise UsageError(f"expected 2 or more different class names, got: {', '.join(names)}")
    meaning = label_meaning(words, column, names, class_of=class_of)
    numbers = all(normalised_word(value.shown).isdigit() for value, _ in meaning.values)
    if numbers and not class_of and positive_name(names) == names[0]:
        raise UsageError(
            f"column ‘{shown_word(column)}’ holds 0 and 1, of which --class-names calls 1 ‘{shown_word(names[1])}’, "
            f"although ‘{shown_word(names[0])}’ affirms; {remedy([value.shown for value, _ in meaning.values], names)}"
        )
    without = [names[i] for i in range(len(names)) if i not in {index for _, index in meaning.values}]
    if without:
        are = _listed([value for value, _ in meaning.values])
        raise UsageError(
            f"column ‘{shown_word(column)}’ holds no ‘{shown_word(without[0])}’, which --class-names names; "
            f"its values are {are}"
        )
    positive = meaning.positive or (names[1] if numbers and len(names) == 2 else None)
    if numbers or positive is None or positive == names[-1]:
        return replace(meaning, positive=positive)
    return replace(
        meaning,
        class_names=names[::-1],
        values=tuple((value, 1 - index if index >= 0 else index) for value, index in meaning.values[::-1]),
    )


def _meaning(found: _Values, names: tuple[str, ...], settled: Mapping[str, int], positive: str | None) -> LabelMeaning:
    order = sorted(found.counts, key=lambda key: settled[key] if settled[key] >= 0 else len(names))
    values = tuple((found.values([key])[0], settled[key]) for key in order)
    n_labelled = sum(value.n for value, index in values if index >= 0)
    rows = Counter[int]()
    for value, index in values:
        rows[index] += value.n
    notes = tuple(
        f"only {rows[i]:,} of {counted(n_labelled, 'row')} with a label are {shown_word(name)}: is that right?"
        for i, name in enumerate(names)
        if 0 < rows[i] < RARE * n_labelled
    )
    return LabelMeaning(found.column, names, values, found.n_missing, notes, bool(found.chosen), positive)


def _settle(keys: Sequence[str], names: tuple[str, ...], positive: str | None) -> dict[str, int]:
    """The class of each value that follows from a rule. A rule for all values is preferred to several rules, which must
    agree."""
    by_rule = [_by_name(keys, names), _by_number(keys, names), _by_polarity(keys, names, positive)]
    for found in by_rule:
        if len(found) == len(keys):
            return found
    if len(names) == 2 and positive == names[0]:
        by_rule[1] = {}
    together: dict[str, int] = {}
    for key in keys:
        said = {found[key] for found in by_rule if key in found}
        if len(said) == 1:
            together[key] = said.pop()
    return together


def _by_name(keys: Sequence[str], names: tuple[str, ...]) -> dict[str, int]:
    """The classes of values that equal the name of a class except for letter case, spaces and, if unambiguous,
    punctuation."""
    ways = [(same, [same(name) for name in names]) for same in (normalised_word, loosely_normalised_word)]
    found: dict[str, int] = {}
    for key in keys:
        for same, known in ways:
            word = same(key)
            if word in known:
                if known.count(word) == 1:
                    found[key] = known.index(word)
                break
    return found


def _by_number(keys: Sequence[str], names: tuple[str, ...]) -> dict[str, int]:
    """The classes of values that are the numbers of classes; empty if there are other numbers, too."""
    numbers = {key for key in keys if _NUMBER.fullmatch(key)}
    known = {str(i): i for i in range(len(names))}
    return {key: known[key] for key in keys if key in known} if numbers <= set(known) else {}


def _by_polarity(keys: Sequence[str], names: tuple[str, ...], positive: str | None) -> dict[str, int]:
    """The classes of values that affirm or deny, for two classes: those whose names are about the same subject, or else
    the positive one and the other.

    A value about a subject that no class name has counts only if its opposite occurs, too: "not tested" beside "active"
    denies no activity. A plain yes or no may occur alone if there is nothing else.
    """
    if len(names) != 2 or len(keys) > _MOST_OPPOSITES:
        return {}
    found: dict[str, int] = {}
    at = None if positive is None else names.index(positive)
    said_by = {key: said for key, said in zip(keys, statements(keys, names), strict=True) if said is not None}
    of_names = statements(names, keys)
    signs_of: dict[str, set[int | None]] = {}
    for said in said_by.values():
        signs_of.setdefault(said.subject, set()).add(said.sign)
    plain = len(said_by) == len(keys) and set(signs_of) == {""}
    unnamed: set[str] = set()
    for key, said in said_by.items():
        about = {each.sign: i for i, each in enumerate(of_names) if each is not None and each.subject == said.subject}
        if said.sign is None:
            continue
        if said.subject and about:
            if said.sign in about:
                found[key] = about[said.sign]
            elif at is not None and about.get(-said.sign) == at:
                found[key] = 1 - at
        elif at is not None and said.clear:
            unnamed.add(said.subject)
            if plain or {1, -1} <= signs_of[said.subject]:
                found[key] = at if said.sign == 1 else 1 - at
    if len(unnamed) > 1:
        return {key: index for key, index in found.items() if said_by[key].subject not in unnamed}
    return found


def _class_index(name: str, names: tuple[str, ...], value: str) -> int:
    """:raises UsageError: if there is no such class"""
    for same in (str, normalised_word, loosely_normalised_word):
        places = [i for i, known in enumerate(names) if same(known) == same(name)]
        if len(places) == 1:
            return places[0]
    raise UsageError(
        f"{option(value, name)}: there is no class ‘{shown_word(name)}’; "
        f"the classes are {', '.join(map(shown_word, names))}"
    )


def _folded_choices(class_of: Mapping[str, str]) -> dict[str, str]:
    """:raises UsageError: if the same value is given two classes"""
    found: dict[str, str] = {}
    for value, name in class_of.items():
        key = normalised_word(value)
        if not key:
            raise UsageError(f"{option(value, name)} names no value; rows without a label are always left out")
        if loosely_normalised_word(found.setdefault(key, name)) != loosely_normalised_word(name):
            raise UsageError(
                f"--class-of says of ‘{shown_word(value)}’ both ‘{shown_word(found[key])}’ and ‘{shown_word(name)}’"
            )
    return found


def _listed(values: Sequence[LabelValue]) -> str:
    parts = [f"‘{shown_word(value.shown)}’ ({value.n:,})" for value in values[:_SHOWN_VALUES]]
    return ", ".join(parts) + (f" and {len(values) - len(parts):,} more" if len(values) > len(parts) else "")


_key: Callable[[str], str] = lru_cache(maxsize=4096)(normalised_word)


def _is_missing_key(key: str) -> bool:
    return key in _MISSING
