"""Who holds what: charters, circles, folders, letters and the shred store (DESIGN §3)."""
