"""What official statistics carry: who publishes a report, what is new in it, its day and sources, how to quote it."""
