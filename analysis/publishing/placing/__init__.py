"""Where reports are kept, how they get there whole, and what is kept of those that failed."""
