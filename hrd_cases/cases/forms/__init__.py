"""What an officer types into a case file: one form for each kind of entry, and how it becomes what the entry says."""
