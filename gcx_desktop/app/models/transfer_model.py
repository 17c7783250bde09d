"""Sends a model as one file, and takes one that was sent among the user's own models. Imports torch to read one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ... import paths
from ...errors import BundleError, OutputError, UsageError
from ...gcn.bundles.model_file import MODEL_SUFFIX, unpack_model_file, write_model_file
from ...gcn.bundles.model_folder import written_folder
from ...gcn.bundles.training_records import TRAINING_FILE
from ...gcn.cards.card import CARD_FILE, Card
from ...leftovers import scratch_folder
from ...library.writing.output import check_output, whole_file
from ...progress import CancelToken
from ..explaining.models import list_models, load_bundle_at
from .change_model import check_model_name, free_model_name, name_card
from .listed_models import model_files

if TYPE_CHECKING:
    from ...gcn.bundles.bundle import Bundle


@dataclass(frozen=True, slots=True)
class ImportedModel:
    """A model that came as one file."""

    name: str
    folder: Path
    sent_as: str
    """The name in its card."""
    was_here: bool
    """Whether it was among the models already, and nothing was written."""


def export_model(folder: Path, path: Path, *, structures: bool = True, cancel: CancelToken | None = None) -> int:
    """Writes a model into one file, whole or not at all.

    :param path: ends in ``.gcxm``
    :param structures: whether the training records go with it, by structure and title
    :return: the number of bytes
    :raises UsageError: if the file has another suffix
    :raises BundleError: if it is no model
    :raises OutputError: if the file cannot be written
    :raises Cancelled: if ``cancel`` is set before it is written
    """
    check_model_output(path)
    load_bundle_at(folder)
    with whole_file(path, text=False) as file:
        write_model_file(folder, file, without=() if structures else (TRAINING_FILE,), cancel=cancel)
    return path.stat().st_size


def check_model_output(path: Path) -> None:
    """Checks, before any work is done, whether a model can be written there.

    :raises UsageError: if the file has another suffix
    :raises OutputError: if it cannot be written
    """
    if path.suffix.lower() != MODEL_SUFFIX:
        raise UsageError(f"{path}: a model is written into a file that ends in {MODEL_SUFFIX}")
    check_output(path)


def import_model(
    path: Path, name: str = "", *, rename: bool = False, cancel: CancelToken | None = None
) -> ImportedModel:
    """Takes a model that came as one file among the user's own, whole or not at all. One that is among the models
    already is left alone.

    :param name: by which it is to be known; "": the one in its card
    :param rename: whether it gets a name that is free if another model has that one
    :raises BundleError: if the file is no model, naming what does not fit
    :raises UsageError: if another model has its name
    :raises OutputError: if it cannot be written
    :raises Cancelled: if ``cancel`` is set before it is unpacked
    """
    if name:
        check_model_name(name)
    with scratch_folder("model") as folder:
        unpack_model_file(path, folder, cancel)
        with _naming(path, folder):
            bundle = load_bundle_at(folder)
        if not name and (known := _known(bundle)) is not None:
            return ImportedModel(known.name, known, bundle.card.name, was_here=True)
        wanted = name or bundle.card.name
        chosen = free_model_name(wanted) if rename else wanted
        try:
            check_model_name(chosen)
        except UsageError as error:
            raise UsageError(f"{path}: {error}; choose a name with --name") from error
        target = _own_models() / chosen
        with written_folder(target) as fresh:
            for file in model_files(folder):
                shutil.copyfile(file, fresh / file.name)
            if chosen != bundle.card.name:
                name_card(fresh, chosen)
    return ImportedModel(chosen, target, bundle.card.name, was_here=False)


@contextmanager
def _naming(path: Path, folder: Path) -> Iterator[None]:
    """Names the file that came in errors about what was unpacked."""
    try:
        yield
    except BundleError as error:
        raise BundleError(path, f"its {error.path.relative_to(folder)}: {error.reason}") from error


def _known(bundle: Bundle) -> Path | None:
    """The folder of a model that holds the same, if there is one."""
    from ...gcn.bundles.bundle import content_hash

    files = [(file.name, file.stat().st_size) for file in model_files(bundle.path) if file.name != CARD_FILE]
    for _, folder, card in list_models():
        if not isinstance(card, Card) or card.as_trained != bundle.card.as_trained:
            continue
        here = {(file.name, file.stat().st_size) for file in model_files(folder)}
        with suppress(BundleError):  # a damaged one is another
            if here.issuperset(files) and content_hash(load_bundle_at(folder)) == content_hash(bundle):
                return folder
    return None


def _own_models() -> Path:
    """The folder of the user's own models, which is made if need be."""
    root = paths.user_models()
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(root, f"the folder of your models cannot be made ({error.strerror or error})") from error
    return root
