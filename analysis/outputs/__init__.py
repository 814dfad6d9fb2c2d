"""Outputs for an airlock: what leaves a place where counts of people are kept, and the check that it may."""
