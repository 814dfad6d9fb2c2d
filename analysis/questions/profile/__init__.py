"""What is there to say of one police force, and what to ask it? A composition of what other questions work out."""
