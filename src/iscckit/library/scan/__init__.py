"""Bringing a library up to date with its folders, and verifying its files."""
