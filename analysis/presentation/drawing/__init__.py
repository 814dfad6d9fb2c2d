"""How charts look: style, colours, letters, labels, rows of dots."""
