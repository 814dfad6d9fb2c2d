"""A block as HTML for a page, and as plain text for a shell without pages."""
