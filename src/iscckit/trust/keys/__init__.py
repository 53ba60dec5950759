"""Private keys of the user, and the public keys that the user trusts."""
