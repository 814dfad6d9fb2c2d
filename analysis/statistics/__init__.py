"""Methods, one a file, each with its paper and its limits. Counts in, one shape of table out: Rates."""
