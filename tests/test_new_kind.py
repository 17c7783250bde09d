"""A kind of graph that is registered is read, predicted, explained, trained on and evaluated by itself."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pypdf import PdfReader

from gcx_desktop.app.explaining import models
from gcx_desktop.app.explaining.read_records import read_library
from gcx_desktop.app.projects import project_source
from gcx_desktop.cli.main import main
from gcx_desktop.depict.colour import Paper
from gcx_desktop.depict.drawing import Depiction
from gcx_desktop.graph.graph import Decode, Graph
from gcx_desktop.kinds import registry
from gcx_desktop.kinds.kind import (
    Drawing,
    Featurizer,
    Fragmenter,
    Kind,
    Labels,
    LearningTask,
    MatchedDepiction,
    Parameters,
    Reader,
    Reading,
    RecordToShow,
    ShowableRecord,
    TrainingGraph,
    Words,
)
from gcx_desktop.library.library import Library
from gcx_desktop.library.molecules.preparation import Preparation
from gcx_desktop.library.record import Format, Rejected, Source, Span
from gcx_desktop.library.source import read_raw
from gcx_desktop.pool import WorkerPool
from gcx_desktop.substructure.pieces import Piece

ALPHABET = "abc"


@dataclass(frozen=True, slots=True)
class ReadWord:
    """A word is a chain of letters."""

    position: int
    title: str
    graph: Graph
    text: str
    n_places: int
    text_order: None = None
    node_index: None = None
    structure: str = ""
    preparation: str = ""
    record_warning: None = None


def chain(word: str) -> Graph:
    codes = np.array([ALPHABET.index(letter) for letter in word], dtype=np.int32)
    steps = np.arange(len(word) - 1, dtype=np.int32)
    return Graph(codes, np.stack([steps, steps + 1], axis=1))


def read_word(source: Source, span: Span) -> ReadWord | Rejected:
    word = read_raw(source, span).text.split()[0]
    if set(word) - set(ALPHABET):
        return Rejected(span.position, span.line, word, "a letter is unknown")
    return ReadWord(span.position, word, chain(word), "-".join(word), len(word))


def read_labelled(source: Source, span: Span) -> TrainingGraph | Rejected:
    read = read_word(source, span)
    return read if isinstance(read, Rejected) else TrainingGraph(read.graph, read.title, read.title, b"")


def letters(source: Source, span: Span) -> str:
    return read_raw(source, span).text.split()[0]


def reading(source: Source, _: Parameters, structures: bool, preparation: Preparation) -> Reading:
    return Reading(partial(read_word, source))


def draw_word(source: Source, paper: Paper, span: Span) -> Depiction | Rejected:
    word = read_raw(source, span).text.split()[0]
    places = np.stack([10.0 + 20.0 * np.arange(len(word)), np.full(len(word), 10.0)], axis=1)
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 20" width="80" height="20"></svg>'
    return Depiction(svg, 80.0, 20.0, places, np.zeros((0, 2), dtype=np.int64), 8.0, paper)


def drawing(source: Source, paper: Paper) -> Callable[[Span], Depiction | Rejected]:
    return partial(draw_word, source, paper)


def show_word(source: Source, paper: Paper | None, span: Span) -> ShowableRecord:
    read = read_word(source, span)
    if isinstance(read, Rejected):
        return read
    depiction = None if paper is None else draw_word(source, paper, span)
    return RecordToShow(read, tuple(read.title), depiction if isinstance(depiction, Depiction) else None)


def show(
    source: Source, _: Parameters, paper: Paper | None, preparation: Preparation
) -> Callable[[Span], ShowableRecord]:
    return partial(show_word, source, paper)


def letters_at(source: Source, key: str, span: Span) -> frozenset[int]:
    word = letters(source, span)
    return frozenset(i for i, letter in enumerate(word) if letter in key.splitlines())


def match(source: Source, key: str) -> Callable[[Span], frozenset[int]]:
    return partial(letters_at, source, key)


def draw_word_with(source: Source, paper: Paper, key: str, span: Span) -> MatchedDepiction | Rejected:
    drawn = draw_word(source, paper, span)
    return drawn if isinstance(drawn, Rejected) else MatchedDepiction(drawn, letters_at(source, key, span))


def draw_match(source: Source, paper: Paper, key: str, _: bool) -> Callable[[Span], MatchedDepiction | Rejected]:
    return partial(draw_word_with, source, paper, key)


def draw_letters(paper: Paper, piece: Piece) -> Depiction:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20" width="20" height="20"></svg>'
    return Depiction(svg, 20.0, 20.0, np.zeros((0, 2)), np.zeros((0, 2), dtype=np.int64), 8.0, paper)


def draw_pattern(paper: Paper) -> Callable[[Any], Depiction]:
    return partial(draw_letters, paper)


def has_a_c(library: Library, label: str, n_records: int, tasks: Path | None) -> list[str]:
    return ["yes" if "c" in library.raw(position).text else "no" for position in range(n_records)]


def labelled(source: Source, _: Parameters, preparation: Preparation) -> Callable[[Span], TrainingGraph | Rejected]:
    return partial(read_labelled, source)


def observe(source: Source, _: LearningTask) -> Callable[[Span], str]:
    return partial(letters, source)


def parameters(observed: Iterable[Any], learning: LearningTask) -> Parameters:
    return {"letters": sorted(set("".join(observed)) & set(ALPHABET))}


def decode(_: Parameters, source: Source) -> Decode:
    def rows(codes: NDArray[np.integer]) -> NDArray[np.float32]:
        return np.eye(3, dtype=np.float32)[codes]

    return rows


WORDS = Kind(
    name="words",
    words=Words("word", "words", "letter", "letters", "Word", "letters", "no value"),
    formats=frozenset((Format.SMILES,)),
    feature_set="letters-1",
    capabilities=frozenset(),
    text_column="letters",
    default_split="random",
    default_folds=1,
    reader=Reader(
        reading=reading,
        training=labelled,
    ),
    featurizer=Featurizer(
        n_features=lambda known: len(known["letters"]),
        n_codes=lambda _, source: len(ALPHABET),
        decode=decode,
        limits=lambda _: ("Capitals are not read.",),
        parameters=parameters,
        observe=observe,
    ),
    drawing=Drawing(
        depict=drawing,
        show=show,
    ),
    fragmenter=Fragmenter(
        pieces=lambda read: {letter: [(i,)] for i, letter in enumerate(read.title)},
        match=match,
        depict_match=draw_match,
        depict_pattern=draw_pattern,
    ),
    labels=Labels(
        called="label",
        words=has_a_c,
        rationale=lambda label, tasks: lambda read: np.array([letter == label for letter in read.title]),
    ),
)


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """As its line in ``kinds`` would."""
    others = registry.kinds()
    monkeypatch.setattr(registry, "kinds", lambda: (WORDS, *others))
    monkeypatch.setattr(models, "FEATURE_SETS", registry.feature_sets())


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Words of a, b and c; half of them hold a c."""
    words = [a + b + c for a in ("a", "bb", "ab", "ba", "aab") for b in "bcac" for c in ("a", "b", "ab", "bb")]
    path = tmp_path / "words.smi"
    path.write_text("\n".join([*dict.fromkeys(words), "CCX"]) + "\n")
    return path


