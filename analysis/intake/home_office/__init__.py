"""The Home Office's workbooks of outcomes."""
