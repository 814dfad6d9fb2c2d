"""Counts of cases as a type, how they are kept, and what is known of where they came from."""
