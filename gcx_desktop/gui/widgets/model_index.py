"""The types in which Qt passes the index of an item to a model or a delegate."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex

ModelIndex = QModelIndex | QPersistentModelIndex
