"""The report as a PDF, typeset by Typst from a template that users can replace.

All text is given to the template as data, never as markup. Pictures and data are in a temporary folder; the template
can read nothing else.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..errors import FileError
from ..leftovers import check_room, scratch_folder
from ..library.writing.output import check_output, whole_file
from ..paths import resource
from ..progress import CancelToken, Progress, Report, silent
from .content import ReportContent, ReportHeader, ReportSubstructure
from .data import header_data, legend_data, molecule_data, picture_svg, plain, rejected_data
from .substructure_data import substructure_data
from .typesetting import TypesettingError, typeset

TEMPLATE = "report.typ"
"""Name under ``resources/`` of the template that comes with the program."""
FEWEST_FOR_CHART = 20
"""With fewer records, a chart of their probabilities would show single records."""
_PACKAGE = re.compile(r"[\"']@[\w-]+/[\w-]+")


def write_pdf(
    path: Path,
    content: ReportContent,
    *,
    template: Path | None = None,
    report: Report = silent,
    cancel: CancelToken | None = None,
    forbid: Path | None = None,
) -> None:
    """Writes the report, whole or not at all.

    :param template: the user's own template; by default ``resources/report.typ``
    :param forbid: the library file, which must not be overwritten
    :raises OutputError: if the file cannot be written
    :raises FileError: if the template cannot be read or does not work
    :raises Cancelled: if it was stopped; an older file is then untouched
    """
    check_output(path, forbid=forbid)
    template = template or resource(TEMPLATE)
    template_text = _template_text(template)
    with scratch_folder("report") as folder:
        (folder / "main.typ").write_text(template_text, encoding="utf-8")
        data = _data(folder, content, cancel)
        (folder / "report.json").write_text(json.dumps(data, ensure_ascii=False, allow_nan=False), encoding="utf-8")
        count = len(data["molecules"])
        report(Progress("Typesetting", 0, count))
        try:
            typeset(folder / "main.typ", folder / "report.pdf", resource("fonts"), cancel)
        except TypesettingError as error:
            check_room(folder)
            raise FileError(template, f"the template does not work: {error}") from error
        if cancel:
            cancel.raise_if_cancelled()
        with whole_file(path, forbid=forbid, text=False) as target, (folder / "report.pdf").open("rb") as made:
            shutil.copyfileobj(made, target)
        report(Progress("Typesetting", count, count))


def _template_text(template: Path) -> str:
    try:
        if not template.is_file() and template.exists():  # reading a pipe would block
            raise FileError(template, "the template is not a file")
        text = template.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise FileError(template, "there is no such template") from error
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(template, "the template cannot be read; it must be a Typst file in UTF-8") from error
    if _PACKAGE.search(text):
        raise FileError(template, "the template imports a package from the network; it must stand alone")
    return text


def _data(folder: Path, content: ReportContent, cancel: CancelToken | None) -> dict[str, Any]:
    """The data for the template; the pictures are written into ``folder``."""
    header = content.header
    (folder / "pictures").mkdir()
    cards: list[dict[str, Any]] = []
    probabilities: dict[int, tuple[tuple[str, float], ...]] = {}
    values: dict[int, float] = {}
    for number, molecule in enumerate(content.molecules, start=1):
        if cancel:
            cancel.raise_if_cancelled()
        svg = picture_svg(molecule, header)
        picture = f"pictures/{number}.svg" if svg is not None else None
        if svg is not None and picture is not None:
            (folder / picture).write_text(svg, encoding="utf-8")
        cards.append(molecule_data(molecule, header, picture))
        probabilities[molecule.record] = molecule.probabilities
        if molecule.value is not None:
            values[molecule.record] = molecule.value.number
    return {
        "header": header_data(header),
        "legend": legend_data(header),
        "chart": (
            _value_chart(folder, list(values.values()), header)
            if header.value_name
            else _chart(folder, list(probabilities.values()), header.words.records)
        ),
        "substructures": [
            _substructure(folder, number, each, header.words.records)
            for number, each in enumerate(content.substructures, start=1)
        ],
        "molecules": cards,
        "rejected": rejected_data(content.rejected),
    }


def _substructure(folder: Path, number: int, substructure: ReportSubstructure, records: str) -> dict[str, Any]:
    if substructure.depiction is None:
        return substructure_data(substructure, None, records)
    picture = f"pictures/substructure-{number}.svg"
    (folder / picture).write_text(substructure.depiction.svg, encoding="utf-8")
    return substructure_data(substructure, picture, records)


def _value_chart(folder: Path, values: Sequence[float], header: ReportHeader) -> str | None:
    """A chart of the distribution of predicted values."""
    if len(values) < FEWEST_FOR_CHART:
        return None
    from ..depict.charts import value_chart

    unit = f", {header.value_unit}" if header.value_unit else ""
    axis = f"predicted {plain(header.value_name, wrap=False)}{plain(unit, wrap=False)}"
    svg = value_chart(values, axis, records=header.words.records, size=(6.6, 1.5))
    (folder / "chart.svg").write_text(svg, encoding="utf-8")
    return "chart.svg"


def _chart(folder: Path, probabilities: Sequence[tuple[tuple[str, float], ...]], records: str) -> str | None:
    """A chart of the distribution of probabilities, if there are two classes."""
    if len(probabilities) < FEWEST_FOR_CHART or any(len(row) != 2 for row in probabilities):
        return None
    from ..depict.charts import probability_chart  # matplotlib takes half a second to import

    class_name = probabilities[0][1][0]
    svg = probability_chart([row[1][1] for row in probabilities], class_name, records=records, size=(6.6, 1.5))
    (folder / "chart.svg").write_text(svg, encoding="utf-8")
    return "chart.svg"
