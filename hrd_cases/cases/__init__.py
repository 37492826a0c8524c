"""The case file: people, incidents, consent, risk, routing and the life of a file."""
