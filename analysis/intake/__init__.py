"""Rows in. The only code that opens a file of cases or of published figures; nothing but the command imports it."""
