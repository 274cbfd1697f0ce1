"""Named places at which a test may have the process killed, to show that nothing acknowledged is lost.

`TRACKER_CRASH_AT=name:count` kills this process, as the kernel would, when it comes to `point(name)` for the count-th
time. Without that variable a point does nothing.
"""

import itertools
import os
import signal

_name, _, _count = os.environ.get("TRACKER_CRASH_AT", "").partition(":")
_visits = itertools.count(1)


def point(name: str) -> None:
    """Where the process may die."""
    if _name and name == _name and next(_visits) >= int(_count or 1):
        os.kill(os.getpid(), signal.SIGKILL)
