"""Adds an applicability domain to a model that was trained without one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ...errors import BundleError, LibraryError, UsageError
from ...gcn.bundles.bundle import save_bundle
from ...gcn.bundles.training_records import load_training_records
from ...gcn.forest import load_forest
from ...gcn.reliability.domain import DOMAIN_FILE, Domain, load_out_of_fold, make_domain
from ...kinds.registry import kind_of_model
from ...library.labels.value_scale import Transform, ValueScale
from ...work import Work
from ..explaining.model_preparation import trained_preparation
from ..explaining.models import load_bundle_at
from .learned_task import LearnedTask
from .training_table import TrainingTableRequest, file_sha256, read_training_table


def add_domain(folder: Path, table: Path, work: Work) -> Domain:
    """Writes the fingerprints of a model's training molecules into its folder.

    :param table: the table that it was trained on, equal byte for byte
    :raises LibraryError: if the table cannot be read
    :raises UsageError: if it is another table, the card does not name the training table, or the kind of graph has no
        fingerprints
    :raises BundleError: if the folder is not a model, or its other files, which are kept, are damaged or do not fit
    :raises OutputError: if it cannot be written
    """
    bundle = load_bundle_at(folder)
    card, n_classes = bundle.card, len(bundle.card.class_names)
    if card.shares_layers:
        raise UsageError(f"{folder}: it is one endpoint of several, which have their domain from gcx train")
    forest = load_forest(folder, n_classes, of_value=card.of_value)
    kind = kind_of_model(bundle.card)
    if not kind.words.similarity:
        raise UsageError(f"{folder}: it is for {kind.name}, and how alike two {kind.words.records} are has no measure")
    data = bundle.card.training_data
    if data is None:
        raise UsageError(f"{folder}: its card does not say what it was trained on")
    try:
        sha256 = file_sha256(table)
    except OSError as error:
        raise LibraryError(table, f"it cannot be read ({error.strerror or error})") from error
    if sha256 != data.sha256:
        raise UsageError(f"{table}: it is not the table that {folder} was trained on ({data.source}): its bytes differ")
    class_of = {value: name for value, (name, _) in data.label_values.items()}
    request = TrainingTableRequest(
        table,
        data.label,
        class_of=class_of,
        class_names=() if card.of_value else card.class_names,
        task=LearnedTask.VALUE if card.of_value else LearnedTask.CLASSES,
        cut=card.cut,
        scale=ValueScale(card.scale.get("unit", ""), Transform(card.scale.get("transform", Transform.NONE))),
        preparation=trained_preparation(bundle.card),
    )
    read = read_training_table(request, work)
    domain = make_domain(read.fingerprints)
    known = load_out_of_fold(folder, n_classes, of_value=card.of_value)
    if known is not None and len(known) != len(domain.nearest):
        raise BundleError(
            folder / DOMAIN_FILE, "its predictions are of other records", expected=len(domain.nearest), got=len(known)
        )
    records = load_training_records(folder, kind.text_column, len(domain.nearest))
    save_bundle(replace(bundle, path=folder), domain, out_of_fold=known, training_records=records, forest=forest)
    return domain
