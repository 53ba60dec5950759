"""Reservations of uses, such as training, in one model and five vocabularies."""
