"""What all tests share."""

from hypothesis import settings

# How long one example takes says nothing about right or wrong, and machines are shared.
settings.register_profile("iscckit", deadline=None)
settings.load_profile("iscckit")
