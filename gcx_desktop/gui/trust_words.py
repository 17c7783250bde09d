"""What the window says of how far a map can be trusted: each number, and what it means in a chemist's words."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..app.trust import EDGE_RANK, OUTSIDE_RANK, RANDOM_MASKS, MaskingTest, Standing, Trust, standing
from ..gcn.domain import Nearness


@dataclass(frozen=True, slots=True)
class Said:
    """One number in words."""

    words: str
    meaning: str
    """For a tooltip and for screen readers."""
    warns: bool = False


_AGREEMENT = (
    "Do the other methods order the atoms of this molecule alike? Mean rank correlation of this map with theirs: 1 for "
    "the same order, 0 for nothing in common, −1 for the reverse."
)
_DOMAIN = (
    "Is the molecule like those that the model was trained on? Tanimoto similarity (Morgan, radius 2) to the nearest "
    "of them."
)
_BORDERS = (
    f"Outside: not even {OUTSIDE_RANK:.0%} of the training molecules are as far from their nearest neighbour. "
    f"At the edge: not even {EDGE_RANK:.0%}."
)
_MASKED = "What the probability loses when the network does not see the highlighted atoms: how much they really matter."
_RANDOM = (
    f"The same for as many atoms chosen at random, mean ± standard deviation of {RANDOM_MASKS} choices. A map that is "
    "worth something changes the probability more."
)
_SHARE = "How many of the atoms are highlighted. A map that shows nearly all of them says little."

_LONGEST_NAME = 28
"""Characters of a class's name in the strip; its tooltip has all."""

WAITING = (
    Said("masked —", _MASKED),
    Said("random —", _RANDOM),
    Said("— of atoms", _SHARE),
    Said("agreement —", _AGREEMENT),
    Said("similarity —", _DOMAIN),
)
"""While there are no numbers."""


def said_of_map(trust: Trust, class_name: str, why_no_domain: str) -> tuple[Said, ...]:
    """Of the highlighted atoms.

    :param why_no_domain: for a model that does not say what it knows
    """
    test = trust.masking
    share = Said(
        f"{_percent(test.share)} of atoms", f"{test.n_masked} of {test.n_nodes} atoms are highlighted. {_SHARE}"
    )
    if not test.n_masked:
        none = "No atom is highlighted: lower the threshold."
        found = [Said("masked —", f"{_MASKED} {none}"), Said("random —", f"{_RANDOM} {none}"), share]
    else:
        words = f"“{class_name}” {test.before:.2f} → {test.after:.2f}."
        random = _no_better(test) if test.comparable and not test.better_than_random else _random(test)
        found = [Said(f"masked {_change(test.change)}", f"{_MASKED} {words}"), random, share]
    agreement = "—" if math.isnan(trust.agreement) else _minus(f"{trust.agreement:.2f}")
    found += [Said(f"agreement {agreement}", _AGREEMENT), _said_of_domain(trust.nearness, why_no_domain)]
    if trust.completeness_error is not None:
        found.append(_said_of_completeness(trust.completeness_error))
    return tuple(found)


def said_of_picked(trust: Trust, class_name: str, why_no_domain: str) -> tuple[Said, ...]:
    """Of the atoms that the user picked: attributed against actual change, and what warns of the molecule.

    :param why_no_domain: for a model that does not say what it knows
    """
    test = trust.masking
    domain = _said_of_domain(trust.nearness, why_no_domain)
    name = " ".join(class_name.split())
    name = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
    atoms = "1 atom" if test.n_masked == 1 else f"{test.n_masked} atoms"
    attributed = "—" if math.isnan(trust.attributed) else _percent(trust.attributed)
    return (
        Said(
            f"{atoms} masked: {name} {test.before:.2f} → {test.after:.2f}",
            f"The probability of “{class_name}” with all atoms, and when the network does not see the selected ones: "
            f"a change of {_change(test.change)}.",
        ),
        Said(
            f"attributed {attributed} of the map",
            "What the map gives the selected atoms of all that speaks for the class. Where it gives much and the "
            "probability hardly changes, or the other way round, the map misleads.",
        ),
        _random(test),
        *([domain] if domain.warns else []),
    )


def _random(test: MaskingTest) -> Said:
    if not test.comparable:
        return Said("random —", f"{_RANDOM} Here there are none to compare with: all atoms are masked.")
    return Said(f"random {_random_change(test)}", _RANDOM)


def _no_better(test: MaskingTest) -> Said:
    meaning = (
        f"{_RANDOM} Here the probability falls no further than chance goes, so this map does not show what the "
        "prediction rests on."
    )
    return Said(f"no better than random {_random_change(test)}", meaning, warns=True)


def _random_change(test: MaskingTest) -> str:
    return f"{_change(test.random_mean)} ± {test.random_sd:.2f}"


def _said_of_domain(nearness: Nearness | None, why_not: str) -> Said:
    if nearness is None:
        return Said("similarity —", f"{_DOMAIN} Not known: {why_not}.")
    where = standing(nearness)
    rank = f"{_percent(nearness.rank)} of the training molecules are no nearer to another one."
    if where is Standing.OUTSIDE:
        words = f"similarity {nearness.similarity:.2f}, outside what the model knows"
        meaning = f"{_DOMAIN} {rank} {_BORDERS} Neither prediction nor map can be relied on here."
        return Said(words, meaning, warns=True)
    return Said(f"similarity {nearness.similarity:.2f}, {where}", f"{_DOMAIN} {rank} {_BORDERS}")


def _said_of_completeness(error: float) -> Said:
    words = "—" if math.isnan(error) else f"{100 * error:.1f} %"
    return Said(
        f"incomplete by {words}",
        "Completeness error: the atoms' values should add up to what the class's score, against the others', has over "
        "that of a molecule without features; so much is missing or too much. A few per cent are the arithmetic's.",
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _change(value: float) -> str:
    text = f"{value:+.2f}"
    return "0.00" if text in ("+0.00", "-0.00") else _minus(text)


def _minus(text: str) -> str:
    return text.replace("-", "−")
