"""A victim that writes without a pause: transactions of some milliseconds, one right after the other."""

import sys
import time
from datetime import UTC, datetime

from tracker.store import outbox
from tracker.store.database import open_database, transaction


def main(url: str, name: str) -> None:
    open_database(url)
    n = 0
    while True:
        with transaction():
            outbox.put("t", f"greedy-{name}-{n}", {}, datetime.now(UTC))
            time.sleep(0.005)
        if not n:
            print("writing", flush=True)
        n += 1


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
