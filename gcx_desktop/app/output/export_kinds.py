"""Which records are exported, and the kinds of files that they can go into."""

from __future__ import annotations

ALL, FILTERED, SELECTED = "all", "filtered", "selected"
TABLE_KINDS = ("csv", "tsv", "xlsx", "parquet", "sdf", "smi")
STRUCTURE_KINDS = ("sdf", "smi")
"""Those of the tables that hold chemical structures."""
PICTURE_KINDS = ("png", "svg")
KIND_NAMES = {"parquet": "Parquet", "smi": "SMILES"}
"""What kinds are called whose names are not their suffixes."""
