"""Which records are exported, and the formats of their files."""

from __future__ import annotations

ALL, FILTERED, SELECTED = "all", "filtered", "selected"
TABLE_KINDS = ("csv", "tsv", "xlsx", "parquet", "sdf", "smi")
STRUCTURE_KINDS = ("sdf", "smi")
"""The formats of tables that hold chemical structures."""
PICTURE_KINDS = ("png", "svg")
KIND_NAMES = {"parquet": "Parquet", "smi": "SMILES"}
"""Names of formats that differ from their suffixes."""
