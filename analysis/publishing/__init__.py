"""A notebook in, a report out, whole or not at all."""
