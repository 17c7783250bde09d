"""pyarrow as far as Parquet files are written and read: the libraries that its modules are linked to follow them."""

from PyInstaller import isolated


@isolated.decorate
def modules():
    """The modules that are there after Parquet was imported, some of which C++ asks for."""
    import sys

    import pyarrow.parquet  # noqa: F401

    return [name for name in sys.modules if name.startswith("pyarrow")]


hiddenimports = modules()
