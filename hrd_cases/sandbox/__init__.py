"""Work in a process of its own, with bounds of memory and time: it inherits nothing, and leaves nothing."""
