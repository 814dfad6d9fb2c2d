"""Shares of counts, their intervals and bounds, and what all questions need of them."""
