"""A model is sent as one file, and taken among the user's own whole or not at all."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from gcx_desktop import paths
from gcx_desktop.app.models.change_model import describe_model
from gcx_desktop.app.models.transfer_model import export_model, import_model
from gcx_desktop.errors import BundleError, Cancelled, OutputError, UsageError
from gcx_desktop.gcn.bundles.bundle import content_hash, load_bundle
from gcx_desktop.kinds.registry import feature_sets
from gcx_desktop.progress import CancelToken
from tests.model_fixtures import save_small_model


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the user's own models, which is not made yet."""
    monkeypatch.setattr(paths, "bundled_models", lambda: tmp_path / "none")
    monkeypatch.setattr(paths, "user_models", lambda: tmp_path / "data" / "own")
    return tmp_path / "data" / "own"


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """A file with the model "small", which is not here."""
    path = tmp_path / "from Anna.gcxm"
    export_model(save_small_model(tmp_path / "small"), path)
    return path


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_model_that_was_sent_is_the_same_model(own: Path, sent: Path, tmp_path: Path) -> None:
    came = import_model(sent)
    assert (came.name, came.folder, came.was_here) == ("small", own / "small", False)
    assert files_in(came.folder) == files_in(tmp_path / "small")
    assert came.folder.stat().st_mode & 0o755 == 0o755


def test_a_model_can_be_sent_without_the_molecules_that_it_was_trained_on(own: Path, tmp_path: Path) -> None:
    export_model(save_small_model(tmp_path / "small"), tmp_path / "brief.gcxm", structures=False)
    assert b"methylamine" not in (tmp_path / "brief.gcxm").read_bytes()
    assert {path.name for path in import_model(tmp_path / "brief.gcxm").folder.iterdir()} == {
        *("card.json", "weights.safetensors")
    }


def test_a_model_that_is_here_already_is_left_alone(own: Path, sent: Path) -> None:
    first = import_model(sent)
    describe_model(first.folder, "mine now")
    second = import_model(sent)
    assert (second.folder, second.was_here) == (first.folder, True)
    assert [path.name for path in own.iterdir()] == ["small"]
    assert load_bundle(first.folder, feature_sets()).card.description == "mine now"


def test_another_model_of_the_same_name_needs_a_name(own: Path, sent: Path) -> None:
    save_small_model_in(own, seed=1)
    with pytest.raises(UsageError, match=r"another model has that name; choose a name with --name"):
        import_model(sent)
    assert [path.name for path in own.iterdir()] == ["small"]
    named, free = import_model(sent, "Anna's"), import_model(sent, rename=True)
    assert (named.name, named.sent_as, free.was_here, free.name) == ("Anna's", "small", True, "Anna's")
    bundle = load_bundle(named.folder, feature_sets())
    assert (bundle.card.name, bundle.card.lasting_name) == ("Anna's", "small")


def test_in_the_window_it_gets_a_name_that_is_free(own: Path, sent: Path, tmp_path: Path) -> None:
    save_small_model_in(own, seed=1)
    came = import_model(sent, rename=True)
    assert came.name == "small-2"
    first = load_bundle(tmp_path / "small", feature_sets())
    assert content_hash(load_bundle(came.folder, feature_sets())) == content_hash(first)


def test_a_name_that_no_folder_can_have_is_told_from_one_that_is_asked_for(own: Path, tmp_path: Path) -> None:
    folder = save_small_model(tmp_path / "small")
    card = (folder / "card.json").read_text().replace('"name": "small"', '"name": "../../small"')
    (folder / "card.json").write_text(card)
    export_model(folder, tmp_path / "out.gcxm")
    with pytest.raises(UsageError, match="it has a /"):
        import_model(tmp_path / "out.gcxm")
    assert import_model(tmp_path / "out.gcxm", rename=True).folder == own / "-..-small"


def test_a_file_whose_weights_do_not_fit_is_refused_by_its_name_and_leaves_nothing(own: Path, sent: Path) -> None:
    with zipfile.ZipFile(sent) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(sent, "w") as archive:
        for name, data in content.items():
            archive.writestr(
                name, data.replace(b'"widths": [\n    4', b'"widths": [\n    5') if "card" in name else data
            )
    with pytest.raises(
        BundleError, match=r"Anna\.gcxm: its weights\.safetensors: 'hidden\.0\.weight' has another shape"
    ):
        import_model(sent)
    assert not own.exists() or not list(own.iterdir())


def test_a_file_must_be_called_as_a_model_and_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = save_small_model(tmp_path / "small")
    with pytest.raises(UsageError, match=r"ends in \.gcxm"):
        export_model(folder, tmp_path / "small.zip")
    with pytest.raises(OutputError, match="does not exist"):
        export_model(folder, tmp_path / "no" / "small.gcxm")
    (folder / "weights.safetensors").write_bytes(b"spoilt")
    with pytest.raises(BundleError, match="the header is too large"):
        export_model(folder, tmp_path / "small.gcxm")
    assert not list(tmp_path.glob("*.gcxm"))


def test_what_is_stopped_leaves_nothing(own: Path, sent: Path, tmp_path: Path) -> None:
    stopped = CancelToken()
    stopped.cancel()
    with pytest.raises(Cancelled):
        import_model(sent, cancel=stopped)
    with pytest.raises(Cancelled):
        export_model(tmp_path / "small", tmp_path / "other.gcxm", cancel=stopped)
    assert not own.exists()
    assert {path.name for path in tmp_path.iterdir()} == {"small", "from Anna.gcxm"}


def save_small_model_in(root: Path, seed: int) -> None:
    root.mkdir(parents=True)
    save_small_model(root / "small", seed)
