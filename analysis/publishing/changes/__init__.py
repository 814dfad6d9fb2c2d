"""What changed in a folder of reports: which are new, and which numbers moved, from what to what."""
