"""Files as such, without their formats: atomic writes, locks, and walks over folders."""
