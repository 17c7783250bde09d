"""The sentences about how far a map can be trusted: each number, and its meaning for a chemist."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ...app.explaining.trust import RANDOM_MASKS, MaskingTest, SecondOpinion, Trust
from ...app.explaining.value_words import LOWERS, RAISES, ValueWords
from ...gcn.reliability.domain import EDGE_RANK, OUTSIDE_RANK, DomainMembership, Nearness, domain_membership
from ...kinds.kind import Words
from ...wording import capitalised


@dataclass(frozen=True, slots=True)
class TrustStatement:
    """One number as text, with its meaning."""

    words: str
    meaning: str
    """For a tooltip and for screen readers."""
    warns: bool = False


_LONGEST_NAME = 28
"""Characters of a class's name in the strip; the tooltip has the full name."""


def waiting(
    words: Words, *, second_model: bool = False, of_value: ValueWords | None = None
) -> tuple[TrustStatement, ...]:
    """The text while there are no numbers.

    :param second_model: whether one will be asked
    :param of_value: ``None`` of a model of classes
    """
    what = _quantity(of_value)
    return (
        TrustStatement("masked —", _masked(words, what)),
        TrustStatement("random —", _random_meaning(words, what)),
        TrustStatement(f"— of {words.nodes}", _share(words)),
        TrustStatement("agreement —", _agreement(words)),
        *([TrustStatement("second model —", _second_model(words))] if second_model else []),
        TrustStatement("similarity —", _domain(words)),
    )


def map_statements(
    trust: Trust, class_name: str, why_no_domain: str, words: Words, of_value: ValueWords | None = None
) -> tuple[TrustStatement, ...]:
    """The numbers for the highlighted atoms.

    :param class_name: the class, or what is explained of a value, such as "raises pIC50"
    :param why_no_domain: why the model has no applicability domain
    :param of_value: ``None`` of a model of classes
    """
    test, figures = trust.masking, _Figures(of_value, class_name)
    share = TrustStatement(
        f"{_percent(test.share)} of {words.nodes}",
        f"{test.n_masked:,} of {words.counted_nodes(test.n_nodes)} highlighted. {_share(words)}",
    )
    masked = _masked(words, figures.what)
    if not test.n_masked:
        none = f"No {words.node} is highlighted: lower the colour threshold."
        found = [
            TrustStatement("masked —", f"{masked} {none}"),
            TrustStatement("random —", f"{_random_meaning(words, figures.what)} {none}"),
            share,
        ]
    else:
        chance = test.comparable and not test.better_than_random and not (of_value is not None and test.misleads)
        found = [
            _masked_statement(test, words, figures),
            _no_better(test, words, figures) if chance else _random(test, words, figures),
            share,
        ]
    agreement = "—" if math.isnan(trust.agreement) else _minus(f"{trust.agreement:.2f}")
    found.append(TrustStatement(f"agreement {agreement}", _agreement(words)))
    if trust.second_opinion is not None:
        found.append(_second_opinion_statement(trust.second_opinion, words, figures))
    found.append(_domain_statement(trust.nearness, why_no_domain, words))
    if trust.completeness_error is not None:
        found.append(_completeness_statement(trust.completeness_error, words, of_value))
    return tuple(found)


def picked_statements(
    trust: Trust,
    class_name: str,
    why_no_domain: str,
    words: Words,
    of_value: ValueWords | None = None,
    *,
    signed: bool = False,
) -> tuple[TrustStatement, ...]:
    """The numbers for the picked atoms: attributed and actual change, and warnings about the molecule.

    :param class_name: as for :func:`map_statements`
    :param why_no_domain: why the model has no applicability domain
    :param of_value: ``None`` of a model of classes
    :param signed: whether the map has values below zero, which add up in the unit of a value
    """
    test, figures = trust.masking, _Figures(of_value, class_name)
    domain = _domain_statement(trust.nearness, why_no_domain, words)
    name = figures.name if of_value is not None else " ".join(class_name.split())
    name = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
    picked = words.counted_nodes(test.n_masked)
    return (
        TrustStatement(
            f"{picked} masked: {name} {figures.levels(test.before, test.after)}",
            f"{capitalised(figures.subject)} with all {words.nodes}, and when the network does not see the selected "
            f"ones: a change of {figures.change(test.change)}.",
        ),
        _summed(trust, words, of_value) if of_value is not None and signed else _attributed(trust, words, figures),
        _random(test, words, figures),
        *([domain] if domain.warns else []),
    )


