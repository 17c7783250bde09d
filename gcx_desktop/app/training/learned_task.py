"""What is learned from a column. Imports nothing heavy, so that the command's help is quick."""

from __future__ import annotations

from enum import StrEnum


class LearnedTask(StrEnum):
    """What is learned from a column."""

    AUTO = "auto"
    """Values, if it holds numbers of which more than 20 differ; else classes."""
    CLASSES = "classes"
    VALUE = "value"
