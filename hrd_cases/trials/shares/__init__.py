"""Shares: what an office lets another see of a hearing, and what that office answers."""
