"""The forms of trials."""
