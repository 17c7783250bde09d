"""torch without headers, tests and tools: what ``import torch`` loads, its libraries, and what those start."""

from pathlib import Path

from PyInstaller import isolated
from PyInstaller.utils.hooks import collect_data_files, collect_dynamic_libs, get_package_paths


@isolated.decorate
def modules():
    """The modules with a file that are there after ``import torch``."""
    import sys

    import torch  # noqa: F401

    return [
        name
        for name, module in sys.modules.items()
        if name.startswith("torch") and getattr(module, "__spec__", None) and getattr(module, "__file__", None)
    ]


root, folder = map(Path, get_package_paths("torch"))
# Modules of settings and overloads read their own source, for comments and signatures.
READERS = ("install_config_module(", "@_overload", "_jit_internal._overload", "_overload as overload")
readers = (path for path in folder.rglob("*.py") if any(word in path.read_text("utf-8") for word in READERS))
names = (".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__") for path in readers)
module_collection_mode = dict.fromkeys(names, "pyz+py") | {"torch": "pyz"}
hiddenimports = modules()
OF_TESTS = ("test", "aoti_custom_ops", "backend_with_compiler")
binaries = [
    (source, place)
    for source, place in collect_dynamic_libs("torch", search_patterns=["*.dll", "*.dylib", "lib*.so", "lib*.so.*"])
    if not any(word in Path(source).name for word in OF_TESTS)
]
# `import torch` looks for this program beside its libraries.
binaries += collect_data_files("torch", includes=["bin/torch_shm_manager*"])
# Links to torch's libraries at the top of the application would mislead it about where the others lie.
bindepend_symlink_suppression = ["**/torch/lib/*.so*"]
