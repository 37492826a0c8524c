"""The only way in: permissions, roles, visitors, and `Desk`, which no route can do without (DESIGN §2)."""
