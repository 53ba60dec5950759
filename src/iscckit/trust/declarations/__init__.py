"""Files and their proofs: declare, retract, verify, prove a range."""
