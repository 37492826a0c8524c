"""What is typed about a grant: one form for each page."""
