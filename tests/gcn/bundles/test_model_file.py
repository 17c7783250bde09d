"""A model as one file: what was written comes back, and nothing but the files of a model is unpacked."""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from gcx_desktop.errors import BundleError
from gcx_desktop.gcn.bundles.catalogue import find_bundle
from gcx_desktop.gcn.bundles.model_file import BUNDLE_FILES, unpack_model_file, unpacked_model, write_model_file

CONTENT = {"card.json": b'{"name": "tiny"}', "weights.safetensors": bytes(range(256)) * 40}


def zipped(content: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED, **entry: int) -> bytes:
    """:param entry: attributes of each file's entry"""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in content.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            for attribute, value in entry.items():
                setattr(info, attribute, value)
            archive.writestr(info, data)
    return file.getvalue()


def patched(data: bytes, at: int, new: bytes, mark: bytes = b"PK\1\2") -> bytes:
    """A zip of which bytes of a header are replaced: of the first one with that mark."""
    begin = data.index(mark) + at
    return data[:begin] + new + data[begin + len(new) :]


def unpacked(data: bytes, folder: Path) -> dict[str, bytes]:
    path = folder / "sent.gcxm"
    path.write_bytes(data)
    out = folder / "out"
    out.mkdir()
    unpack_model_file(path, out)
    return {each.name: each.read_bytes() for each in out.iterdir()}


def test_the_files_of_a_model_come_back_and_others_are_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    content = {name: name.encode() * 100 for name in BUNDLE_FILES}
    for name, data in {**content, "notes.txt": b"mine"}.items():
        (folder / name).write_bytes(data)
    whole, brief, again = io.BytesIO(), io.BytesIO(), io.BytesIO()
    write_model_file(folder, whole)
    write_model_file(folder, brief, without=("training.parquet",))
    for name in content:
        os.utime(folder / name, (1, 10**9))
    write_model_file(folder, again)
    assert unpacked(whole.getvalue(), tmp_path) == content
    with zipfile.ZipFile(brief) as archive:
        assert set(archive.namelist()) == content.keys() - {"training.parquet"}
    assert again.getvalue() == whole.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_that_another_program_wrote_is_taken(method: int, tmp_path: Path) -> None:
    assert unpacked(zipped(CONTENT, method), tmp_path) == CONTENT


def test_a_model_without_weights_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "card.json").write_bytes(b"{}")
    with pytest.raises(BundleError, match=r"weights\.safetensors: not a file"):
        write_model_file(tmp_path, io.BytesIO())


def with_extra(name: str) -> bytes:
    return zipped({**CONTENT, name: b"x"})


def with_link() -> bytes:
    return zipped(CONTENT, create_system=3, external_attr=(stat.S_IFLNK | 0o777) << 16)


def twice() -> bytes:
    other = zipped({"card.json": b"1", "carx.json": b"2", "weights.safetensors": b"3"}, zipfile.ZIP_STORED)
    return other.replace(b"carx.json", b"card.json")


def bomb() -> bytes:
    return zipped({**CONTENT, "forest.safetensors": bytes(1 << 25)})


