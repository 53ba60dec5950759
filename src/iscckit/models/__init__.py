"""Models for Semantic-Codes: their cards, files, download and use."""
