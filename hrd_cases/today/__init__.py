"""Today: what needs a member now, out of what offices and cases know."""
