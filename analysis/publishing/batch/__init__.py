"""Every report that a file asks for: plan, make, receive, place."""
