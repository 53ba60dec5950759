"""Requests to other machines: the only room that connects, to vetted addresses only."""
