"""Emergency grants: asked for, decided by four eyes, paid from envelopes that nobody can overspend (DOMAIN §5)."""
