"""Files of visual features: whose vectors they hold, what of them is refused, and which object gets which."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gcx_desktop.errors import UsageError
from gcx_desktop.kinds.scenes import object_vectors
from gcx_desktop.kinds.scenes.object_vectors import ObjectVectors, VectorFileError, open_vectors, vectors_of
from gcx_desktop.library.file_fingerprint import take_fingerprint
from gcx_desktop.library.record import CompanionFile, Format, Source

VECTORS = np.array([[1, 0, 0.5], [0, 2, 0], [0, 0, 3], [4, 4, 4]], dtype=np.float32)


def feature_file(path: Path) -> CompanionFile:
    return CompanionFile(path, take_fingerprint(path))


def opened(path: Path, **arrays: Any) -> ObjectVectors:
    np.savez(path, **arrays)
    return open_vectors(feature_file(path))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "features.npz"


def test_an_array_for_each_object_is_found_by_its_id(path: Path) -> None:
    found = opened(path, **{"12": VECTORS[0], "b.jpg/2": VECTORS[1], "a": VECTORS[2]})
    numbers = found.find([("b.jpg/2",), ("12",), ("no",), ("much longer than all ids",)])
    np.testing.assert_array_equal(found.read(numbers), [VECTORS[1], VECTORS[0], [0, 0, 0], [0, 0, 0]])
    assert found.n_dimensions == 3


@pytest.mark.parametrize(
    "ids",
    [
        np.array([30, 7, 12, -4]),
        np.array([30, 7, 12, -4], dtype=">i2"),
        np.array(["30", "7", "12", "-4"]),
        np.array(["30", "7", "12", "-4"], dtype=">U5"),
        np.array([b"30", b"7", b"12", b"-4"]),
    ],
    ids=lambda ids: ids.dtype.str,
)
def test_two_arrays_are_found_by_numbers_or_words(path: Path, ids: np.ndarray) -> None:
    found = opened(path, ids=ids, vectors=VECTORS)
    assert found.find([("12",), ("-4",), ("07",), ("x",), ("7",), ("9" * 30,)]).tolist() == [3, 4, 0, 0, 2, 0]


def test_of_several_ids_the_first_that_has_a_vector_counts(path: Path) -> None:
    found = opened(path, ids=np.arange(4), vectors=VECTORS)
    assert found.find([("9", "3", "1"), ("1", "3"), (), ("9",)]).tolist() == [4, 2, 0, 0]


@pytest.mark.parametrize("dtype", ["<f2", ">f4", "<f8", "|u1", "<i8"])
def test_numbers_of_any_type_become_features(path: Path, dtype: str) -> None:
    found = opened(path, ids=np.arange(4), vectors=VECTORS.astype(dtype))
    read = found.read(np.array([4, 0, 2]))
    assert read.dtype == np.float32
    np.testing.assert_array_equal(read, np.stack([VECTORS[3], np.zeros(3), VECTORS[1]]))


@pytest.mark.parametrize(
    ("arrays", "reason"),
    [
        ({"ids": np.arange(4), "vectors": VECTORS[:3]}, r"'ids' \[4\] and 'vectors' \[3, 3\] do not belong together"),
        ({"ids": np.arange(3), "vectors": np.ones(3)}, r"do not belong together; give \[n\] and \[n, n_dimensions\]"),
        ({"ids": np.array([1.0, 2.0]), "vectors": VECTORS[:2]}, "'ids' are neither whole numbers nor texts"),
        ({"ids": np.array(["", ""]), "vectors": VECTORS[:2]}, "two vectors of the object ''"),
        ({"ids": np.array(["x" * 300, "y"]), "vectors": VECTORS[:2]}, "texts of up to 256 characters"),
        ({"ids": np.array([b"\xff", b"y"]), "vectors": VECTORS[:2]}, "no text in UTF-8"),
        ({"ids": np.array([2**63, 1], dtype=np.uint64), "vectors": VECTORS[:2]}, "9223372036854775808, which is more"),
        ({"ids": np.array([5, 1, 5]), "vectors": VECTORS[:3]}, "two vectors of the object 5; give one of each"),
        ({"ids": np.arange(3), "vectors": VECTORS.T}, "by columns; write numpy.ascontiguousarray"),
        ({"ids": np.arange(2), "vectors": np.array([["a"], ["b"]])}, "of type <U1; give real numbers"),
        ({"ids": np.arange(2), "vectors": np.ones((2, 1), complex)}, "of type complex128; give real numbers"),
        ({"ids": np.arange(0), "vectors": np.ones((0, 3))}, "it holds 0 vectors of 3 numbers; what is read is up to"),
        ({"ids": np.arange(1), "vectors": np.ones((1, 8193))}, "1 vectors of 8,193 numbers; what is read is up to"),
        ({"7": np.ones(3), "8": np.ones(2)}, "vector of '8' has 2 numbers of type float64, and that of '7' 3 of type"),
        (
            {"7": np.ones(3), "8": np.ones(3, np.float32)},
            "'8' has 3 numbers of type float32, and that of '7' 3 of type",
        ),
        ({"vectors": VECTORS}, r"'vectors' \[4, 3\] is no vector of an object; give each object's vector under its id"),
        ({"7": np.array([None])}, "holds objects of Python, which are not unpickled"),
        ({}, "it holds no vectors"),
    ],
)
def test_what_holds_no_vectors_is_refused_with_a_sentence(path: Path, arrays: dict[str, Any], reason: str) -> None:
    with pytest.raises(VectorFileError, match=reason) as raised:
        opened(path, **arrays)
    assert str(raised.value).startswith(f"{path}: ")


@pytest.mark.parametrize("value", [-0.5, np.nan, np.inf, 1e39])
def test_a_vector_with_what_is_no_feature_is_named_when_it_is_read(path: Path, value: float) -> None:
    vectors = VECTORS.astype(np.float64)
    vectors[2, 1] = value
    found = opened(path, ids=np.array([30, 7, 12, 4]), vectors=vectors)
    np.testing.assert_array_equal(found.read(np.array([1, 2, 4])), VECTORS[[0, 1, 3]])
    with pytest.raises(VectorFileError, match="vector 3, of the object 12, holds a number that is negative, infinite"):
        found.read(np.array([1, 3]))


def test_a_compressed_file_is_refused_with_what_to_do(path: Path) -> None:
    np.savez_compressed(path, ids=np.arange(4), vectors=VECTORS)
    with pytest.raises(VectorFileError, match=r"compressed.* write it with numpy\.savez instead"):
        open_vectors(feature_file(path))


def test_a_file_that_is_no_archive_of_arrays_is_refused(path: Path) -> None:
    path.write_bytes(b"not a zip")
    with pytest.raises(VectorFileError, match=r"no \.npz file of NumPy"):
        open_vectors(feature_file(path))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("7.npy", "not an array")
    with pytest.raises(VectorFileError, match="its '7' is no array"):
        open_vectors(feature_file(path))


def write_array(archive: zipfile.ZipFile, name: str, header: bytes, numbers: bytes = b"", version: int = 1) -> None:
    n_bytes = len(header).to_bytes(2 * version, "little")
    archive.writestr(f"{name}.npy", np.lib.format.magic(version, 0) + n_bytes + header + numbers)


def array_header(**values: object) -> bytes:
    return repr({"descr": "<f4", "fortran_order": False, "shape": (3,)} | values).encode()


@pytest.mark.parametrize(
    "header",
    [
        array_header(shape=(-3,)),
        array_header(shape=3),
        array_header(descr="nonsense"),
        array_header(descr=()),
        array_header() + b" " * 300,
        b"-" * 200 + b"1",
        b"{'descr': '",
        b"  {\n 'descr'\n}",
        b"\xff",
        b"",
    ],
    ids=lambda header: header[:60],
)
def test_a_header_that_cannot_be_evaluated_is_refused(path: Path, header: bytes) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        write_array(archive, "7", header, VECTORS[0].tobytes())
    with pytest.raises(VectorFileError, match="its '7' is no array"):
        open_vectors(feature_file(path))


@pytest.mark.parametrize(("version", "is_read"), [(1, True), (2, True), (3, False)])
def test_versions_of_the_format_that_hold_vectors_are_read(path: Path, version: int, is_read: bool) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for i in range(4):
            write_array(archive, str(i), array_header(), VECTORS[i].tobytes(), version)
    if is_read:
        np.testing.assert_array_equal(open_vectors(feature_file(path)).read(np.arange(1, 5)), VECTORS)
    else:
        with pytest.raises(VectorFileError, match="its '0' is no array"):
            open_vectors(feature_file(path))


def test_behind_a_vector_unlike_the_first_no_header_is_evaluated(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        write_array(archive, "a", array_header(), VECTORS[0].tobytes())
        write_array(archive, "b", array_header(descr=">f4"), VECTORS[0].tobytes())
        archive.writestr("c.npy", "not an array")
    with pytest.raises(VectorFileError, match="'b' has 3 numbers of type >f4, and that of 'a' 3 of type float32"):
        open_vectors(feature_file(path))


def test_an_archive_that_promises_more_than_there_is_is_refused_unread(path: Path) -> None:
    header = np.lib.format.header_data_from_array_1_0(np.zeros((1, 1), np.float32)) | {"shape": (10**6, 8000)}
    with zipfile.ZipFile(path, "w") as archive, archive.open("vectors.npy", "w") as file:
        np.lib.format.write_array_header_1_0(file, header)
    with pytest.raises(VectorFileError, match="its array 'vectors' is damaged"):
        open_vectors(feature_file(path))


def test_too_many_arrays_and_too_large_a_directory_are_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.savez(path, **{str(i): VECTORS[0] for i in range(12)})
    monkeypatch.setattr(object_vectors, "MAX_NAMED_VECTORS", 11)
    with pytest.raises(VectorFileError, match="more than 11 arrays; give two, 'ids'"):
        open_vectors(feature_file(path))
    monkeypatch.setattr(object_vectors, "MAX_DIRECTORY_BYTES", 500)
    with pytest.raises(VectorFileError, match="its directory is too large"):
        open_vectors(feature_file(path))


def test_a_file_that_was_changed_is_not_read_on(path: Path) -> None:
    found = opened(path, ids=np.arange(4), vectors=VECTORS)
    np.savez(path, ids=np.arange(5), vectors=np.ones((5, 3), np.float32))
    with pytest.raises(VectorFileError, match="changed since the library was opened"):
        found.read(np.array([1]))
    with pytest.raises(VectorFileError, match="changed since the library was opened"):
        open_vectors(CompanionFile(path, found.file.fingerprint.__class__(1, 2, "")))
    path.unlink()
    with pytest.raises(VectorFileError, match="cannot be read"):
        found.read(np.array([1]))


def test_a_library_without_the_features_that_a_model_needs_is_refused(path: Path) -> None:
    bare = Source(Path("x.json"), Path("x.json"), Format.SCENES)
    with pytest.raises(UsageError, match=r"x\.json: the model needs 2,048 visual features of each object; name their"):
        vectors_of(bare, 2048)
    np.savez(path, ids=np.arange(4), vectors=VECTORS)
    source = Source(Path("x.json"), Path("x.json"), Format.SCENES, companion=feature_file(path))
    with pytest.raises(VectorFileError, match="its vectors have 3 numbers, and the model needs 4"):
        vectors_of(source, 4)
    assert vectors_of(source, 3).find([("2",)]).tolist() == [3]
