"""The command `tracker` with shorter leases, so that what a killed process held comes back within a test."""

import os
from datetime import timedelta

from tracker.cli import main
from tracker.services import imports, polling, work

if __name__ == "__main__":
    seconds = float(os.environ.pop("TRACKER_TEST_LEASE"))
    work.LEASE = imports.LEASE = seconds
    polling.PATIENCE = timedelta(seconds=seconds)
    main()
