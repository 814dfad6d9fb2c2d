"""Getting published files: found, fetched, resumed, checked."""
