"""The numbers of cells: drawn under a secret, audited together, and drawn again until no cell is narrow."""
