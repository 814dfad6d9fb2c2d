"""One report: its page, print, records and manifest, and whether it is up to date."""
