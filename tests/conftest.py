"""What all tests share: no deadlines on busy machines, and interrupts that arrive.

A shell that starts the tests in the background lets them ignore interrupts, and so would every program they start.
"""

import signal

from hypothesis import settings

settings.register_profile("symrg", deadline=None)
settings.load_profile("symrg")
signal.signal(signal.SIGINT, signal.default_int_handler)
