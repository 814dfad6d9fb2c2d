"""A force's own extract: mapping, reading, what is refused."""
