"""What is wrong with a printed table: read it, find what each column is, and try each kind of fault on it."""
