"""The scale on which measurements are learned: their unit, and whether their logarithm is taken."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ...errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

MOLAR = {"nM": 1e-9, "uM": 1e-6, "mM": 1e-3, "M": 1.0}
"""Unit of a concentration → mol/l."""
_SPELLINGS = {"nm": "nM", "um": "uM", "µm": "uM", "μm": "uM", "mm": "mM", "m": "M"}


class Transform(StrEnum):
    """What is done to measurements before they are learned."""

    NONE = "none"
    LOG10 = "log10"
    NEGATIVE_LOG10 = "-log10"
    """Of a concentration in nM, µM, mM or M that of mol/l: pIC50, pKi and the like."""


@dataclass(frozen=True, slots=True)
class ValueScale:
    """The unit of a column and what is done to its numbers; the result is the endpoint's value."""

    unit: str = ""
    """Of the column's numbers; "" if it is not known."""
    transform: Transform = Transform.NONE

    def of(self, measured: ArrayLike) -> NDArray[np.float64]:
        """Values of the endpoint, of the same shape; NaN of what has no logarithm.

        :param measured: the column's numbers
        """
        import numpy as np

        numbers = np.asarray(measured, dtype=np.float64)
        if self.transform is Transform.NONE:
            return numbers
        sign = -1.0 if self.transform is Transform.NEGATIVE_LOG10 else 1.0
        factor = MOLAR.get(self.unit, 1.0) if self.transform is Transform.NEGATIVE_LOG10 else 1.0
        with np.errstate(divide="ignore", invalid="ignore"):
            values: NDArray[np.float64] = sign * np.log10(np.where(numbers > 0, numbers * factor, np.nan))
        return values

    @property
    def value_unit(self) -> str:
        """The unit of the endpoint's values, such as "log units", "-log10 M" or "mg/l"; "" if it is not known."""
        if self.transform is Transform.NONE:
            return self.unit
        unit = "M" if self.transform is Transform.NEGATIVE_LOG10 and self.unit in MOLAR else self.unit
        return f"{self.transform} {unit}".strip()

    @property
    def in_words(self) -> str:
        """Such as "-log10 of nM in mol/l" or "mg/l as they are"."""
        if self.transform is Transform.NONE:
            return f"{self.unit or 'numbers'} as they are"
        molar = " in mol/l" if self.transform is Transform.NEGATIVE_LOG10 and self.unit in MOLAR else ""
        return f"{self.transform} of {self.unit or 'the numbers'}{molar}"


def value_scale(unit: str, transform: Transform) -> ValueScale:
    """The scale with the unit's usual spelling.

    :raises UsageError: if −log10 is to be taken of a concentration whose unit is not known
    """
    unit = _SPELLINGS.get(unit.strip().lower(), unit.strip()) if transform is not Transform.NONE else unit.strip()
    if transform is Transform.NEGATIVE_LOG10 and not unit:
        known = ", ".join(MOLAR)
        raise UsageError(
            f"--transform {transform} needs the unit of the numbers; give it with --unit ({known} or another)"
        )
    return ValueScale(unit, transform)


NO_SCALE = ValueScale()
"""Numbers of a unit that is not known, as they are."""