@dataclass(frozen=True, slots=True)
class _Figures:
    """How probabilities of a class, or values, are written."""

    of_value: ValueWords | None
    class_name: str

    @property
    def name(self) -> str:
        return f"“{self.class_name}”" if self.of_value is None else self.of_value.name

    @property
    def what(self) -> str:
        return _quantity(self.of_value)

    @property
    def subject(self) -> str:
        return f"the probability of {self.name}" if self.of_value is None else f"{self.name}"

    @property
    def lowers(self) -> bool:
        return self.of_value is not None and self.class_name == self.of_value.direction(LOWERS)

    def _own(self, number: float) -> float:
        """The test of what lowers a value is one of the opposite of it."""
        return -number if self.lowers else number

    def level(self, number: float) -> str:
        if self.of_value is None:
            return f"{number:.2f}"
        return self.of_value.fine(self._own(number))

    def levels(self, before: float, after: float) -> str:
        return f"{self.level(before)} → {self.level(after)}"

    def change(self, number: float) -> str:
        return _change(number) if self.of_value is None else self.of_value.change(self._own(number))

    def deviation(self, number: float) -> str:
        return f"{number:.2f}" if self.of_value is None else self.of_value.fine(number)


def _quantity(of_value: ValueWords | None) -> str:
    return "the probability" if of_value is None else of_value.name


def _masked(words: Words, what: str) -> str:
    how = "loses" if what == "the probability" else "loses or gains"
    return (
        f"What {what} {how} when the network does not see the highlighted {words.nodes}: how much they really matter."
    )


def _random_meaning(words: Words, what: str) -> str:
    return (
        f"The same for as many {words.nodes} chosen at random, mean ± standard deviation of {RANDOM_MASKS} choices. A "
        f"map that is worth something changes {what} more."
    )


def _share(words: Words) -> str:
    return f"How many of the {words.nodes} are highlighted. A map that shows nearly all of them says little."


def _agreement(words: Words) -> str:
    return (
        f"Do the other methods order the {words.nodes} of this {words.record} alike? Mean rank correlation of this map "
        "with theirs: 1 for the same order, 0 for nothing in common, −1 for the reverse."
    )


def _attributed(trust: Trust, words: Words, figures: _Figures) -> TrustStatement:
    attributed = "—" if math.isnan(trust.attributed) else _percent(trust.attributed)
    speaks = "speaks for the class" if figures.of_value is None else f"{figures.class_name}"
    return TrustStatement(
        f"attributed {attributed} of the map",
        f"What the map gives the selected {words.nodes} of all that {speaks}. Where it gives much and "
        f"{figures.what} hardly changes, or the other way round, the map misleads.",
    )


def _summed(trust: Trust, words: Words, of_value: ValueWords) -> TrustStatement:
    """What the picked atoms add up to."""
    return TrustStatement(
        f"together {of_value.change_with_unit(trust.attributed_sum)}",
        f"What the map says that the selected {words.nodes} add to {of_value.name}, or take from it: the sum of their "
        f"values. Where it is large and {of_value.name} hardly changes without them, or the other way round, the map "
        "misleads.",
    )


def _second_opinion_statement(opinion: SecondOpinion, words: Words, figures: _Figures) -> TrustStatement:
    number = "—" if math.isnan(opinion.agreement) else _minus(f"{opinion.agreement:.2f}")
    its = f"Its {'probability of ' if figures.of_value is None else ''}{figures.name}"
    return TrustStatement(
        f"second model {number}", f"{_second_model(words)} {its}: {figures.level(opinion.probability)}."
    )


def _second_model(words: Words) -> str:
    return (
        "Agreement with a second, unrelated model, a random forest that learned from the same "
        f"{words.records}. Rank correlation of its map with this one: 1 for the same order of the {words.nodes}, 0 for "
        f"nothing in common, −1 for the reverse. Where two models that share nothing point to the same {words.nodes}, "
        f"that is the best sign that one {words.record} can give."
    )


def _domain(words: Words) -> str:
    question = f"Is the {words.record} like those that the model was trained on?"
    return f"{question} {words.similarity} to the nearest of them." if words.similarity else question


