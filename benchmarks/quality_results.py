"""Results of ``python -m benchmarks quality`` in a JSON file, by which a long run goes on where it was stopped."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from gcx_desktop.errors import FileError
from gcx_desktop.library.writing.output import whole_file

from .predictors import Scores


@dataclass(frozen=True, slots=True)
class ResultKey:
    """What a result is of."""

    table: str
    sha256: str
    """Of the table's bytes."""
    split: str
    seed: int
    method: str
    version: str
    """Of the method, as :class:`.Predictor` has it."""


class Results:
    """Scores by their key, in memory and, if there is one, in a file."""

    def __init__(self, path: Path | None = None) -> None:
        """:raises FileError: if there is such a file that holds something else"""
        self._path = path
        self._scores: dict[ResultKey, Scores] = {}
        self._read()

    def get(self, key: ResultKey) -> Scores | None:
        """The scores; ``None`` if they are not known."""
        return self._scores.get(key)

    def add(self, found: dict[ResultKey, Scores]) -> None:
        """Keeps them; what another run has added to the file in the meantime stays.

        :raises FileError: if the file holds something else
        :raises OutputError: if it cannot be written
        """
        self._read()
        self._scores |= found
        if self._path is not None:
            lines = (json.dumps(asdict(key) | {"scores": scores}) for key, scores in self._scores.items())
            with whole_file(self._path) as file:
                file.write("[\n" + ",\n".join(lines) + "\n]\n")

    def _read(self) -> None:
        if self._path is None or not self._path.exists():
            return
        try:
            for entry in json.loads(self._path.read_text(encoding="utf-8")):
                scores = {str(name): float(value) for name, value in entry.pop("scores").items()}
                self._scores[ResultKey(**entry)] = scores
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise FileError(self._path, f"not a file of results ({error}); name another with --out") from error
