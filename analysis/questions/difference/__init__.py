"""Why does a force differ? Its gap to the other forces, split into what makes it."""
