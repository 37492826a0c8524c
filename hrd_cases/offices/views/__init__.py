"""The pages of the offices room, one module each."""
