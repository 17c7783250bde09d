"""What each system wants to know of an application: version, files that it opens, entries in menus.

Linux is what this was run on. Windows and macOS follow the documentation of PyInstaller, Microsoft and Apple, untried.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

IDENTIFIER = "io.github.gcx_desktop.gcx_desktop"
PROJECT_TYPE, MODEL_TYPE, SDF_TYPE = f"{IDENTIFIER}.project", f"{IDENTIFIER}.model", f"{IDENTIFIER}.sdf"

INFO_PLIST: dict[str, Any] = {
    "NSHighResolutionCapable": True,
    "NSPrincipalClass": "NSApplication",
    "LSApplicationCategoryType": "public.app-category.education",
    "CFBundleDocumentTypes": [
        {
            "CFBundleTypeName": "gcx-desktop project",
            "CFBundleTypeRole": "Editor",
            "LSHandlerRank": "Owner",
            "LSItemContentTypes": [PROJECT_TYPE],
        },
        {
            "CFBundleTypeName": "gcx-desktop model",
            "CFBundleTypeRole": "Viewer",
            "LSHandlerRank": "Owner",
            "LSItemContentTypes": [MODEL_TYPE],
        },
        {
            "CFBundleTypeName": "Molecules (SDF)",
            "CFBundleTypeRole": "Viewer",
            "LSHandlerRank": "Alternate",
            "LSItemContentTypes": [SDF_TYPE],
        },
    ],
    "UTExportedTypeDeclarations": [
        {
            "UTTypeIdentifier": PROJECT_TYPE,
            "UTTypeDescription": "gcx-desktop project",
            "UTTypeConformsTo": ["public.data"],
            "UTTypeTagSpecification": {"public.filename-extension": ["gcx"]},
        },
        {
            "UTTypeIdentifier": MODEL_TYPE,
            "UTTypeDescription": "gcx-desktop model",
            "UTTypeConformsTo": ["public.data"],
            "UTTypeTagSpecification": {"public.filename-extension": ["gcxm"]},
        },
    ],
    "UTImportedTypeDeclarations": [
        {
            "UTTypeIdentifier": SDF_TYPE,
            "UTTypeDescription": "Molecules (SDF)",
            "UTTypeConformsTo": ["public.plain-text"],
            "UTTypeTagSpecification": {"public.filename-extension": ["sdf", "sd"]},
        }
    ],
}
"""Keys of the bundle's Info.plist: https://developer.apple.com/documentation/bundleresources/information-property-list"""


def refuse_gpu_build() -> None:
    """:raises SystemExit: if torch is a build with GPU libraries, which are several GB and which nothing here uses"""
    version = find_spec("torch")
    if version is None:
        raise SystemExit("torch is not installed: run python -m pip install '.[build]'")
    from torch.version import cuda

    if cuda:
        raise SystemExit(
            f"this torch carries CUDA {cuda}; install its CPU build: python -m pip install torch "
            "--index-url https://download.pytorch.org/whl/cpu"
        )


def files_beside(work: Path) -> list[Path]:
    """Files that stand at the top of the application, for the system that it is built on."""
    folder = Path(__file__).parent / {"linux": "linux", "win32": "windows"}.get(sys.platform, "")
    return sorted(file for file in folder.iterdir() if file.is_file() and folder != Path(__file__).parent)


def version_resource(name: str, version: str) -> Any:
    """Windows: what Explorer shows under Details; ``None`` elsewhere."""
    if sys.platform != "win32":
        return None
    from PyInstaller.utils.win32 import versioninfo as info

    numbers = (*map(int, version.split(".")), 0, 0, 0, 0)[:4]
    words = {
        "FileDescription": "gcx-desktop: why a graph convolutional network predicts what it does",
        "FileVersion": version,
        "InternalName": name,
        "LegalCopyright": "BSD-3-Clause",
        "OriginalFilename": f"{name}.exe",
        "ProductName": "gcx-desktop",
        "ProductVersion": version,
    }
    texts = [info.StringStruct(key, value) for key, value in words.items()]
    return info.VSVersionInfo(
        ffi=info.FixedFileInfo(filevers=numbers, prodvers=numbers),
        kids=[
            info.StringFileInfo([info.StringTable("040904B0", texts)]),
            info.VarFileInfo([info.VarStruct("Translation", [0x0409, 1200])]),
        ],
    )
