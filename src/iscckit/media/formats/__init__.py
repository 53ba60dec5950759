"""The table of formats: one row of plain data for each media type."""