def _masked_statement(test: MaskingTest, words: Words, figures: _Figures) -> TrustStatement:
    masked = _masked(words, figures.what)
    change = f"{capitalised(figures.name)} {figures.levels(test.before, test.after)}."
    if not math.isnan(test.whole):
        return _both_sides(test, words, figures)
    if not test.misleads:
        return TrustStatement(f"masked {figures.change(test.change)}", f"{masked} {change}")
    if figures.of_value is None:
        meaning = (
            f"{masked} {change} Here the probability rises, so what is highlighted speaks against the class, not for "
            "it: the map misleads."
        )
        return TrustStatement(f"masking raises it {figures.change(test.change)}", meaning, warns=True)
    other = figures.of_value.direction(RAISES if figures.lowers else LOWERS)
    meaning = f"{masked} {change} Compared with random ones, what is highlighted {other}, so that the map misleads."
    return TrustStatement(f"misleads: masked {figures.change(test.change)}", meaning, warns=True)


def _both_sides(test: MaskingTest, words: Words, figures: _Figures) -> TrustStatement:
    """Of a signed map of a value: without what raises it, and without what lowers it."""
    upper, lower = test.after - test.whole, test.before - test.whole
    meaning = (
        f"{figures.name} {figures.level(test.whole)}; without the highlighted {words.nodes} that raise it by this map "
        f"{figures.level(test.after)}, without those that lower it {figures.level(test.before)}. A map that is worth "
        "something makes the first small and the other large, by more than random ones."
    )
    said = f"without raising {figures.change(upper)}, without lowering {figures.change(lower)}"
    if not test.misleads:
        return TrustStatement(said, meaning)
    return TrustStatement(f"misleads: {said}", f"{meaning} Here it is the other way round.", warns=True)


def _random(test: MaskingTest, words: Words, figures: _Figures) -> TrustStatement:
    meaning = _random_meaning(words, figures.what)
    if not test.comparable:
        return TrustStatement(
            "random —", f"{meaning} Here there are none to compare with: all {words.nodes} are masked."
        )
    return TrustStatement(f"random {_random_change(test, figures)}", meaning)


def _no_better(test: MaskingTest, words: Words, figures: _Figures) -> TrustStatement:
    falls = f"{figures.what} falls no further" if figures.of_value is None else f"{figures.what} changes no more"
    meaning = (
        f"{_random_meaning(words, figures.what)} Here {falls} than chance goes, so this map does not show what the "
        "prediction rests on."
    )
    return TrustStatement(f"no better than random {_random_change(test, figures)}", meaning, warns=True)


def _random_change(test: MaskingTest, figures: _Figures) -> str:
    return f"{figures.change(test.random_mean)} ± {figures.deviation(test.random_sd)}"


def _domain_statement(nearness: Nearness | None, why_not: str, words: Words) -> TrustStatement:
    domain = _domain(words)
    if nearness is None:
        return TrustStatement("similarity —", f"{domain} Not known: {why_not}.")
    where = domain_membership(nearness)
    rank = f"{_percent(nearness.rank)} of the training {words.records} are no nearer to another one."
    meaning = f"{domain} {rank} {_borders(words)}"
    if where is DomainMembership.OUTSIDE:
        text = f"similarity {nearness.similarity:.2f}, outside"
        return TrustStatement(text, f"{meaning} Neither prediction nor map can be relied on here.", warns=True)
    place = "at the edge" if where is DomainMembership.EDGE else "inside"
    return TrustStatement(f"similarity {nearness.similarity:.2f}, {place}", meaning)


def _borders(words: Words) -> str:
    return (
        f"Outside: not even {OUTSIDE_RANK:.0%} of the training {words.records} are as far from their nearest "
        f"neighbour. At the edge: not even {EDGE_RANK:.0%}."
    )


def _completeness_statement(error: float, words: Words, of_value: ValueWords | None) -> TrustStatement:
    share = "—" if math.isnan(error) else f"{100 * error:.1f} %"
    gained = "the class's score, against the others'," if of_value is None else of_value.name
    sides = "for and against the class" if of_value is None else "upwards and downwards"
    return TrustStatement(
        f"incomplete by {share}",
        f"Completeness error: the {words.nodes}' values should add up to what {gained} "
        f"has over that of {words.a_record} without features. What is missing or too much, as a share of all that they "
        f"say, {sides}. A few per cent are the arithmetic's.",
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _change(value: float) -> str:
    text = f"{value:+.2f}"
    return "0.00" if text in ("+0.00", "-0.00") else _minus(text)


def _minus(text: str) -> str:
    return text.replace("-", "−")
