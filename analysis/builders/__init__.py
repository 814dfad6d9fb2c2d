"""The project's own counts, made again from the files they come of; run by name, by whoever looks after them."""