@pytest.fixture
def model(library: Path) -> Path:
    out = library.with_name("model")
    words = ["train", str(library), "--label", "c", "-o", str(out), "--widths", "8", "--epochs", "20", "--seeds", "1"]
    assert main([*words, "--batch-size", "4", "--learning-rate", "0.05", "--workers", "1"]) == 0
    return out


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_new_kind_of_graph_is_trained_on_explained_and_evaluated(
    library: Path, model: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = library.with_name("out.csv")
    common = [str(library), "--model", str(model), "--workers", "1", "-o", str(out)]
    assert main(["explain", *common]) == 0
    first = rows(out)[0]
    assert first["letters"] == "a-b-a"
    assert len(first["saliency"].split()) == 3
    assert "1 rejected" in capfd.readouterr().err
    assert main(["evaluate", *common, "--label", "c", "--method", "cam"]) == 0
    assert " words with a label" in capfd.readouterr().err
    (row,) = rows(out)
    assert float(row["accuracy"]) > 0.9
    assert int(row["n_attributed"]) == sum("c" in word for word in library.read_text().split())
    assert 0.5 < float(row["attribution_auroc"]) <= 1


def test_what_recurs_in_its_explanations_is_counted(library: Path, model: Path) -> None:
    out, page = library.with_name("found.csv"), library.with_name("found.html")
    words = ["substructures", str(library), "--model", str(model), "--workers", "1", "--label", "c", "-o"]
    assert main([*words, str(page), "--class", "yes"]) == 0
    assert "words explained" in page.read_text()
    assert main([*words, str(out), "--class", "yes", "--method", "occlusion"]) == 0
    (c,) = (row for row in rows(out) if row["substructure"] == "c")
    assert (c["class"], c["n_negative"], c["r_class"], c["n_letters"]) == ("yes", "0", "1.0", "1")
    assert float(c["q_value"]) < 1e-3


def test_a_report_is_made_of_it(library: Path, model: Path) -> None:
    out = library.with_name("report.pdf")
    words = ["report", str(library), "--model", str(model), "--workers", "1", "--substructures", "1", "-o", str(out)]
    assert main(words) == 0
    told = " ".join(" ".join(page.extract_text() for page in PdfReader(out).pages).split())
    assert "aba" in told
    assert "words of the library" in told
    assert "predicts for each word, and which letters count for it" in told
    assert "networks trained the same way on 80 % of the words." in told
    assert not re.search(r"molecul|\batom", told)


def test_a_project_keeps_its_results_and_nothing_is_read_again(
    library: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []

    def counting(library: Library, pool: WorkerPool, *, positions: Sequence[int], **rest: Any) -> Any:
        read.append(len(positions))
        return read_library(library, pool, positions=positions, **rest)

    monkeypatch.setattr(project_source, "read_library", counting)
    out, project = library.with_name("out.csv"), library.with_name("words.gcx")
    words = ["explain", str(library), "--model", str(model), "--workers", "1", "-o", str(out)]
    written = []
    for _ in range(2):
        assert main([*words, "--project", str(project)]) == 0
        written.append(out.read_bytes())
    assert written[0] == written[1]
    assert read == [len(library.read_text().split()), 0]


@pytest.mark.parametrize(
    ("command", "out", "more"),
    [
        ("explain", "out.sdf", []),
    ],
)
def test_what_it_has_not_is_refused_with_a_sentence(
    command: str, out: str, more: list[str], library: Path, model: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = library.with_name(out)
    assert main([command, str(library), "--model", str(model), "-o", str(path), *more]) == 2
    assert "of words cannot be made; it can of molecules" in capfd.readouterr().err
    assert not path.exists()


def test_a_model_of_another_kind_is_refused(library: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", str(library), "-o", str(library.with_name("out.csv"))]) == 2
    assert "holds words, and the model 'bbbp' is for molecules" in capfd.readouterr().err
