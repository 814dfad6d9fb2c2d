"""What a reader sees, made from Protected results and from nothing else."""
