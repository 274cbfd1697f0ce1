"""A victim: keeps deliveries with what follows from them, and says so after each commit. Ends when it is killed."""

import sys
from datetime import UTC, datetime

from tracker import crash
from tracker.store import inbox, outbox
from tracker.store.database import open_database, transaction


def main(url: str, shop: int, run: str) -> None:
    open_database(url)
    n = 0
    while True:
        name, now = f"{run}-{n}", datetime.now(UTC)
        with transaction():
            inbox.receive(shop, "test", name, b'{"n": 1}' * 50, now=now)
            crash.point("writer.inbox")
            outbox.put("test", name, {"n": n}, now)
            crash.point("writer.outbox")
        crash.point("writer.committed")
        print(name, flush=True)
        crash.point("writer.acknowledged")
        n += 1


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
