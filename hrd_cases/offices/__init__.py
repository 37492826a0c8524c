"""Offices: kind, countries, zone, languages, public contact; their charters, staff and notices."""
