"""The cells that are released of counts of people, and how they add up: over places, types, times and editions."""
