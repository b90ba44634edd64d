"""What all tests share: on a busy machine a test that is slow once is no failure."""

from hypothesis import settings

settings.register_profile("symrg", deadline=None)
settings.load_profile("symrg")
