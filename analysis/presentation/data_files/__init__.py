"""The rows of each table and figure of a report as CSV, with what they mean beside them (W3C, CSV on the Web)."""
