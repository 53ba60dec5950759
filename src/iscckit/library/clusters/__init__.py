"""Groups of equal, near and related files, and what is done about them."""
