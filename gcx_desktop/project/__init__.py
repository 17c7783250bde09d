"""Project files: one SQLite file that holds what was computed and what the user noted, in plain values."""
