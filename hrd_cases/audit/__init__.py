"""The audit trail: declared events, one hash chain, and a verification that finds whatever was done to it."""
