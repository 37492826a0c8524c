"""Pages about documents on a record."""
