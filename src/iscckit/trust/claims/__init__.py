"""Claims about content: their store, and the search for those that apply to a copy."""
