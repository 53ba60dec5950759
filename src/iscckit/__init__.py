"""ISO 24138:2024 International Standard Content Code, complete in one package."""
