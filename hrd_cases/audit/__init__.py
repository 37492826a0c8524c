"""The audit trail: declared events, one hash chain, a verification that finds alteration, loss, reordering, truncation and rollback."""
