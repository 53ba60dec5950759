"""How well content is recognised after what happens to files."""
