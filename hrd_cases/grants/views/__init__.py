"""Pages of emergency grants."""
