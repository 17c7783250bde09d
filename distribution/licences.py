"""The licences of everything that the application carries, generated from what was collected."""

from __future__ import annotations

import platform
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path, PurePath

ALWAYS = ("gcx-desktop", "pyinstaller")
"""Installed from source, and what starts the executables."""
LICENCE_NAME = re.compile(r"(licen[cs]e|copying|copyright|notice|authors)", re.IGNORECASE)
MAX_TEXT = 2 << 20
_TEXTS = Path(__file__).with_name("texts")
_STANDARD = Path(sysconfig.get_path("stdlib"))


@dataclass(frozen=True, slots=True)
class Carried:
    """One package of which files are in the application."""

    name: str
    version: str
    licence: str
    """In its author's words; "see the text" where they are only in a file."""
    home: str
    texts: tuple[Path, ...]


def python_packages(places: Iterable[str]) -> list[Carried]:
    """The distributions that the collected files belong to, by name.

    :param places: the files' paths in the application
    """
    modules = {_module(each) for each in places}
    found = (each for each in distributions() if each.metadata["Name"] in ALWAYS or _owns(each, modules))
    return sorted((_carried(each) for each in found), key=lambda each: each.name.lower())


def system_packages(sources: Iterable[str]) -> list[Carried]:
    """The Debian packages from which shared libraries were taken, by name; none on other systems."""
    wanted = sorted({source for source in sources if source.startswith(("/lib", "/usr/lib"))})
    packages: dict[str, str] = {}
    for source in wanted:
        for path in dict.fromkeys((source, str(Path(source).resolve()), source.removeprefix("/usr"))):
            name = _output("dpkg-query", "-S", path).split(":")[0]
            if name:
                packages[name] = _output("dpkg-query", "-W", "-f=${Version}", name)
                break
    return [
        Carried(name, version, "see the text", "", _existing(Path(f"/usr/share/doc/{name}/copyright")))
        for name, version in sorted(packages.items())
    ]


def interpreter() -> Carried:
    """Python itself."""
    texts = next(filter(None, (_existing(folder / "LICENSE.txt") for folder in (Path(sys.base_prefix), _STANDARD))), ())
    return Carried("Python", platform.python_version(), "PSF-2.0", "https://www.python.org", texts)


def fonts(folder: Path) -> Carried:
    """The report's fonts."""
    return Carried("Fonts of the report", "", "OFL-1.1, Apache-2.0", "", tuple(sorted(folder.glob("*.txt"))))


def common_texts() -> Iterator[Path]:
    """Texts that the packages' own notes name but do not repeat: Qt's, and those of Debian's packages."""
    yield from sorted(_TEXTS.glob("*.txt"))
    folder = Path("/usr/share/common-licenses")
    if folder.is_dir():
        yield from sorted(file for file in folder.iterdir() if file.is_file() and not file.is_symlink())


def write_licences(carried: Iterable[Carried], folder: Path) -> Path:
    """Writes ``list.txt``, each package's texts and those common to several into ``folder``, and returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        "What this application carries, and under which licence. Each folder here has the texts that came with that",
        "package; common/ has those that they refer to.",
        "",
    ]
    for each in carried:
        lines.append(" · ".join(filter(None, (f"{each.name} {each.version}".strip(), each.licence, each.home))))
        for number, text in enumerate(each.texts):
            content = text.read_bytes()[:MAX_TEXT]
            target = folder / each.name / (text.name if number == 0 else f"{number}-{text.name}")
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(content)
    (folder / "common").mkdir(exist_ok=True)
    for text in common_texts():
        (folder / "common" / text.name).write_bytes(text.read_bytes())
    (folder / "list.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def _module(path: str) -> str:
    """A path without what differs between a source and what was made of it."""
    return PurePath(path).with_suffix("").as_posix()


def _owns(distribution: Distribution, modules: set[str]) -> bool:
    return any(_module(str(each)) in modules for each in distribution.files or () if ".dist-info" not in str(each))


def _carried(distribution: Distribution) -> Carried:
    about = distribution.metadata
    texts = tuple(
        Path(str(distribution.locate_file(each)))
        for each in distribution.files or ()
        if ".dist-info" in PurePath(each).parts[0] and LICENCE_NAME.search(PurePath(each).name)
    )
    home = about.get("Home-page") or next(iter(_urls(about.get_all("Project-URL") or ())), "")
    files = tuple(each for each in texts if each.is_file())
    return Carried(about["Name"], distribution.version, _stated(distribution), home, files)


def _stated(distribution: Distribution) -> str:
    about = distribution.metadata
    classifiers = [each.split(" :: ")[-1] for each in about.get_all("Classifier") or () if each.startswith("License")]
    written = (about.get("License") or "").strip()  # some put the whole text there
    return (
        about.get("License-Expression")
        or (written if len(written) in range(1, 60) else "")
        or ", ".join(classifiers)
        or "see the text"
    )


def _urls(stated: Iterable[str]) -> Iterator[str]:
    for each in stated:
        name, _, url = each.partition(", ")
        if name.lower().replace("-", "") in ("homepage", "home", "repository", "source"):
            yield url


def _existing(path: Path) -> tuple[Path, ...]:
    return (path,) if path.is_file() else ()


def _output(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""
