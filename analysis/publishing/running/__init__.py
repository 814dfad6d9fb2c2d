"""Running a notebook: forked from a warm process, or in a kernel."""
