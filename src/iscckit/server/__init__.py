"""The service: a REST interface and pages. Nothing of the standard is implemented here."""
