"""What makes a table doubtful though each of its rows can be read: told before anything is counted."""
