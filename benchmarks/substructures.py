"""``python -m benchmarks substructures``: counting and comparing patterns, and the paper's examples."""

from __future__ import annotations

import importlib.util
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from rdkit import Chem, RDLogger

from gcx_desktop.app.evaluation.labelled_records import class_labels
from gcx_desktop.app.explaining.explain_library import explain_library
from gcx_desktop.app.explaining.model_preparation import trained_preparation
from gcx_desktop.app.explaining.models import choose_device, load_bundle_at
from gcx_desktop.app.explaining.read_records import read_library
from gcx_desktop.app.explaining.request import ExplanationRequest
from gcx_desktop.app.mining.cut_records import CutSettings, MoleculeFragments, cut_record, match_patterns
from gcx_desktop.app.mining.mine_recurring import mine
from gcx_desktop.app.mining.substructure_search import MiningRequest, MiningResult
from gcx_desktop.explain.method import method
from gcx_desktop.gcn.bundles.catalogue import find_bundle
from gcx_desktop.kinds.molecules.reader import ReadMolecule
from gcx_desktop.library.library import Library, open_library
from gcx_desktop.pool import WorkerPool
from gcx_desktop.substructure.fragments import labelled_graph
from gcx_desktop.substructure.frequency import frequent_patterns
from gcx_desktop.substructure.labelled_graph import LabelledGraph
from gcx_desktop.substructure.patterns import as_molecule
from gcx_desktop.substructure.scheme import Scheme
from gcx_desktop.work import Work

N_PATTERNS = 500
N_SAMPLE = 2_000
"""Records that patterns come from, and that the naive loop is run over."""
AT_ONCE = 256
EXAMPLES = (
    ("barbiturate alkenyl", "C=C-C-C1-C(=O)-N-C(=O)-N-C-1=O", 0.55, 1.00),
    ("trichloromethyl", "Cl-C(-Cl)-Cl", 0.50, 1.00),
    ("nitrile", "C#N", 0.34, 0.69),
    ("aryl-CF3", "c-C(-F)(-F)-F", 0.22, 0.94),
)
"""Of BBBP, with the authors' R_e and R_p (Pope et al., CVPR 2019); the SMARTS are our reading of their names."""
METHODS = ("cam", "grad-cam-avg", "eb", "c-eb")


def print_substructures(data: Path) -> None:
    """Prints three tables."""
    RDLogger.DisableLog("rdApp.*")
    with WorkerPool() as pool:
        with open_library(data / "hiv.csv") as library:
            _print_counting(library, pool)
        with open_library(data / "bbbp.csv") as library:
            _print_frequent(library)
            _print_examples(library, pool)


def _print_counting(library: Library, pool: WorkerPool) -> None:
    smarts = _patterns(library, pool)
    task = partial(match_patterns, library.source, smarts, CutSettings(Scheme.SALIENT, 0.01))
    chunks = [
        [(library.span(i), None, False) for i in range(start, min(start + AT_ONCE, len(library)))]
        for start in range(0, len(library), AT_ONCE)
    ]
    began = time.perf_counter()
    held = [each for results in pool.map(task, chunks) for each in results]
    ours = time.perf_counter() - began
    queries = [Chem.MolFromSmarts(each) for each in smarts]
    began = time.perf_counter()
    for position in range(N_SAMPLE):
        mol = Chem.MolFromSmiles(getattr(library.text(position), "smiles", None) or "")
        if mol is not None:
            for query in queries:
                mol.HasSubstructMatch(query)
    naive = (time.perf_counter() - began) * len(library) / N_SAMPLE
    print(f"| counting {len(smarts)} patterns in {len(library):,} records of hiv.csv | seconds |\n| --- | ---: |")
    print(f"| ours, {pool.n_workers} workers, records read | {ours:.1f} |")
    print(f"| a loop of HasSubstructMatch, from {N_SAMPLE:,} records | {naive:.1f} |")
    print(f"\n{len(held):,} records answered.\n")


def _patterns(library: Library, pool: WorkerPool) -> tuple[str, ...]:
    """The commonest pieces of the first records."""
    known = {
        read.position: np.zeros(read.molecule.n_record_atoms, dtype=np.float32)
        for read in read_library(library, pool, positions=range(N_SAMPLE))
        if isinstance(read, ReadMolecule)
    }
    items = [(library.span(position), values) for position, values in known.items()]
    counts: Counter[str] = Counter()
    for scheme in (Scheme.BRICS, Scheme.RINGS, Scheme.GROUPS):
        for results in pool.map(partial(cut_record, library.source, CutSettings(scheme, 0.01)), [items]):
            for pieces in results:
                if isinstance(pieces, MoleculeFragments):
                    counts.update({fragment.smarts for fragment in pieces.fragments})
    return tuple(text for text, _ in counts.most_common(N_PATTERNS))


