"""Names in any script and spelling: folded, sounded out, compared. Pure: no database, no web, no keys."""
