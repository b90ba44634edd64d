"""What all tests share: no deadlines on busy machines, and interrupts that arrive.

A shell that starts the tests in the background lets them ignore interrupts, and so would every program they start.
"""

import os
import signal
from random import SystemRandom

import pytest
from hypothesis import settings

settings.register_profile("symrg", deadline=None)
settings.load_profile("symrg")
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def seed():
    """A seed drawn anew in every run; a test that fails shows it, and SYMRG_TEST_SEED repeats it."""
    value = int(os.environ.get("SYMRG_TEST_SEED") or SystemRandom().randrange(10**9))
    print(f"repeat with SYMRG_TEST_SEED={value}")
    return value