def _print_frequent(library: Library) -> None:
    graphs = [labelled_graph(mol, range(mol.GetNumAtoms()))[0] for mol in _molecules(library).values()]
    values = [np.zeros(len(graph.labels)) for graph in graphs]
    began = time.process_time()
    found = frequent_patterns(graphs, values, min_support=round(0.05 * len(graphs)), max_atoms=8)
    seconds = time.process_time() - began
    print(f"| subgraphs of up to 8 atoms in 5 % of {library.path.name}, whole molecules | patterns | CPU seconds |")
    print(f"| --- | ---: | ---: |\n| ours: closed, all bonds between their atoms | {len(found):,} | {seconds:.1f} |")
    if importlib.util.find_spec("gspan_mining") is None:
        print("\ngspan-mining is not installed, so there is nothing to compare with.\n")
        return
    n_theirs, theirs = _gspan_mining(graphs, round(0.05 * len(graphs)))
    print(f"| gspan-mining: all, any of the bonds | {n_theirs:,} | {theirs:.1f} |\n\nRatio {theirs / seconds:.1f}.\n")


def _gspan_mining(graphs: Sequence[LabelledGraph], min_support: int) -> tuple[int, float]:
    """How many patterns of two to eight atoms the package finds in the same graphs, and in which time."""
    from gspan_mining.gspan import gSpan

    class Counting(gSpan):
        """Without its report, which takes time and needs a pandas before 2."""

        def _report_size1(self, graph: object, support: int) -> None:
            pass

        def _report(self, projected: object) -> None:
            self.n_found = getattr(self, "n_found", 0) + 1

    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        for number, graph in enumerate(graphs):
            file.write(f"t # {number}\n")
            file.writelines(f"v {at} {label}\n" for at, label in enumerate(graph.labels))
            file.writelines(f"e {a} {b} {kind}\n" for a, b, kind in graph.bonds)
        file.write("t # -1\n")
        file.flush()
        mining = Counting(file.name, min_support=min_support, min_num_vertices=2, max_num_vertices=8)
        began = time.process_time()
        mining.run()
        seconds = time.process_time() - began
    return mining.n_found, seconds


def _print_examples(library: Library, pool: WorkerPool) -> None:
    bundle = load_bundle_at(find_bundle("bbbp"), choose_device("cpu"))
    labels = class_labels(library, "p_np", bundle.card.class_names)
    mols = _molecules(library)
    print("| example | molecules | method | whole rings, groups | R_e | within a part | R_p | their R_e | their R_p |")
    print("| --- | ---: | --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for id_ in METHODS:
        for complete in (False, True):
            request = MiningRequest(complete=complete, classes=("permeable",), min_records=0, max_patterns=5_000)
            explanation = ExplanationRequest(
                library, bundle, [method(id_)], preparation=trained_preparation(bundle.card)
            )
            mined = mine(request, explanation, explain_library, Work(pool), labels)
            for name, smarts, theirs, their_share in EXAMPLES:
                query = Chem.MolFromSmarts(smarts)
                holding = {position for position, mol in mols.items() if mol.HasSubstructMatch(query)}
                exact, within = (len(each & holding) / len(holding) for each in _shown_in(mined, query))
                share = np.mean([labels.labels[position] == 1 for position in holding])
                figures = f"{exact:.2f} | {within:.2f} | {share:.2f} | {theirs:.2f} | {their_share:.2f}"
                print(f"| {name} | {len(holding)} | {id_} | {'yes' if complete else 'no'} | {figures} |")


def _molecules(library: Library) -> dict[int, Chem.Mol]:
    """By position, those that can be read."""
    texts = {position: getattr(library.text(position), "smiles", None) for position in range(len(library))}
    mols = {position: Chem.MolFromSmiles(text) for position, text in texts.items() if text}
    return {position: mol for position, mol in mols.items() if mol is not None}


def _shown_in(mined: MiningResult, query: Chem.Mol) -> tuple[set[int], set[int]]:
    """Records whose explanation shows the pattern and no more, and those where a part that it shows contains it."""
    exact: set[int] = set()
    within: set[int] = set()
    for finding in mined.findings:
        if as_molecule(finding.pattern.graph).HasSubstructMatch(query):
            within.update(finding.shown_in.tolist())
            if finding.pattern.n_nodes == query.GetNumAtoms():
                exact.update(finding.shown_in.tolist())
    return exact, within
