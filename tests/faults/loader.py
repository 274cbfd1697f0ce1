"""Writers or readers for a while; prints their latencies in milliseconds and errors as one JSON line."""

import json
import sys
import threading
import time
from datetime import UTC, datetime

from tracker.store import inbox, outbox
from tracker.store.database import open_database, transaction
from tracker.store.inbox import Inbox
from tracker.store.outbox import Outbox


def write(shop: int, name: str) -> None:
    now = datetime.now(UTC)
    with transaction():
        inbox.receive(shop, "load", name, b"x" * 2000, now=now)
        outbox.put("load", name, {"name": name}, now)


def read(shop: int, _name: str) -> None:
    list(Inbox.select().where(Inbox.shop == shop).order_by(Inbox.id.desc()).limit(20))
    Outbox.select().where(Outbox.state == "waiting").count()


def main(url: str, shop: int, kind: str, threads: int, seconds: float, per_second: float) -> None:
    database = open_database(url)
    work, taken, errors = (write if kind == "write" else read), [], []

    def repeat(thread: int) -> None:
        begin, n = time.monotonic(), 0
        while time.monotonic() - begin < seconds:
            start = time.monotonic()
            try:
                work(shop, f"{kind}-{begin}-{thread}-{n}")
            except Exception as error:
                errors.append(f"{type(error).__name__}: {error}")
            taken.append((time.monotonic() - start) * 1000)
            n += 1
            time.sleep(max(0.0, begin + n / per_second - time.monotonic()))
        database.close_thread()

    running = [threading.Thread(target=repeat, args=(n,)) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    print(json.dumps({"taken": taken, "errors": errors}), flush=True)


if __name__ == "__main__":
    _, url, shop, kind, threads, seconds, per_second = sys.argv
    main(url, int(shop), kind, int(threads), float(seconds), float(per_second))
