"""Sends a model as one file, and takes one that was sent among the user's own models. Imports torch to read one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ... import paths
from ...errors import BundleError, OutputError, UsageError
from ...gcn.bundles.model_file import MODEL_SUFFIX, unpack_model_file, write_model_file
from ...gcn.bundles.model_folder import written_folder
from ...gcn.bundles.several import endpoint_folders, has_endpoints
from ...gcn.bundles.training_records import TRAINING_FILE
from ...gcn.cards.card import CARD_FILE, Card
from ...leftovers import scratch_folder
from ...library.writing.output import check_output, whole_file
from ...progress import CancelToken
from ..explaining.model_knowledge import load_model_knowledge
from ..explaining.models import load_bundle_at, load_endpoints_at
from .change_model import check_model_name, free_model_name, name_card
from .listed_models import listed_models, model_files

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
    """Writes a model into one file, whole or not at all; one of several endpoints as a model of its own.

    :param folder: of the model, or of one of its endpoints
    :param path: ends in ``.gcxm``
    :param structures: whether the training records go with it, by structure and title
    :return: the number of bytes
    :raises UsageError: if the file has another suffix
    :raises BundleError: if it is no model
    :raises OutputError: if the file cannot be written
    :raises Cancelled: if ``cancel`` is set before it is written
    """
    check_model_output(path)
    (first, *_) = _loaded(folder)
    without = () if structures else (TRAINING_FILE,)
    with ExitStack() as stack:
        if first.card.shares_layers and not has_endpoints(folder):
            folder = stack.enter_context(scratch_folder("model")) / folder.name
            save_alone(first, folder)
        with whole_file(path, text=False) as file:
            write_model_file(folder, file, without=without, cancel=cancel)
    return path.stat().st_size


def save_alone(bundle: Bundle, folder: Path) -> None:
    """Writes one of several endpoints as a model of its own, with the layers and fingerprints that it shares.

    :raises BundleError: if what is known of its training records is damaged
    :raises OutputError: if it cannot be written
    """
    from ...gcn.bundles.bundle import save_bundle

    known = load_model_knowledge(bundle.path, bundle.card)
    if known.problems:
        raise BundleError(bundle.path, known.problems[0])
    name = f"{bundle.card.name}-{bundle.path.name}"
    card = replace(bundle.card, name=name, trained_as="", shares_layers=False)
    save_bundle(
        replace(bundle, card=card, path=folder),
        known.domain,
        out_of_fold=known.out_of_fold,
        training_records=known.records,
        forest=bundle.forest,
    )


def _loaded(folder: Path) -> tuple[Bundle, ...]:
    """The bundle in a folder, or those of all endpoints.

    :raises BundleError: if one is invalid
    """
    if has_endpoints(folder):
        return load_endpoints_at(list(endpoint_folders(folder).values()))
    return (load_bundle_at(folder),)


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
            bundles = _loaded(folder)
        sent_as = bundles[0].card.name
        if not name and (known := _known(folder, bundles)) is not None:
            return ImportedModel(known.name, known, sent_as, was_here=True)
        wanted = name or sent_as
        chosen = free_model_name(wanted) if rename else wanted
        try:
            check_model_name(chosen)
        except UsageError as error:
            raise UsageError(f"{path}: {error}; choose a name with --name") from error
        target = _own_models() / chosen
        with written_folder(target) as fresh:
            for file in model_files(folder):
                (fresh / file.relative_to(folder)).parent.mkdir(exist_ok=True)
                shutil.copyfile(file, fresh / file.relative_to(folder))
            if chosen != sent_as:
                name_card(fresh, chosen)
    return ImportedModel(chosen, target, sent_as, was_here=False)


@contextmanager
def _naming(path: Path, folder: Path) -> Iterator[None]:
    """Names the file that came in errors about what was unpacked."""
    try:
        yield
    except BundleError as error:
        raise BundleError(path, f"its {error.path.relative_to(folder)}: {error.reason}") from error


def _known(came: Path, bundles: Sequence[Bundle]) -> Path | None:
    """The folder of a model that holds the same, if there is one.

    :param came: the folder with what was sent
    :param bundles: what was loaded from it
    """
    from ...gcn.bundles.bundle import content_hash

    files = {each for each in _sizes(came) if not each[0].endswith(CARD_FILE)}
    cards = [bundle.card.as_trained for bundle in bundles]
    hashes = [content_hash(bundle) for bundle in bundles]
    for model in listed_models():
        held = [each.card for each in model.endpoints] or [model.card]
        if [card.as_trained for card in held if isinstance(card, Card)] != cards:
            continue
        with suppress(BundleError):  # a damaged one is another
            if _sizes(model.folder) >= files and [content_hash(each) for each in _loaded(model.folder)] == hashes:
                return model.folder
    return None


def _sizes(folder: Path) -> set[tuple[str, int]]:
    """Name and size of each file of a model."""
    return {(file.relative_to(folder).as_posix(), file.stat().st_size) for file in model_files(folder)}


def _own_models() -> Path:
    """The folder of the user's own models, which is made if need be."""
    root = paths.user_models()
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(root, f"the folder of your models cannot be made ({error.strerror or error})") from error
    return root
