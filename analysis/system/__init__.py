"""What the operating system is asked for: whole writes, locks, folders, processes."""
