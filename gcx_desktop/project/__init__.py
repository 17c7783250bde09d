"""Project files: an SQLite file with computed results and the user's marks and notes, as plain values."""