def hidden_directory() -> bytes:
    """A zip that names a second directory, as those of more than 4 GB do."""
    data = zipped(CONTENT)
    locator = b"PK\6\7" + struct.pack("<LQL", 0, 0, 1)
    end = struct.unpack("<4s4H2LH", data[-22:])
    return data[:-22] + locator + struct.pack("<4s4H2LH", *end[:5], end[5] + len(locator), *end[6:])


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "no zip": (lambda: b"\x89PNG" + bytes(100), "not a model file"),
    "nothing": (lambda: b"", "not a model file"),
    "an empty zip": (lambda: zipped({}), r"it has no card\.json"),
    "no weights": (lambda: zipped({"card.json": b"{}"}), r"it has no weights\.safetensors"),
    "code": (lambda: with_extra("model.pkl"), r"a file that is none of a model: .* got 'model\.pkl'"),
    "a way out": (lambda: with_extra("../../card.json"), "a file that is none of a model"),
    "an absolute path": (lambda: with_extra("/etc/passwd"), "a file that is none of a model"),
    "a folder": (lambda: with_extra("domain.safetensors/"), "a file that is none of a model"),
    "a folder around it": (
        lambda: zipped({f"m/{name}": data for name, data in CONTENT.items()}),
        "a file that is none of a model",
    ),
    "a name that ends early": (
        lambda: with_extra("domain.safetensors#x").replace(b"safetensors#x", b"safetensors\0x"),
        "a file that is none of a model",
    ),
    "many files": (lambda: zipped({**CONTENT, **{str(i): b"" for i in range(1100)}}), "more than the files of a model"),
    "a file twice": (twice, r"card\.json more than once"),
    "a link": (with_link, r"card\.json is a link"),
    "a password": (lambda: patched(zipped(CONTENT), 8, b"\1\0"), r"card\.json is encrypted"),
    "another packing": (
        lambda: zipped(CONTENT, zipfile.ZIP_LZMA),
        r"packed in an unknown way: expected stored or deflated, got 14",
    ),
    "a large card": (lambda: zipped({**CONTENT, "card.json": os.urandom(1 << 21)}), r"card\.json is too large"),
    "a bomb": (bomb, r"forest\.safetensors unpacks to more than 200 times"),
    "a size that is not true": (
        lambda: patched(zipped(CONTENT, zipfile.ZIP_STORED), 24, struct.pack("<L", 5)),
        r"the model file is damaged|card\.json is damaged",
    ),
    "more than it says": (
        lambda: patched(zipped({**CONTENT, "card.json": bytes(1 << 12)}), 24, struct.pack("<L", 5)),
        "the model file is damaged",
    ),
    "another name inside": (
        lambda: patched(zipped(CONTENT), 30, b"cart.json", b"PK\3\4"),
        "the model file is damaged",
    ),
    "something before it": (lambda: b"#!/bin/sh\n" + zipped(CONTENT), "something was added to it"),
    "something behind it": (lambda: zipped(CONTENT) + b"more", "not a model file"),
    "a comment": (lambda: zipped(CONTENT)[:-2] + b"\4\0more", "not a model file"),
    "a second directory": (hidden_directory, "more than the files of a model"),
    "cut off": (lambda: zipped(CONTENT)[:-40], "not a model file"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_model_is_refused_before_anything_of_it_is_kept(name: str, tmp_path: Path) -> None:
    make, sentence = HOSTILE[name]
    with pytest.raises(BundleError, match=sentence) as caught:
        unpacked(make(), tmp_path)
    assert caught.value.path == tmp_path / "sent.gcxm"
    assert "\n" not in str(caught.value)


def test_a_file_with_any_byte_changed_is_refused_or_gives_the_same(tmp_path: Path) -> None:
    content = {"card.json": b'{"name": "tiny"}', "weights.safetensors": zlib.compress(b"weights" * 9)}
    whole = zipped(content)
    for at in range(len(whole)):
        spoilt = bytearray(whole)
        spoilt[at] ^= 0x15
        folder = tmp_path / str(at)
        folder.mkdir()
        try:
            got = unpacked(bytes(spoilt), folder)
        except BundleError:
            continue
        assert got == content


def test_a_model_is_used_from_its_file_and_unpacked_once(tmp_path: Path) -> None:
    path = tmp_path / "sent.gcxm"
    path.write_bytes(zipped(CONTENT))
    folder = find_bundle(str(path))
    assert (folder / "card.json").read_bytes() == CONTENT["card.json"]
    assert folder.name == "sent.gcxm"
    assert folder.parent.stat().st_mode & 0o077 == 0 or os.name == "nt"
    assert unpacked_model(path) == folder
    path.write_bytes(zipped({**CONTENT, "card.json": b"{}"}))
    assert (find_bundle(str(path)) / "card.json").read_bytes() == b"{}"


def test_a_file_that_is_not_there_or_is_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"no\.gcxm: cannot be read \(No such file"):
        unpack_model_file(tmp_path / "no.gcxm", tmp_path)
    with pytest.raises(BundleError, match="not a file, but a folder"):
        unpack_model_file(tmp_path, tmp_path)


LISTED = b'{"format_version": 1, "endpoints": [{"name": "A", "folder": "a"}, {"name": "B", "folder": "b"}]}'
SEVERAL = {
    "endpoints.json": LISTED,
    "weights.safetensors": b"shared",
    **{f"{folder}/{name}": data for folder in "ab" for name, data in CONTENT.items()},
}


def test_a_model_of_several_endpoints_comes_back_with_its_folders(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    for name, data in {**SEVERAL, "a/forest.safetensors": b"f", "a/notes.txt": b"n", "c/card.json": b"c"}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    written = io.BytesIO()
    write_model_file(folder, written)
    path, out = tmp_path / "sent.gcxm", tmp_path / "out"
    path.write_bytes(written.getvalue())
    out.mkdir()
    unpack_model_file(path, out)
    found = {each.relative_to(out).as_posix(): each.read_bytes() for each in out.rglob("*") if each.is_file()}
    assert found == {**SEVERAL, "a/forest.safetensors": b"f"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"a/b/card.json": b""}, "a file that is none of a model"),
        ({"../card.json": b""}, "a file that is none of a model"),
        ({"/card.json": b""}, "a file that is none of a model"),
        ({"a/notes.txt": b""}, "a file that is none of a model"),
        ({"weights.safetensors/card.json": b""}, "a file that is none of a model"),
        ({"forest.safetensors": b""}, "a file that is none of a model"),
        ({"a/": b""}, "a file that is none of a model"),
        ({"A/card.json": b"", "A/weights.safetensors": b""}, "it holds A/card.json more than once"),
        ({"c/card.json": b""}, "it has no c/weights.safetensors"),
        ({f"f{n}/{name}": bytes(1 << 20) for n in range(90) for name in CONTENT}, "more than 200 times its size"),
    ],
)
def test_nothing_but_endpoints_one_level_deep_is_taken(more: dict[str, bytes], said: str, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=said):
        unpacked(zipped({**SEVERAL, **more}), tmp_path)
    assert not any((tmp_path / "out").iterdir())


def test_folders_without_a_list_of_endpoints_are_none_of_a_model(tmp_path: Path) -> None:
    content = {name: data for name, data in SEVERAL.items() if name != "endpoints.json"}
    with pytest.raises(BundleError, match="a file that is none of a model"):
        unpacked(zipped(content), tmp_path)
