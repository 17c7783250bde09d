"""The sentences about how far a map can be trusted: each number, and its meaning for a chemist."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ...app.explaining.trust import LEAST_DIFFERENCE, RANDOM_MASKS, MaskingTest, SecondOpinion, Trust
from ...gcn.reliability.domain import EDGE_RANK, OUTSIDE_RANK, DomainMembership, Nearness, domain_membership
from ...kinds.kind import Words


@dataclass(frozen=True, slots=True)
class TrustStatement:
    """One number as text, with its meaning."""

    words: str
    meaning: str
    """For a tooltip and for screen readers."""
    warns: bool = False


_LONGEST_NAME = 28
"""Characters of a class's name in the strip; the tooltip has the full name."""


def waiting(words: Words, *, second_model: bool = False) -> tuple[TrustStatement, ...]:
    """The text while there are no numbers.

    :param second_model: whether one will be asked
    """
    return (
        TrustStatement("masked —", _masked(words)),
        TrustStatement("random —", _random_meaning(words)),
        TrustStatement(f"— of {words.nodes}", _share(words)),
        TrustStatement("agreement —", _agreement(words)),
        *([TrustStatement("second model —", _second_model(words))] if second_model else []),
        TrustStatement("similarity —", _domain(words)),
    )


def map_statements(trust: Trust, class_name: str, why_no_domain: str, words: Words) -> tuple[TrustStatement, ...]:
    """The numbers for the highlighted atoms.

    :param why_no_domain: why the model has no applicability domain
    """
    test = trust.masking
    share = TrustStatement(
        f"{_percent(test.share)} of {words.nodes}",
        f"{test.n_masked:,} of {words.counted_nodes(test.n_nodes)} highlighted. {_share(words)}",
    )
    masked = _masked(words)
    if not test.n_masked:
        none = f"No {words.node} is highlighted: lower the colour threshold."
        found = [
            TrustStatement("masked —", f"{masked} {none}"),
            TrustStatement("random —", f"{_random_meaning(words)} {none}"),
            share,
        ]
    else:
        change = f"“{class_name}” {test.before:.2f} → {test.after:.2f}."
        chance = test.comparable and not test.better_than_random
        random = _no_better(test, words) if chance else _random(test, words)
        found = [
            _rises(test, masked, change) or TrustStatement(f"masked {_change(test.change)}", f"{masked} {change}"),
            random,
            share,
        ]
    agreement = "—" if math.isnan(trust.agreement) else _minus(f"{trust.agreement:.2f}")
    found.append(TrustStatement(f"agreement {agreement}", _agreement(words)))
    if trust.second_opinion is not None:
        found.append(_second_opinion_statement(trust.second_opinion, class_name, words))
    found.append(_domain_statement(trust.nearness, why_no_domain, words))
    if trust.completeness_error is not None:
        found.append(_completeness_statement(trust.completeness_error, words))
    return tuple(found)


def picked_statements(trust: Trust, class_name: str, why_no_domain: str, words: Words) -> tuple[TrustStatement, ...]:
    """The numbers for the picked atoms: attributed and actual change, and warnings about the molecule.

    :param why_no_domain: why the model has no applicability domain
    """
    test = trust.masking
    domain = _domain_statement(trust.nearness, why_no_domain, words)
    name = " ".join(class_name.split())
    name = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
    picked = words.counted_nodes(test.n_masked)
    attributed = "—" if math.isnan(trust.attributed) else _percent(trust.attributed)
    return (
        TrustStatement(
            f"{picked} masked: {name} {test.before:.2f} → {test.after:.2f}",
            f"The probability of “{class_name}” with all {words.nodes}, and when the network does not see the selected "
            f"ones: a change of {_change(test.change)}.",
        ),
        TrustStatement(
            f"attributed {attributed} of the map",
            f"What the map gives the selected {words.nodes} of all that speaks for the class. Where it gives much and "
            "the probability hardly changes, or the other way round, the map misleads.",
        ),
        _random(test, words),
        *([domain] if domain.warns else []),
    )


def _masked(words: Words) -> str:
    return (
        f"What the probability loses when the network does not see the highlighted {words.nodes}: how much they really "
        "matter."
    )


def _random_meaning(words: Words) -> str:
    return (
        f"The same for as many {words.nodes} chosen at random, mean ± standard deviation of {RANDOM_MASKS} choices. A "
        "map that is worth something changes the probability more."
    )


def _share(words: Words) -> str:
    return f"How many of the {words.nodes} are highlighted. A map that shows nearly all of them says little."


def _agreement(words: Words) -> str:
    return (
        f"Do the other methods order the {words.nodes} of this {words.record} alike? Mean rank correlation of this map "
        "with theirs: 1 for the same order, 0 for nothing in common, −1 for the reverse."
    )


def _second_opinion_statement(opinion: SecondOpinion, class_name: str, words: Words) -> TrustStatement:
    number = "—" if math.isnan(opinion.agreement) else _minus(f"{opinion.agreement:.2f}")
    return TrustStatement(
        f"second model {number}",
        f"{_second_model(words)} Its probability of “{class_name}”: {opinion.probability:.2f}.",
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


def _random(test: MaskingTest, words: Words) -> TrustStatement:
    meaning = _random_meaning(words)
    if not test.comparable:
        return TrustStatement(
            "random —", f"{meaning} Here there are none to compare with: all {words.nodes} are masked."
        )
    return TrustStatement(f"random {_random_change(test)}", meaning)


def _no_better(test: MaskingTest, words: Words) -> TrustStatement:
    meaning = (
        f"{_random_meaning(words)} Here the probability falls no further than chance goes, so this map does not show "
        "what the prediction rests on."
    )
    return TrustStatement(f"no better than random {_random_change(test)}", meaning, warns=True)


def _rises(test: MaskingTest, masked: str, change: str) -> TrustStatement | None:
    """The warning if masking raises the probability: the highlighted atoms then lower it."""
    if test.change < LEAST_DIFFERENCE:
        return None
    meaning = (
        f"{masked} {change} Here the probability rises, so what is highlighted speaks against the class, not for it: "
        "the map misleads."
    )
    return TrustStatement(f"masking raises it {_change(test.change)}", meaning, warns=True)


def _random_change(test: MaskingTest) -> str:
    return f"{_change(test.random_mean)} ± {test.random_sd:.2f}"


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


def _completeness_statement(error: float, words: Words) -> TrustStatement:
    share = "—" if math.isnan(error) else f"{100 * error:.1f} %"
    return TrustStatement(
        f"incomplete by {share}",
        f"Completeness error: the {words.nodes}' values should add up to what the class's score, against the others', "
        f"has over that of {words.a_record} without features. What is missing or too much, as a share of all that they "
        "say, for and against the class. A few per cent are the arithmetic's.",
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _change(value: float) -> str:
    text = f"{value:+.2f}"
    return "0.00" if text in ("+0.00", "-0.00") else _minus(text)


def _minus(text: str) -> str:
    return text.replace("-", "−")
