"""The accessible workbook of a report, and what it is checked for."""
