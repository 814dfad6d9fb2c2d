"""One folder a question: its methods, each with its paper; results; words, charts and tables."""
