"""Telling whoever a batch file names what came of a run: by a command, a webhook or mail."""
