"""The routes of the REST interface, grouped by subject."""
