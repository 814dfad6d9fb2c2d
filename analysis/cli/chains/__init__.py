"""Commands that do what several others do, one after another."""
