"""data.police.uk's archives."""
