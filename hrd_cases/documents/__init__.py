"""Documents: files on any record, sealed as they arrive. This room knows folders, and nothing of what they are of."""
