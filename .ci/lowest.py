"""Prints the lowest versions that pyproject.toml declares, as pip takes them: "name==version", a line each.

``python .ci/lowest.py [EXTRA]…`` adds those of optional dependencies.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

_DECLARED = re.compile(r"([\w.-]+)(?:==|>=)([\w.]+)")


def lowest(requirement: str) -> str:
    """Of a requirement that has a lower bound.

    :raises ValueError: if it has none
    """
    found = _DECLARED.match(requirement)
    if found is None:
        raise ValueError(f"{requirement!r} in pyproject.toml has no lowest version")
    return f"{found[1]}=={found[2]}"


def main() -> None:
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [name for extra in sys.argv[1:] for name in project["optional-dependencies"][extra]]
    print(*map(lowest, project["dependencies"] + extras), sep="\n")


if __name__ == "__main__":
    main()
