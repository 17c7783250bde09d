"""Fuzz targets of the readers: ``python -m tests.fuzz --seconds 5`` (needs the extra ``fuzz``)."""
