"""What the application leaves out, and what it says of what it carries."""

from __future__ import annotations

import configparser
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from distribution import cuts, licences, systems
from distribution.cuts import Entry
from gcx_desktop import paths

ROOT = Path(__file__).parents[2]
LINUX = ROOT / "distribution" / "linux"


def entry(place: str, kind: str = "BINARY") -> Entry:
    return place, f"/site/{place}", kind


def test_files_are_left_out_by_their_place_in_the_application() -> None:
    left_out = entry("PySide6/Qt/translations/qtbase_de.qm"), entry("PySide6/Qt/plugins/platforms/libqvnc.so")
    stays = entry("PySide6/Qt/plugins/platforms/libqxcb.so"), entry("resources/report.typ", "DATA")
    assert cuts.kept([*left_out, *stays]) == list(stays)


@pytest.mark.skipif(sys.platform != "linux", reason="the rule is Linux's")
def test_a_library_stays_only_while_something_is_linked_to_it() -> None:
    links = {
        "/site/_ssl.cpython-311.so": ["libssl.so.3"],
        "/site/libssl.so.3": ["libcrypto.so.3"],
        "/site/libgtk-3.so.0": ["libpango.so.0"],
    }
    stays = [entry("_ssl.cpython-311.so", "EXTENSION"), entry("libssl.so.3"), entry("libcrypto.so.3")]
    alone = [entry("libgtk-3.so.0"), entry("libpango.so.0")]
    found = cuts.reachable([*stays, *alone], lambda path: [(name, None) for name in links.get(path, ())])
    assert found == stays


@pytest.mark.skipif(sys.platform != "linux", reason="the rule is Linux's")
def test_of_libraries_with_one_name_in_two_folders_both_stay() -> None:
    entries = [entry("a.so", "EXTENSION"), entry("rdkit.libs/libXau.so.6"), entry("pillow.libs/libXau.so.6")]
    assert cuts.reachable(entries, lambda path: [("libXau.so.6", None)] if path.endswith("/a.so") else []) == entries


@pytest.mark.skipif(sys.platform != "linux", reason="the rule is Linux's")
def test_modules_whose_name_begins_like_a_librarys_and_what_python_loads_itself_stay() -> None:
    entries = [entry("pyarrow/lib.cpython-311.so", "EXTENSION"), entry("libpython3.11.so.1.0")]
    assert cuts.reachable(entries, lambda _: []) == entries


def test_a_package_is_carried_if_one_of_its_files_is_also_as_bytecode() -> None:
    names = {each.name for each in licences.python_packages(["platformdirs/unix.pyc"])}
    assert "platformdirs" in names
    assert "pytest" not in names


def test_a_package_says_its_licence_in_a_line_and_brings_its_texts(tmp_path: Path) -> None:
    carried = licences.python_packages(["platformdirs/unix.py", "numpy/__init__.py"])
    assert all(each.licence and "\n" not in each.licence for each in carried)
    folder = licences.write_licences(carried, tmp_path / "licences")
    listed = (folder / "list.txt").read_text(encoding="utf-8")
    assert re.search(r"^numpy [\d.]+\S* · .*BSD", listed, re.MULTILINE)
    assert any((folder / "numpy").iterdir())
    assert (folder / "common" / "LGPL-3.0.txt").is_file()


def test_the_fonts_licences_are_carried() -> None:
    texts = licences.fonts(paths.resource("fonts")).texts
    assert {text.name for text in texts} == {"OFL.txt", "Apache-2.0.txt"}


def test_menu_entry_metadata_and_types_agree_on_name_and_types() -> None:
    desktop = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    desktop.optionxform = str  # type: ignore[assignment,method-assign]
    desktop.read(LINUX / "gcx-desktop.desktop", encoding="utf-8")
    types = set(filter(None, desktop["Desktop Entry"]["MimeType"].split(";")))
    about = ET.parse(LINUX / f"{systems.IDENTIFIER}.metainfo.xml").getroot()
    assert about.findtext("id") == systems.IDENTIFIER
    assert about.findtext("launchable") == "gcx-desktop.desktop"
    assert {each.text for each in about.iter("mediatype")} == types
    spaces = "{http://www.freedesktop.org/standards/shared-mime-info}"
    known = ET.parse(LINUX / "gcx-desktop.mime.xml").getroot()
    assert {each.get("type") for each in known.iter(f"{spaces}mime-type")} == types
    assert {each.get("pattern") for each in known.iter(f"{spaces}glob")} >= {"*.gcx", "*.gcxm", "*.sdf"}


def test_the_bundle_declares_the_types_that_it_names() -> None:
    plist = systems.INFO_PLIST
    declared = [*plist["UTExportedTypeDeclarations"], *plist["UTImportedTypeDeclarations"]]
    named = [name for kind in plist["CFBundleDocumentTypes"] for name in kind["LSItemContentTypes"]]
    assert named == [each["UTTypeIdentifier"] for each in declared]
