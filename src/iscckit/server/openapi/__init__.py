"""The description of the interface, and values that it is made of."""
