"""The index of reports, force pages, the country beside each other, the feed."""
